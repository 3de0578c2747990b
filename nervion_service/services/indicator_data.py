"""The figures of the indicators, counted in SQL over the commitments (S1.12-S1.14, G17, D3, D12, D14, D19).

A number in the report, on a card and behind a click comes from the same rows: `readings` counts them, `rows` lists
them under the very same conditions.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.utils import add_months, formatdate, getdate

from nervion_service.domain import indicators
from nervion_service.domain.commitments import Status
from nervion_service.domain.indicators import Reading, ResponseTotals, reading
from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import clock, commitments

COMMITMENT, FOLIO = "Service Commitment", "Service Folio"
RESPONSES = {"S1.12": CommitmentKind.FIRST_ANSWER, "G17": CommitmentKind.CORPORATE_ANSWER}
SAME_DAY, SATISFACTION = "S1.13", "S1.14"
NARROWING = ("company", "channel", "request_type", "department", "responsible")
DEFAULT_MONTHS = 3
# by what the trend goes: the label of a day's span, and the day on which the next span begins
BUCKETS = {
	"Day": (lambda day: day.isoformat(), lambda day: day + timedelta(days=1)),
	"Week": (
		lambda day: "{}-{:02d}".format(*day.isocalendar()),
		lambda day: day + timedelta(days=7 - day.weekday()),
	),
	"Month": (
		lambda day: f"{day:%Y-%m}",
		lambda day: (day.replace(day=1) + timedelta(days=32)).replace(day=1),
	),
}

# What is counted, once: the sums and the rows behind them stand on the same statuses. With pauses counted, what matters is
# the due time as it stood at the start.
WITHIN = (Status.FULFILLED.value,)
ANSWERED = (*WITHIN, Status.FULFILLED_LATE.value)
UNANSWERED = commitments.OPEN_STATUSES
PREDICATES = {
	"everything": "1 = 1",
	"answered": f"c.status IN {ANSWERED}",
	"within": f"c.status = '{WITHIN[0]}'",
	"within_with_pauses": f"(c.status IN {ANSWERED} AND c.fulfilled_at <= c.original_due_at)",
	"unanswered": f"c.status IN {UNANSWERED}",
	"overdue": f"(c.status IN {UNANSWERED} AND c.paused_at IS NULL AND c.due_at < %(now)s)",
	"overdue_with_pauses": f"(c.status IN {UNANSWERED} AND c.original_due_at < %(now)s)",
}
# numerator and denominator of each response figure, as the predicates whose rows it counts
PARTS = {
	"": (("answered",), ("answered",)),
	"with-pauses": (("answered",), ("answered",)),
	"share": (("within",), ("answered", "overdue")),
	"share-with-pauses": (("within_with_pauses",), ("answered", "overdue_with_pauses")),
	"unanswered": (("unanswered",), ("everything",)),
	"overdue": (("overdue",), ("everything",)),
}
# Per kind and status, in the order of the index `indicators`, which holds every column: a million cases are read once, in
# order and without their rows. Which status a sum belongs to is decided afterwards, a few rows instead of millions.
_SUMS = """COUNT(*) AS everything, SUM(c.fulfilled_at <= c.original_due_at) AS kept, SUM(c.elapsed_seconds) AS seconds,
	SUM(c.paused_seconds) AS paused, SUM(c.paused_at IS NULL AND c.due_at < %(now)s) AS late,
	SUM(c.original_due_at < %(now)s) AS late_with_pauses"""
_TOTALS = tuple(field.name for field in fields(ResponseTotals))
# spans of a trend that one statement counts
_SPANS_A_STATEMENT = 50
ROWS_AT_MOST = 10_000
"""Rows that a drill-down shows at the most; the figure itself is counted over all."""


@dataclass(frozen=True)
class Period:
	"""What is counted: promises that began from `from_date` to `to_date`, both included, narrowed by what is given."""

	from_date: date
	to_date: date
	company: str | None = None
	channel: str | None = None
	request_type: str | None = None
	department: str | None = None
	responsible: str | None = None

	@property
	def bounds(self) -> tuple[datetime, datetime]:
		"""The half-open interval of the period."""
		begin = datetime.combine(self.from_date, datetime.min.time())
		return begin, datetime.combine(self.to_date + timedelta(days=1), datetime.min.time())

	@property
	def narrowed(self) -> dict[str, str]:
		"""The filters that are given, by field of the commitment."""
		return {name: getattr(self, name) for name in NARROWING if getattr(self, name)}


def period(filters) -> Period:
	"""The period that a report's filters ask for; the last DEFAULT_MONTHS when they name none."""
	to_date = getdate(filters.get("to_date") or clock.now())
	from_date = getdate(filters.get("from_date") or add_months(to_date, -DEFAULT_MONTHS))
	if from_date > to_date:
		message = _("The period ends ({0}) before it begins ({1}): change one of its dates.")
		frappe.throw(message.format(formatdate(to_date), formatdate(from_date)))
	return Period(from_date, to_date, **{name: filters.get(name) or None for name in NARROWING})


