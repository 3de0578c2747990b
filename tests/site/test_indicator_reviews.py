"""A missed target asks its owner why: once, sealed, owed by a time, closed with a decision (G15, G17, D12)."""

import json
from datetime import datetime, timedelta

import frappe
import pytest

from nervion_service.domain import indicator_reviews as domain
from nervion_service.domain import months
from nervion_service.domain.taxonomy import CommitmentKind, Events, Role
from nervion_service.nervion_service.report.service_indicator_rows import service_indicator_rows
from nervion_service.services import clock, indicator_catalogue, sweep
from nervion_service.services.indicator_sums import Period
from nervion_service.services.reviews import actions, asking, view
from tests import engine, factories
from tests.site import complaint_year
from tests.site.folio_factories import cast, everybody  # noqa: F401

CAST = (Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, Role.QUALITY, Role.EXECUTIVE, Role.SALES, Role.MANAGEMENT)
DOCTYPE = domain.DOCTYPE
NOW = complaint_year.NOW  # a Saturday of January: December is the last month
DECEMBER = datetime(2025, 12, 1).date()


@pytest.fixture
def year(monkeypatch):
	"""A year of complaints of one company, whose people are this module's only."""
	mine = {cast(role) for role in CAST}
	monkeypatch.setattr(asking.assignment.absences, "staff", lambda users: set(users) & mine)
	year = complaint_year.make(120, 10, 12)
	monkeypatch.setattr(asking, "_companies", lambda: [year.company])
	looked_at("2025-11")
	return year


def looked_at(month):
	frappe.db.set_single_value(asking.SETTINGS, "targets_looked_at", month)
	frappe.clear_document_cache(asking.SETTINGS, asking.SETTINGS)


def readings(year, month=DECEMBER):
	period = Period(month, months.last_day(month), company=year.company)
	return indicator_catalogue.readings(period, NOW)


def a_review(year, code="G17-claims"):
	with clock.at(NOW):
		asking.run(NOW)
	name = frappe.db.get_value(DOCTYPE, {"company": year.company, "indicator": code})
	return frappe.get_doc(DOCTYPE, name)


def promise(review):
	return frappe.get_doc("Service Commitment", {"case_name": review.name})


def open_tasks(review):
	return frappe.get_all("ToDo", {"reference_name": review.name, "status": "Open"}, pluck="allocated_to")


def write(review, by, **values):
	doc = frappe.get_doc(DOCTYPE, review.name)
	with engine.run_as(by):
		doc.update(values)
		doc.save()
	return doc


def refused(call, words, review=None, error=frappe.ValidationError):
	"""The call is refused in these words, and the review is as it was."""
	before = review and frappe.db.get_value(DOCTYPE, review.name, "*", as_dict=True)
	frappe.db.savepoint("refused")
	with pytest.raises(error, match=words):
		call()
	frappe.db.rollback(save_point="refused")
	assert before == (review and frappe.db.get_value(DOCTYPE, review.name, "*", as_dict=True))


def test_every_missed_target_is_asked_about_once_and_sealed_as_it_was_read(year):
	missed = {one.indicator.code: one for one in domain.missed(readings(year).values())}
	assert "G17-claims" in missed
	made = asking.run(NOW)
	found = {row.indicator: row for row in frappe.get_all(DOCTYPE, {"name": ("in", made)}, ["*"])}
	assert found.keys() == missed.keys() and len(made) == len(missed)
	for code, one in missed.items():
		row = found[code]
		assert (row.month, row.company, row.stage) == ("2025-12", year.company, "Open")
		assert (row.value, row.target) == (pytest.approx(one.value), pytest.approx(one.indicator.target))
		assert (row.numerator, row.denominator) == (one.numerator, one.denominator)
	review = frappe.get_doc(DOCTYPE, found["G17-claims"].name)
	# G17: the owner of the claims' indicator is Quality
	assert review.assigned_to == cast(Role.QUALITY) and open_tasks(review) == [cast(Role.QUALITY)]
	assert (promise(review).kind, promise(review).responsible) == (
		CommitmentKind.INDICATOR_REVIEW,
		cast(Role.QUALITY),
	)
	assert frappe.db.get_value("Service Event", {"case_name": review.name}, "event") == Events.TARGET_MISSED
	frappe.db.set_value("Service Complaint", {"company": year.company}, "reopen_count", 1)
	assert asking.run(NOW + timedelta(days=2)) == []
	assert frappe.db.get_value(DOCTYPE, review.name, "value") == pytest.approx(missed["G17-claims"].value)


