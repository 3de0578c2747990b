"""The figures of complaints equal a count by hand over a plausible year; what was planted is found and nothing else (G13, G15, G17, D10, K6)."""

from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta

import frappe
import pytest

from nervion_service.domain import recurrence as domain
from nervion_service.domain.complaint_indicators import BY_CODE, Counts
from nervion_service.domain.indicators import PERCENT
from nervion_service.domain.taxonomy import Role
from nervion_service.nervion_service.report.complaint_analysis import complaint_analysis
from nervion_service.nervion_service.report.cost_of_poor_quality import cost_of_poor_quality
from nervion_service.nervion_service.report.service_indicator_rows import service_indicator_rows
from nervion_service.services.batches import watch
from nervion_service.services.complaints import analysis, figures
from nervion_service.services.corrective import recurrence
from nervion_service.services.indicator_sums import Period
from tests import engine, factories
from tests.site import complaint_year
from tests.site.complaint_year import NOW, YEAR, promise

ADMITTED = ("Admissible", "Partially Admissible")


@pytest.fixture(scope="module")
def numbers(full_size):
	return (5_000, 300, 60) if full_size else (600, 40, 12)


@pytest.fixture()
def year(numbers):
	return complaint_year.make(*numbers)


def whole(year):
	return Period(date(YEAR, 1, 1), date(YEAR, 12, 31), company=year.company)


def by_hand(rows) -> Counts:
	"""The same counts, one complaint after the other."""
	found = Counter()
	for row in rows:
		attention, resolution = promise(row, "Claim Attention"), promise(row, "Claim Resolution")
		found.update(
			attended=attention["status"] == "Fulfilled",
			attended_judged=attention["status"] != "Running" and not _lapsed_in_time(attention),
			resolved=bool(resolution) and resolution["status"] == "Fulfilled" and not row["reopen_count"],
			resolved_judged=bool(row["reopen_count"])
			or (bool(resolution) and resolution["status"] != "Running" and not _lapsed_in_time(resolution)),
			judged=bool(row["verdict"]),
			admitted=row["verdict"] in ADMITTED,
			recurring=row.get("recurs", False),
			appeals=bool(row["appeal_upheld"]),
			upheld=row["appeal_upheld"] == "Upheld",
		)
		if closed := row["first_closed_at"]:
			wall = int((closed - row["received_at"]).total_seconds())
			found.update(closed=1, wall=wall)
			if resolution:
				found.update(timed=1, seconds=row["seconds"], paused=row["paused"])
	return Counts(**{name: found[name] for name in asdict(Counts())})


def _lapsed_in_time(found) -> bool:
	return found["status"] == "Cancelled" and not found["breached_at"]


def received(year, period):
	begin, end = period.bounds
	return [row for row in year.complaints if begin <= row["received_at"] < end]


def note_recurrences(year):
	"""Let the service look at each of them, as when its cause was set."""
	for row in year.complaints:
		if row["root_cause"]:
			recurrence.cause_set(frappe.get_doc("Service Complaint", row["name"]))
	for row in year.complaints:
		row["recurs"] = row["planted"]


def test_every_figure_equals_a_count_by_hand_and_its_rows_are_as_many(year):
	note_recurrences(year)
	months = [Period(date(YEAR, month, 1), date(YEAR, month, 28), company=year.company) for month in (3, 8)]
	for period in (whole(year), *months):
		counted = by_hand(received(year, period))
		assert figures.counts(period, NOW) == counted
		readings = figures.readings(period, NOW)
		for code in BY_CODE:
			below = figures.rows(code, "denominator", period, NOW)
			assert len(below) == min(readings[code].denominator, figures.ROWS_AT_MOST)
			if BY_CODE[code].unit == PERCENT:
				above = figures.rows(code, "numerator", period, NOW)
				assert len(above) == min(readings[code].numerator, figures.ROWS_AT_MOST)


@pytest.mark.parametrize(
	("dimension", "fieldname"),
	[
		("Root Cause", "root_cause"),
		("Batch", "batch"),
		("Defect", "defect"),
		("Customer Kind", "customer_kind"),
	],
)
def test_complaints_by_what_they_share_equal_a_count_by_hand(year, dimension, fieldname):
	rows = received(year, whole(year))
	found = analysis.groups(dimension, whole(year), NOW)
	assert {one.value: one.complaints for one in found} == Counter(row[fieldname] or "" for row in rows)
	closed = [row for row in rows if row["first_closed_at"]]
	assert sum(one.closed for one in found) == len(closed)
	means = {one.value: one.mean_seconds for one in found if dimension != "Batch"}
	for value, mean in means.items():
		timed = [
			row["seconds"] for row in closed if (row[fieldname] or "") == value and not row["unpromised"]
		]
		assert mean == (sum(timed) / len(timed) if timed else None)
	known = [one.complaints for one in found if one.value]
	assert known == sorted(known, reverse=True)


