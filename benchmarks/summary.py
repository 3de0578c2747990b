"""What the indicators cost over a million cases, beside reports that load every row and count in Python.

Each case has the three promises that a general request gets, so a million cases are three million promises, spread over the
year's working days, its channels, types and people. One case in ten was never answered: nine of ten of those were withdrawn
too late, the others are open still. The daily roll-up holds what is over, as it does after an hour at work. Where BENCH has
the real ERPNext, its Issue Summary and Issue Analytics run over as many Issues; elsewhere the same pattern, written here, runs
over the folios.
"""

from collections import defaultdict
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from importlib import import_module
from unittest.mock import patch

import frappe

from benchmarks import host, promises, sizes
from benchmarks.borrowed import empty_tables
from benchmarks.rows import Row, faster, limit
from nervion_service.domain import commitments as domain
from nervion_service.domain.taxonomy import ANSWER_KINDS
from nervion_service.nervion_service.report.service_indicators import service_indicators
from nervion_service.services import (
	calendars,
	commitment_rows,
	daily_figures,
	indicator_data,
	indicator_sums,
	system,
)

AGAINST_SUMMARY, AGAINST_ANALYTICS, MEGABYTES, MILLISECONDS = 15, 50, 20, 50
FULL_CASES = 1_000_000
PASSES = 5
PEOPLE, WEEKS = 30, 51
# of a hundred cases ten were never answered, and this many of those are still open
STILL_OPEN = 1
YEAR = 2025
NOW = datetime(YEAR + 1, 1, 15, 12)
CHANNELS = ("E-mail", "Phone", "WhatsApp", "Store", "Web Page")
REQUEST_TYPES = ("General Information", "Order", "Commercial Information", "Order Follow-up")
WORDS = ("Satisfied", "Satisfied", "Satisfied", "Not Satisfied", "")
STATUSES = ("Open", "Replied", "On Hold", "Resolved", "Closed")


def measure() -> list[Row]:
	"""The rows of the report, on tables of its own."""
	with ExitStack() as stack:
		stack.enter_context(empty_tables("Service Commitment", "Service Folio", daily_figures.DOCTYPE))
		_fill()
		usual = stack.enter_context(_usual_reports())
		return _rows(usual)


def _rows(usual) -> list[Row]:
	period = indicator_sums.Period(date(YEAR, 1, 1), date(YEAR, 12, 31))
	live = _require_right(period)
	totals = _best(lambda: indicator_data.readings(period, NOW))
	months = _best(lambda: indicator_data.trend(period, NOW))
	whole = _best(lambda: service_indicators.execute(_filters()))
	memory = host.extra_megabytes(lambda: service_indicators.execute(_filters()))
	summary_name, summarise, analytics_name, analyse = usual
	timings: list[float] = []
	summary_memory = host.extra_megabytes(lambda: timings.append(host.seconds(summarise)))
	analytics_memory = host.extra_megabytes(lambda: timings.append(host.seconds(analyse)))
	sized = sizes.too_small(sizes.CASES, FULL_CASES)
	over = f"{sizes.CASES:,} cases"
	return [
		faster(
			f"indicators over {over}", totals, "s", timings[0], summary_name, AGAINST_SUMMARY, sized=sized
		),
		faster(
			f"their course by month over {over}",
			months,
			"s",
			timings[1],
			analytics_name,
			AGAINST_ANALYTICS,
			sized=sized,
		),
		faster(f"the whole report over {over}", whole, "s", sum(timings), "both reports"),
		limit(
			f"indicators over {over} from the daily roll-up",
			totals * 1000,
			"ms",
			MILLISECONDS,
			sized=sized,
			note=f"equal to the live count of every row, which takes {live:.2f} s; {_held()}",
		),
		limit(
			f"memory of the report over {over}",
			memory,
			"MB",
			MEGABYTES,
			sized=sized,
			note=f"{summary_name} {summary_memory:,.0f} MB, {analytics_name} {analytics_memory:,.0f} MB",
		),
	]


def _best(work) -> float:
	return min(host.seconds(work) for _ in range(PASSES))


def _filters() -> frappe._dict:
	return frappe._dict(from_date=f"{YEAR}-01-01", to_date=f"{YEAR}-12-31", bucket="Month")