def readings(period: Period, now: datetime) -> dict[str, Reading]:
	"""Every indicator of the catalogue over the period, by code; one without data says so (D12)."""
	found: dict[str, Reading] = {}
	sums = _sums(period, now, RESPONSES.values())
	for code, kind in RESPONSES.items():
		totals = _totals(row for row in sums if row.kind == kind)
		found.update(_by_code(indicators.response_readings(code, totals)))
	found.update(_by_code(_same_day(period, now)))
	found.update(_by_code(_satisfaction(period)))
	return {code: found[code] for code in indicators.BY_CODE if code in found}


def trend(period: Period, now: datetime, bucket: str = "Month") -> dict[str, dict[str, Reading]]:
	"""The response figures of each month, week or day of the period, oldest first; empty ones are left out."""
	spans = _spans(period, bucket)
	grouped: dict[tuple[str, str], list] = {}
	for row in _sums(period, now, RESPONSES.values(), spans):
		grouped.setdefault((spans[row.span][0], row.kind), []).append(row)
	codes = {kind: code for code, kind in RESPONSES.items()}
	found: dict[str, dict[str, Reading]] = {}
	for (label, kind), rows in sorted(grouped.items()):
		figures = indicators.response_readings(codes[kind], _totals(rows))
		found.setdefault(label, {}).update(_by_code(figures))
	return found


def rows(code: str, part: str, period: Period, now: datetime) -> list[dict]:
	"""The promises, or for satisfaction the folios, behind one figure, oldest first, ROWS_AT_MOST of them.

	code: an indicator's; KeyError when unknown. part: "numerator" or "denominator".
	"""
	head, suffix = _split(code)
	if head == SATISFACTION:
		return _satisfaction_rows(suffix, part, period)
	where, values = _where(period, now)
	where += [f"({' OR '.join(PREDICATES[name] for name in _part(head, suffix, part))})", "c.kind = %(kind)s"]
	if head == SAME_DAY and suffix != "all":
		where.append(f"IFNULL(c.channel, '') {'IN' if suffix == 'automatic' else 'NOT IN'} %(automatic)s")
		values["automatic"] = [*_automatic_channels(), "-"]
	# SQL: the same conditions as the figure; _visible keeps the user's permissions
	return frappe.db.sql(
		f"""SELECT c.name AS commitment, c.case_type, c.case_name, c.kind, c.status, c.started_at, c.due_at,
			c.fulfilled_at, c.elapsed_seconds, c.paused_seconds, c.responsible, c.channel, c.request_type, c.department
		FROM `tabService Commitment` c WHERE {" AND ".join(where)} {_visible(COMMITMENT, "c")}
		ORDER BY c.started_at, c.name LIMIT {ROWS_AT_MOST}""",
		{**values, "kind": RESPONSES.get(head, CommitmentKind.REGISTRATION)},
		as_dict=True,
	)