def test_open_complaints_stand_by_their_age(year):
	rows = received(year, whole(year))
	found = {one.value: one.complaints for one in analysis.groups(analysis.AGE, whole(year), NOW)}
	still_open = [row for row in rows if row["stage"] == "In Analysis"]
	assert sum(found.values()) == len(still_open)
	old = sum(NOW - row["received_at"] > timedelta(days=30) for row in still_open)
	assert found.get("Over 30 days", 0) == old > 0


def test_every_planted_recurrence_is_found_and_nothing_else(year):
	occurrences = [
		domain.Occurrence(row["name"], row["root_cause"], row["received_at"]) for row in year.complaints
	]
	found = domain.recurrences(occurrences, recurrence.implemented(year.company), complaint_year.WINDOW)
	assert set(found) == year.planted
	note_recurrences(year)
	names = [row["name"] for row in year.complaints]
	noted = frappe.get_all(
		"Service Complaint", {"name": ("in", names), "recurrence_action": ("is", "set")}, pluck="name"
	)
	assert set(noted) == year.planted


def test_the_bad_batch_rings_and_no_other(year, numbers):
	usual = numbers[0] / numbers[1]
	frappe.db.set_single_value("Complaint Settings", "batch_alert_count", int(usual * 2.7))
	frappe.clear_document_cache("Complaint Settings", "Complaint Settings")
	rang = set()
	for row in {row["batch"]: row for row in year.complaints}.values():
		rang.update(watch.complaint_registered(row["name"]))
	assert rang == {year.bad_batch}


def test_the_reports_show_the_same_and_only_to_who_may_list_complaints(year):
	filters = {"from_date": f"{YEAR}-01-01", "to_date": f"{YEAR}-12-31", "company": year.company}
	_columns, rows, _message, chart = complaint_analysis.execute({**filters, "by": "Defect"})
	assert sum(row["complaints"] for row in rows) == len(received(year, whole(year)))
	assert rows[-1]["share"] == 100 and len(chart["data"]["labels"]) == len(rows)
	drilled = service_indicator_rows.execute({**filters, "code": "G11-admissible", "part": "numerator"})[1]
	assert {row["case_type"] for row in drilled} == {"Service Complaint"}
	stranger = factories.make_user(roles=[]).name
	with engine.run_as(stranger):
		assert not frappe.has_permission("Service Complaint", "read")
		assert figures.readings(whole(year), NOW) == {}
	agency = factories.make_user(roles=[Role.AGENCY]).name
	with engine.run_as(agency):
		assert figures.rows("G11-admissible", "numerator", whole(year), NOW) == []


def test_each_sum_of_the_ledger_names_the_entries_that_it_adds_up(year):
	causes = sorted({action["root_cause"] for action in year.actions})[:2]
	known = next(row for row in year.complaints if row["root_cause"] == causes[0])
	entries = [
		{"root_cause": causes[0], "amount": 100, "item": "A"},
		# the cause is that of the complaint, which was found later
		{"root_cause": None, "amount": 50, "item": "B"},
		{"root_cause": causes[1], "amount": 7, "item": "A"},
	]
	for number, entry in enumerate(entries):
		cost = {
			"doctype": "Complaint Cost",
			"name": f"cost-{number}",
			"complaint": known["name"],
			"posting_date": date(YEAR, 5, 2),
		}
		frappe.get_doc({**cost, "company": year.company, "cost_kind": "Freight", **entry}).db_insert()
	amounts = {f"cost-{number}": entry["amount"] for number, entry in enumerate(entries)}
	filters = {"from_date": f"{YEAR}-01-01", "to_date": f"{YEAR}-12-31", "company": year.company}
	for by, expected in (("Root Cause", {causes[0]: 150, causes[1]: 7}), ("Item", {"A": 107, "B": 50})):
		rows = cost_of_poor_quality.execute({**filters, "by": by})[1]
		assert {row["value"]: row["amount"] for row in rows} == expected
		for row in rows:
			named = row["names"].split(",")
			assert sum(amounts[name] for name in named) == row["amount"] and len(named) == row["rows"]


def test_a_year_without_complaints_has_no_data():
	company = factories.make_company().name
	nothing = Period(date(1999, 1, 1), date(1999, 12, 31), company=company)
	assert {one.value for one in figures.readings(nothing, NOW).values()} == {None}
	assert complaint_analysis.execute({"from_date": "1999-01-01", "to_date": "1999-12-31"})[1] == []