def _require_right(period) -> float:
	"""A fast answer that is wrong is worth nothing: it equals the count of every row, which takes the seconds returned."""
	rolled_up = indicator_data.readings(period, NOW), indicator_data.trend(period, NOW)
	live: list[dict] = []
	with patch.object(indicator_sums, "_slice", lambda _period: None):
		took = host.seconds(lambda: live.append(indicator_data.readings(period, NOW)))
		live.append(indicator_data.trend(period, NOW))
	if rolled_up != tuple(live):
		raise SystemExit("the roll-up and the live count differ")
	found = rolled_up[0]
	if found["S1.12-unanswered"].denominator != sizes.CASES or found["S1.13-all"].denominator != sizes.CASES:
		raise SystemExit("the report does not count every case that was made")
	return took


def _held() -> str:
	sums, rows = (frappe.db.count(name) for name in (daily_figures.DOCTYPE, promises.DOCTYPE))
	live = frappe.db.count(promises.DOCTYPE, {"in_figures": 0})
	return f"{sums:,} sums for {rows - live:,} promises, {live:,} open ones counted live"


# Filling ------------------------------------------------------------------------------------------------------


def _fill() -> None:
	company, folios, rows = promises.company(), [], []
	for number, start in enumerate(_starts()):
		folio = _folio(company, number, start)
		folios.append(folio)
		rows += _promises_of(company, number, start, folio)
	copies = _copies(len(folios))
	names = system.insert_rows("Service Folio", folios)
	times = _weeks_later(*FOLIO_TIMES)
	promises.copy_rows("Service Folio", names, copies, external_id="NULL", assigned_to=_PERSON, **times)
	frappe.db.commit()
	names = system.insert_rows(promises.DOCTYPE, rows)
	times = _weeks_later("started_at", "original_due_at", "due_at", *PROMISE_TIMES)
	promises.copy_rows(
		promises.DOCTYPE, names, copies, case_name=promises.CASE_OF_COPY, responsible=_PERSON, **times
	)
	frappe.db.commit()
	_roll_up()
	promises.analyse("Service Folio", promises.DOCTYPE, daily_figures.DOCTYPE)


def _roll_up() -> None:
	"""Add up what the rows are marked as being in: millions at once, as the nightly mending adds what is missing."""
	for source in daily_figures.SOURCES.values():
		daily_figures._mend_days(source, date(YEAR, 1, 1), date(YEAR + 1, 1, 1))


# SQL of `copy_rows`: the copies of a case take turns with the people, and with the weeks of the year
_PERSON = f"CONCAT('persona-', seq.seq MOD {PEOPLE}, '@example.com')"
PROMISE_TIMES = ("breached_at", "fulfilled_at", "cancelled_at")
FOLIO_TIMES = (
	"received_at", "registered_at", "effective_at", "satisfaction_at", "first_answered_at", "closed_at",
)  # fmt: skip


def _weeks_later(*columns: str) -> dict[str, str]:
	return {column: f"t.`{column}` + INTERVAL (seq.seq MOD {WEEKS}) WEEK" for column in columns}


def _starts() -> list[datetime]:
	"""Receptions all over a week, in working hours; their copies are spread over the year."""
	_name, calendar = calendars.for_company(promises.company())
	week = timedelta(days=4, hours=9) / promises.TEMPLATES
	return [
		calendar.next_open(datetime(YEAR, 1, 6, 9) + week * number) for number in range(promises.TEMPLATES)
	]


def _copies(templates: int) -> int:
	copies, rest = divmod(sizes.CASES, templates)
	if rest:
		raise SystemExit(f"sizes are multiples of {templates}: {sizes.CASES} is not")
	return copies


def _folio(company: str, number: int, start: datetime) -> dict:
	return {
		"name": f"case-{number:04d}",
		"subject": "¿Qué rendimiento tiene el esmalte?",
		"description": "Queremos saber cuántos metros cuadrados cubre un litro.",
		"company": company,
		"channel": CHANNELS[number % len(CHANNELS)],
		"request_type": REQUEST_TYPES[number % len(REQUEST_TYPES)],
		"received_at": start,
		"registered_at": start,
		"effective_at": start,
		"account": "",
		"party_name": "Pinturas del Bajío",
		"email": "compras@bajio.test",
		"stage": "Closed",
		"workflow_state": "Closed",
		"satisfaction": WORDS[number % len(WORDS)],
		# as the stamps leave it: no moment without a word
		"satisfaction_at": start + timedelta(days=1) if WORDS[number % len(WORDS)] else None,
		"in_figures": int(bool(WORDS[number % len(WORDS)])),
		"first_answered_at": start + timedelta(minutes=7 * number),
		"closed_at": start + timedelta(days=2),
	}


def _promises_of(company: str, number: int, start: datetime, folio: dict) -> list[dict]:
	facts = {"channel": folio["channel"], "request_type": folio["request_type"]}
	return [_lived(row, number) for row in promises.promises_of(company, start, number, **facts)]