def test_after_a_standstill_every_month_is_asked_about_and_a_new_site_begins_with_the_last(year):
	looked_at("2025-10")
	asking.run(NOW)
	asked = frappe.get_all(DOCTYPE, {"company": year.company, "indicator": "G17-claims"}, pluck="month")
	assert sorted(asked) == ["2025-11", "2025-12"]
	assert frappe.db.get_single_value(asking.SETTINGS, "targets_looked_at") == "2025-12"
	looked_at("")
	assert asking._months(NOW) == [DECEMBER]
	# the first of the year is a holiday: the month may be told on the next working day
	assert asking._months(datetime(2026, 1, 1, 12))[-1] == datetime(2025, 11, 1).date()


def test_one_that_cannot_be_made_stops_no_other_and_the_next_run_makes_it(year, monkeypatch):
	codes = {one.indicator.code for one in domain.missed(readings(year).values())}
	make, broken = asking.make, "G17-claims"

	def fail(reading, *args):
		if reading.indicator.code == broken:
			raise RuntimeError("broken")
		return make(reading, *args)

	# whatever the year holds, a second indicator is missed as well
	frappe.db.set_value("Service Complaint", {"company": year.company}, "recurrence_action", "AC")
	codes |= {"G17-recurrence"}
	monkeypatch.setattr(asking, "make", fail)
	assert len(asking.run(NOW)) == len(codes) - 1
	assert frappe.db.get_single_value(asking.SETTINGS, "targets_looked_at") == "2025-11"
	monkeypatch.setattr(asking, "make", make)
	(name,) = asking.run(NOW)
	assert frappe.db.get_value(DOCTYPE, name, "indicator") == broken
	# another run that had not seen it finds it by the index, and says nothing
	monkeypatch.setattr(asking, "_asked_for", lambda *args: set())
	frappe.clear_messages()
	assert asking.run(NOW) == [] and not frappe.local.message_log
	assert frappe.db.count(DOCTYPE, {"company": year.company}) == len(codes)


def test_where_nobody_holds_the_role_the_review_goes_up_the_ladder(year, monkeypatch):
	mine = {cast(role) for role in CAST if role not in (Role.QUALITY, Role.COORDINATOR)}
	monkeypatch.setattr(asking.assignment.absences, "staff", lambda users: set(users) & mine)
	assert a_review(year).assigned_to == cast(Role.COMMERCIAL_DIRECTOR)


def test_a_review_is_not_closed_without_analysis_and_decision(year):
	review, owner = a_review(year), cast(Role.QUALITY)

	def close(**values):
		def call():
			write(review, owner, **values)
			with engine.run_as(owner):
				actions.close(review.name)

		return call

	refused(close(), "Write down why.*Open a corrective action", review)
	refused(close(analysis="Faltó personal"), "decide that none is needed", review)
	refused(close(analysis="Faltó personal", decision="No Action"), "Say why no action", review)
	refused(close(analysis="Faltó personal", decision="Corrective Action"), "that was decided on", review)
	close(analysis="Faltó personal", decision="No Action", no_action_reason="Una semana de fiestas")()
	review.reload()
	assert (review.stage, review.closed_by) == ("Closed", owner)
	assert promise(review).fulfilled_at and open_tasks(review) == []
	assert promise(review).evidence == review.name
	refused(lambda: write(review, owner, analysis="Otra cosa"), "settled since the review was closed", review)
	refused(close(), "closed already", review)


def test_one_click_opens_the_action_that_quality_then_works_on(year):
	review, owner = a_review(year), cast(Role.QUALITY)
	write(review, owner, analysis="El sellador no cura")
	with engine.run_as(owner):
		action = frappe.get_doc("Service Corrective Action", actions.open_action(review.name))
		refused(lambda: actions.open_action(review.name), "names the corrective action", review)
	assert (action.source_type, action.source, action.cause_text) == (
		DOCTYPE,
		review.name,
		"El sellador no cura",
	)
	assert (action.company, action.assigned_to) == (year.company, owner)
	action.db_set("stage", "Cancelled")
	with engine.run_as(owner):
		refused(lambda: actions.close(review.name), "was cancelled", review)
	action.db_set({"stage": "Implemented", "implemented_at": datetime(2025, 12, 31, 18)})
	with engine.run_as(owner):
		refused(lambda: actions.close(review.name), "before the month was over", review)
	action.db_set({"stage": "Open", "implemented_at": None})
	with engine.run_as(owner):
		assert actions.close(review.name) == "Closed"


