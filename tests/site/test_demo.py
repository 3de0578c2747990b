"""The demo lives its cases through the real services: every course ends where it should, at plausible times, once."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime
from frappe.utils.password import check_password

from nervion_service.domain.taxonomy import ROLES, CommitmentKind
from nervion_service.services import calendars
from nervion_service.setup import demo
from nervion_service.setup.demo import complaints, courses, folios, masters, portal
from tests import engine

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
# the courses of complaints that lead through visits, samples, reports, the books, the batch and its action; and their ends
COMPLAINTS = {
	"action_failed": "Closed",
	"closed_visit_rat": "Closed",
	"held": "Answered",
	"for_evidence": "Assigned",
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
	quality = demo.read("complaints")
	if not full_size:
		quality["cases"] = [case for case in quality["cases"] if case["course"] in COMPLAINTS]
	monkeypatch.setattr(demo, "read", {"demo": content, "complaints": quality}.get)
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
	_complaints_were_judged_proved_and_made_good()
	_the_batch_is_held_and_the_action_that_failed_has_a_next_one()
	_an_auditor_has_cases_to_look_at()
	_a_second_run_adds_nothing(summary)


def test_every_complaint_of_the_content_finds_its_course_its_steps_and_its_words():
	content = demo.read("complaints")
	products = {item["code"] for item in demo.read("demo")["items"]}
	for case in content["cases"]:
		steps = {step for step, _hours in courses.COURSES[case["course"]]}
		assert steps <= complaints.Complaint.actions.keys(), case["course"]
		assert case["cause"] in content["findings"]
		assert "plan" not in steps or case["cause"] in content["actions"]
		assert case.get("product", next(iter(products))) in products & content["prices"].keys()
	assert {case["course"] for case in content["cases"]} == courses.COURSES.keys()


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


def complaint_of(course):
	"""The complaint of that course, whose folio's number tells its place in the content."""
	cases = demo.read("complaints")["cases"]
	number = next(case["number"] for case in cases if case["course"] == course)
	folio = frappe.db.get_value("Service Folio", {"account": folios.SOURCE, "external_id": number})
	return frappe.get_doc("Service Complaint", {"folio": folio})


def of(doctype, complaint):
	return frappe.get_doc(doctype, {"complaint": complaint.name})


def _complaints_were_judged_proved_and_made_good():
	for course, stage in COMPLAINTS.items():
		complaint = complaint_of(course)
		assert complaint.stage == stage, course
		assert complaint.creation == complaint.registered_at
	closed = complaint_of("action_failed")
	report = of("Technical Analysis Report", closed)
	assert len({report.author, report.reviewer, report.approver}) == 3 and report.released_to_customer
	assert report.creation < closed.closed_at
	remedy = of("Complaint Remedy", closed)
	assert remedy.stage == "Done"
	assert frappe.db.get_value(remedy.reference_type, remedy.reference, "docstatus") == 1
	assert of("Service Sample", closed).state == "In Test"
	assert of("Service Technical Visit", complaint_of("closed_visit_rat")).result == "Problem Found"
	assert of("Service Technical Visit", complaint_of("for_evidence")).scheduled_from > now_datetime()
	# the first customer has a portal user, who finds something there
	assert closed.customer in frappe.get_all(
		"Portal User", {"user": demo.read("demo")["customers"][0]["email"]}, pluck="parent"
	)


def _the_batch_is_held_and_the_action_that_failed_has_a_next_one():
	hold = of("Service Batch Hold", complaint_of("held"))
	assert hold.stage == "Held" and hold.notices and all(row.sent_at for row in hold.notices)
	first, following = frappe.get_all(
		"Service Corrective Action",
		{"complaint": complaint_of("action_failed").name},
		["stage", "effectiveness", "previous_action", "name"],
		order_by="name",
	)
	assert (first.stage, first.effectiveness) == ("Verified", "Not Effective")
	assert (following.stage, following.previous_action) == ("In Progress", first.name)


def _an_auditor_has_cases_to_look_at():
	with engine.run_as(masters.address("auditoria")):
		audits = frappe.get_list("Service Audit", pluck="name")
		assert len(audits) == 1
		assert len(frappe.get_doc("Service Audit", audits[0]).cases) > 5


def _a_second_run_adds_nothing(summary):
	counted = (
		"Service Folio",
		"Service Complaint",
		"Service Technical Visit",
		"Technical Analysis Report",
		"Complaint Remedy",
		"Service Batch Hold",
		"Delivery Note",
		"File",
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