def _split(code: str) -> tuple[str, str]:
	"""The headline's code and what stands beside it; KeyError for a code that the catalogue lacks."""
	head = indicators.BY_CODE[code].beside or code
	return head, code[len(head) + 1 :]


def _part(head: str, suffix: str, part: str) -> tuple[str, ...]:
	numerator, denominator = (("within",), ("everything",)) if head == SAME_DAY else PARTS[suffix]
	return numerator if part == "numerator" else denominator


def _same_day(period: Period, now: datetime) -> list[Reading]:
	automatic = set(_automatic_channels())
	counts = {"": [0, 0], "automatic": [0, 0], "all": [0, 0]}
	for row in _sums(period, now, [CommitmentKind.REGISTRATION], by=("channel",)):
		for part in ("automatic" if row.channel in automatic else "", "all"):
			counts[part][0] += row.everything if row.status in WITHIN else 0
			counts[part][1] += row.everything
	return [
		reading(indicators.BY_CODE[f"{SAME_DAY}-{part}" if part else SAME_DAY], *pair)
		for part, pair in counts.items()
	]


def _satisfaction(period: Period) -> list[Reading]:
	where, values = _satisfaction_where(period)
	# SQL: sums over many rows; _visible keeps the user's permissions
	positive, answers = frappe.db.sql(
		f"""SELECT SUM(f.satisfaction = 'Satisfied'), COUNT(*) FROM `tabService Folio` f
		WHERE {where} {_visible(FOLIO, "f")}""",
		values,
	)[0]
	headline = reading(indicators.BY_CODE[SATISFACTION], None if positive is None else int(positive), answers)
	# the scale of 0 to 10 is asked by surveys only
	return [headline, reading(indicators.BY_CODE[f"{SATISFACTION}-nps"], None, None)]


def _satisfaction_rows(suffix: str, part: str, period: Period) -> list[dict]:
	if suffix:
		return []
	where, values = _satisfaction_where(period)
	where += " AND f.satisfaction = 'Satisfied'" if part == "numerator" else ""
	# SQL: the same conditions as the figure; _visible keeps the user's permissions
	return frappe.db.sql(
		f"""SELECT 'Service Folio' AS case_type, f.name AS case_name, f.satisfaction AS status,
			f.effective_at AS started_at, f.satisfaction_at AS fulfilled_at, f.assigned_to AS responsible, f.channel,
			f.request_type, f.department
		FROM `tabService Folio` f WHERE {where} {_visible(FOLIO, "f")}
		ORDER BY f.satisfaction_at, f.name LIMIT {ROWS_AT_MOST}""",
		values,
		as_dict=True,
	)


def _satisfaction_where(period: Period) -> tuple[str, dict]:
	begin, end = period.bounds
	names = {"responsible": "assigned_to"}
	narrowed = {names.get(name, name): value for name, value in period.narrowed.items()}
	where = ["f.satisfaction_at >= %(begin)s", "f.satisfaction_at < %(end)s", "f.satisfaction > ''"]
	where += [f"f.`{name}` = %({name})s" for name in narrowed]
	return " AND ".join(where), {"begin": begin, "end": end, **narrowed}


def _where(period: Period, now: datetime) -> tuple[list[str], dict]:
	begin, end = period.bounds
	where = ["c.started_at >= %(begin)s", "c.started_at < %(end)s", f"c.status IN {(*ANSWERED, *UNANSWERED)}"]
	where += [f"c.`{name}` = %({name})s" for name in period.narrowed]
	return where, {"begin": begin, "end": end, "now": now, **period.narrowed}


def _totals(rows) -> ResponseTotals:
	totals = dict.fromkeys(_TOTALS, 0)
	for row in rows:
		for name, count in _part_of_totals(row).items():
			totals[name] += count
	return ResponseTotals(**totals)