def _lived(row: dict, number: int) -> dict:
	"""The promise as its case left it: one in ten never answered, most of those withdrawn late; the others early or late."""
	row = {**row, "name": f"{row['kind']}-{number:04d}", "in_figures": 1}
	if row["kind"] not in ANSWER_KINDS:
		return row
	calendar = calendars.get(row["calendar"])
	promise = commitment_rows.snapshot(frappe._dict(row))
	at = row["started_at"] + timedelta(minutes=7 * number)
	if number % 10:
		ended = domain.fulfil(domain.advance(promise, at, calendar)[0], at, calendar)
	else:
		late = row["started_at"] + timedelta(days=7)
		ended = domain.advance(promise, late, calendar)[0]
		ended = ended if number < 10 * STILL_OPEN else domain.cancel(ended, late)
	return {**row, **commitment_rows.row_values(ended), "in_figures": int(ended.is_over)}


# What stands beside ---------------------------------------------------------------------------------------------


def _usual_reports():
	return _issue_reports() if host.has_issue() else _reference_reports()


class _reference_reports:
	"""The usual pattern over folios: load every row, then count one by one."""

	def __enter__(self):
		name = "load every row, count in Python"
		return f"{name}, totals", self._summarise, f"{name}, by month", self._analyse

	def __exit__(self, *error):
		return None

	def _load(self, *fields):
		between = ("between", [f"{YEAR}-01-01", f"{YEAR}-12-31 23:59:59"])
		# the pattern that is measured asks like this
		return frappe.get_all("Service Folio", filters={"received_at": between}, fields=list(fields))

	def _summarise(self) -> dict:
		fields = ("received_at", "stage", "first_answered_at", "closed_at", "answered_at", "satisfaction")
		found: dict = defaultdict(lambda: defaultdict(float))
		for row in self._load("name", "request_type", "channel", "reopen_count", *fields):
			entry = found[row.request_type]
			entry[row.stage] += 1
			entry[row.satisfaction] += 1
			entry["total"] += 1
			entry["seconds"] += (row.first_answered_at - row.received_at).total_seconds()
			entry["closing"] += (row.closed_at - row.received_at).total_seconds()
		return {name: {**entry, "mean": entry["seconds"] / entry["total"]} for name, entry in found.items()}

	def _analyse(self) -> dict:
		found: dict = defaultdict(lambda: defaultdict(int))
		for row in self._load("name", "request_type", "received_at"):
			found[row.request_type][f"{row.received_at.year} {row.received_at.month}"] += 1
		return found


class _issue_reports:
	"""ERPNext's own reports over as many Issues, in a table of their own."""

	def __enter__(self):
		self.tables = empty_tables("Issue")
		self.tables.__enter__()
		try:
			self._fill()
		except BaseException:
			self.tables.__exit__(None, None, None)
			raise
		return (
			"Issue Summary",
			self._report("issue_summary"),
			"Issue Analytics",
			self._report("issue_analytics"),
		)

	def __exit__(self, *error):
		return self.tables.__exit__(*error)

	def _report(self, name):
		execute = import_module(f"erpnext.support.report.{name}.{name}").execute
		filters = {"from_date": f"{YEAR}-01-01", "to_date": f"{YEAR}-12-31", "range": "Monthly"}
		return lambda: execute(
			frappe._dict({**filters, "based_on": "Issue Type", "company": promises.company()})
		)

	def _fill(self) -> None:
		company = promises.company()
		rows = [self._issue(company, number, start) for number, start in enumerate(_starts())]
		names = system.insert_rows("Issue", rows)
		promises.copy_rows("Issue", names, _copies(len(rows)), **_weeks_later("opening_date"))
		frappe.db.commit()
		promises.analyse("Issue")

	def _issue(self, company: str, number: int, start: datetime) -> dict:
		return {
			"name": f"case-{number:04d}",
			"subject": "¿Qué rendimiento tiene el esmalte?",
			"description": "Queremos saber cuántos metros cuadrados cubre un litro.",
			"company": company,
			"raised_by": "compras@bajio.test",
			"issue_type": REQUEST_TYPES[number % len(REQUEST_TYPES)],
			"status": STATUSES[number % len(STATUSES)],
			"agreement_status": "Fulfilled" if number % 10 else "Failed",
			"opening_date": start.date(),
			"opening_time": start.time(),
			"first_response_time": 420.0 * number,
			"avg_response_time": 420.0 * number,
			"resolution_time": 172_800.0,
			"user_resolution_time": 86_400.0,
			"total_hold_time": 60.0,
		}
