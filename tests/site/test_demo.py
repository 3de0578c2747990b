"""The demo lives its cases through the real services: every course ends where it should, at plausible times, once."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils.password import check_password

from nervion_service.domain.taxonomy import ROLES, CommitmentKind
from nervion_service.services import calendars
from nervion_service.setup import demo
from nervion_service.setup.demo import folios, portal

ENDS = {
	"routed": "Routed",
	"attention": "In Attention",
	"overdue": "In Attention",
	"closed": "Closed",
	"closed_late": "Closed",
	"closed_waiting": "Closed",
	"waiting": "Waiting for Customer",
	"answered": "Answered",
	"closed_word": "Closed",
	"second_level": "Closed",
	"reopened": "In Attention",
	"reopened_closed": "Closed",
	"withdrawn": "Withdrawn",
}


@pytest.fixture
def one_case_of_each_course(monkeypatch, full_size):
	"""The demo with one case of each course that lies some days back; all of them at full size."""
	content = demo.read("demo")
	past = [case for case in content["cases"] if case["day"]]
	chosen = {case["course"]: case for case in past}
	# the last case of each course; the first one of those whose course takes days
	chosen |= {case["course"]: case for case in reversed(past) if case["course"] in ("closed", "closed_word")}
	content["cases"] = content["cases"] if full_size else list(chosen.values())
	monkeypatch.setattr(demo, "read", {"demo": content}.get)
	return content["cases"]


def folio_of(case):
	return frappe.get_doc("Service Folio", {"account": folios.SOURCE, "external_id": case["number"]})


def promise(folio, kind):
	return frappe.db.get_value(
		"Service Commitment", {"case_name": folio.name, "kind": kind}, ["status", "responsible"]
	)


def test_the_demo_lives_every_course_to_its_end_once(one_case_of_each_course, monkeypatch):
	lived = []
	live_through = folios.live_through
	monkeypatch.setattr(folios, "live_through", lambda *args: (lived.append(args[1]), live_through(*args)))
	# other tests of the hour have made more users than Frappe lets anybody make
	monkeypatch.setitem(frappe.local.conf, "throttle_user_limit", 100_000)
	summary = demo.make("Pintura-2026")

	by_course = {case["course"]: folio_of(case) for case in lived}
	assert by_course.keys() == {case["course"] for case in one_case_of_each_course}
	_every_course_ended_where_it_should(by_course)
	_people_answered_in_working_hours(by_course.values())
	_promises_were_kept_and_broken(by_course)
	_every_role_can_sign_in(summary["users"])
	_history_is_dated_back(by_course.values())
	_a_second_run_adds_nothing(summary)


def _every_course_ended_where_it_should(folios):
	for course, folio in folios.items():
		assert folio.stage == ENDS.get(course, folio.stage), course
	assert folios["closed"].satisfaction == "Satisfied"
	assert folios["closed_word"].closed_without_word
	assert folios["reopened"].reopen_count == 1
	assert "Service Engineer" in frappe.get_roles(folios["second_level"].assigned_to)


def _people_answered_in_working_hours(folios):
	for folio in folios:
		_name, calendar = calendars.for_company(folio.company)
		for moment in (folio.first_answered_at, folio.answered_at, folio.closed_at):
			# closing time itself belongs to the day's work
			assert not moment or calendar.is_open(moment) or calendar.is_open(moment - timedelta(seconds=1))


def _promises_were_kept_and_broken(folios):
	answer = CommitmentKind.FIRST_ANSWER
	assert promise(folios["closed"], answer)[0] == "Fulfilled"
	assert promise(folios["closed_late"], answer)[0] == "Fulfilled Late"
	assert promise(folios["overdue"], answer)[0] == "Breached"
	assert promise(folios["overdue"], answer)[1] == folios["overdue"].assigned_to


def _every_role_can_sign_in(users):
	assert {role for user in users for role in user["roles"]} >= set(ROLES)
	for user in users:
		assert check_password(user["email"], "Pintura-2026") == user["email"]
		kind = "Website User" if user["roles"] == ["Customer"] else "System User"
		assert frappe.db.get_value("User", user["email"], ["language", "user_type"]) == ("es", kind)
	assert [user["roles"] for user in users].count(["Customer"]) == len(portal.PEOPLE)


def _history_is_dated_back(folios):
	for folio in folios:
		assert folio.creation == folio.registered_at
		letters = frappe.get_all(
			"Communication", {"reference_name": folio.name}, ["creation", "communication_date"]
		)
		assert all(letter.creation == letter.communication_date for letter in letters)


def _a_second_run_adds_nothing(summary):
	counted = (
		"Service Folio",
		"Service Commitment",
		"Service Event",
		"Communication",
		"Customer",
		"User",
		"Item",
		"Batch",
	)
	before = {doctype: frappe.db.count(doctype) for doctype in counted}
	again = demo.make("Pintura-2026")
	assert {doctype: frappe.db.count(doctype) for doctype in counted} == before
	assert again["by_stage"] == summary["by_stage"]