def _part_of_totals(row) -> dict[str, int]:
	if row.status not in ANSWERED:
		return {
			"unanswered": row.everything,
			"overdue": row.late,
			"overdue_with_pauses": row.late_with_pauses,
		}
	return {
		"answered": row.everything,
		"within": row.everything if row.status in WITHIN else 0,
		"within_with_pauses": row.kept,
		"seconds": row.seconds,
		"seconds_with_pauses": row.seconds + row.paused,
	}


def _sums(period: Period, now: datetime, kinds, spans=None, by: tuple[str, ...] = ()) -> list[frappe._dict]:
	"""_SUMS per kind, status and columns of `by`, of each span (label, begin, end) of the period, which `span` counts."""
	spans = [("", *period.bounds)] if spans is None else spans
	columns = ", ".join(f"c.{name}" for name in ("kind", "status", *by))
	known = {**period.narrowed, "now": now, "kinds": tuple(kinds), "statuses": (*ANSWERED, *UNANSWERED)}
	found = []
	for first in range(0, len(spans), _SPANS_A_STATEMENT):
		chosen = dict(enumerate(spans[first : first + _SPANS_A_STATEMENT], first))
		found += _counted(period, chosen, columns, known)
	texts = {"kind", "status", *by}
	return [frappe._dict({k: v if k in texts else int(v or 0) for k, v in row.items()}) for row in found]


def _counted(period: Period, spans: dict[int, tuple], columns: str, known: dict) -> list[dict]:
	narrowed = "".join(f" AND c.`{name}` = %({name})s" for name in period.narrowed)
	one = f"""FROM `tabService Commitment` c WHERE c.kind IN %(kinds)s AND c.status IN %(statuses)s{narrowed}
		{_visible(COMMITMENT, "c")}"""
	parts, values = [], dict(known)
	for number, (_label, begin, end) in spans.items():
		within = f"AND c.started_at >= %(begin{number})s AND c.started_at < %(end{number})s"
		parts.append(f"SELECT {number} AS span, {columns}, {_SUMS} {one} {within} GROUP BY {columns}")
		values |= {f"begin{number}": begin, f"end{number}": end}
	# SQL: one pass over a million rows instead of a million documents; _visible keeps the user's permissions
	return frappe.db.sql(" UNION ALL ".join(parts), values, as_dict=True)


def _spans(period: Period, bucket: str) -> list[tuple[str, datetime, datetime]]:
	"""The spans of the period that may hold promises: label, begin and end of each."""
	label_of, next_of = BUCKETS[bucket]
	first, last = _lived()
	day, end = max(period.from_date, first), min(period.to_date, last) + timedelta(days=1)
	spans = []
	while day < end:
		following = min(next_of(day), end)
		spans.append((label_of(day), *(datetime.combine(at, datetime.min.time()) for at in (day, following))))
		day = following
	return spans


def _lived() -> tuple[date, date]:
	"""The days on which the first and the last promise began; an empty interval without promises."""
	# SQL: two reads of an index, of dates that belong to nobody; a trend of a century is not counted day by day
	first, last = frappe.db.sql(
		"SELECT MIN(first), MAX(last) FROM (SELECT MIN(started_at) AS first, MAX(started_at) AS last"
		" FROM `tabService Commitment` GROUP BY kind, status) c"
	)[0]
	return (first.date(), last.date()) if first else (date.max, date.min)


def _visible(doctype: str, alias: str) -> str:
	"""The conditions that a list of `doctype` would get for this user, as a tail for WHERE; empty for who sees all."""
	conditions = DatabaseQuery(doctype).build_match_conditions()
	if not conditions:
		return ""
	table = f"`tab{doctype}`"
	# the names are looked up in a subquery, where the conditions' own table name stands
	return f"AND {alias}.name IN (SELECT {table}.name FROM {table} WHERE {conditions})".replace("%", "%%")


def _automatic_channels() -> list[str]:
	# get_all: the names of all channels, which are no secret, decide how every row is counted
	return frappe.get_all("Service Channel", filters={"is_automatic": 1}, pluck="name", order_by="name")


def _by_code(found) -> dict[str, Reading]:
	return {one.indicator.code: one for one in found}