def test_who_has_it_writes_who_coordinates_hands_it_over_and_the_reading_stays(year):
	review, coordinator = a_review(year), cast(Role.COORDINATOR)
	denied = frappe.PermissionError
	refused(lambda: write(review, coordinator, analysis="x"), "has this review", review, denied)
	with engine.run_as(coordinator):
		refused(lambda: actions.close(review.name), "has this review", review, denied)
	management = cast(Role.MANAGEMENT)
	refused(
		lambda: write(review, cast(Role.EXECUTIVE), assigned_to=management),
		# Frappe itself refuses, in words of its own
		None,
		review,
		frappe.PermissionError,
	)
	refused(lambda: write(review, management, assigned_to=management), "hands it over", review, denied)
	for field, value in {"value": 99, "month": "2025-01", "target": 1, "formula": "x"}.items():
		refused(lambda f=field, v=value: write(review, cast(Role.QUALITY), **{f: v}), "sealed", review)
	refused(lambda: write(review, cast(Role.QUALITY), stage="Closed"), "filled in by the system", review)
	write(review, coordinator, assigned_to=coordinator)
	assert open_tasks(review) == [coordinator] and promise(review).responsible == coordinator
	write(review, coordinator, analysis="Ahora sí")
	typed = {**frappe.get_doc(DOCTYPE, review.name).as_dict(), "name": None, "month": "2025-02"}
	refused(lambda: frappe.get_doc(typed).insert(), "written by the system", error=denied)
	refused(lambda: frappe.delete_doc(DOCTYPE, review.name), "never deleted", review)


def test_the_promise_of_an_analysis_that_nobody_writes_is_broken_and_climbs(year):
	review = a_review(year)
	due = promise(review).due_at
	assert due > NOW
	sweep.run(due + timedelta(days=4))
	found = promise(review)
	assert (found.status, found.level) == ("Breached", 2)


def test_some_roles_ask_before_the_daily_work_does_and_only_about_what_is_over(year):
	other = factories.make_company(company_name=factories.unique("Ajena")).name
	director = cast(Role.COMMERCIAL_DIRECTOR)
	frappe.permissions.add_user_permission("Company", year.company, director, ignore_permissions=True)
	denied = frappe.PermissionError
	with clock.at(NOW):
		with engine.run_as(director):
			names = asking.ask_now("2025-12", year.company)
			assert names and asking.ask_now("2025-12", year.company) == []
			refused(lambda: asking.ask_now("2025-11", other), "There is no company", error=denied)
			refused(lambda: asking.ask_now("2025-11", "Ninguna"), "There is no company", error=denied)
			refused(lambda: asking.ask_now("2026-01", year.company), "not over")
			refused(lambda: asking.ask_now("<b>x</b>", year.company), "year and month.*&lt;b&gt;")
		for role in (Role.EXECUTIVE, Role.SALES):
			with engine.run_as(cast(role)):
				refused(lambda: asking.ask_now("2025-11", year.company), "permitted", error=denied)
	assert not frappe.db.exists(DOCTYPE, {"company": other})


def test_every_owner_of_an_indicator_may_read_and_write_its_review():
	owners = {one.owner_role for one in indicator_catalogue.BY_CODE.values()}
	writers = {row.role for row in frappe.get_meta(DOCTYPE).permissions if row.read and row.write}
	assert owners <= writers


def test_the_form_counts_what_missed_the_target_and_leads_to_its_rows(year):
	review = a_review(year)
	with engine.run_as(cast(Role.QUALITY)):
		seen = view.get(review.name)
	assert seen["may_act"] and seen["promise"]["status"] == "Running"
	assert seen["cases"] == review.denominator - review.numerator > 0
	causes = next(one for one in seen["common"] if one["label"] == "Root Cause")["values"]
	late = [
		row["root_cause"]
		for row in year.complaints
		if row["received_at"].date() >= DECEMBER
		and row["received_at"].date() <= months.last_day(DECEMBER)
		and row["root_cause"]
	]
	assert all(cause["count"] <= late.count(cause["value"]) for cause in causes) and causes
	with clock.at(NOW):
		for row in seen["rows"]:
			drilled = service_indicator_rows.execute(json.loads(json.dumps(row["filters"])))[1]
			assert len(drilled) == review.get(row["filters"]["part"])
	with engine.run_as(cast(Role.SALES)):
		refused(lambda: view.get(review.name), "not permitted", error=frappe.PermissionError)
	with engine.run_as(cast(Role.COORDINATOR)):
		assert not view.get(review.name)["may_act"]
