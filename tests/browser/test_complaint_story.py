"""One complaint from the customer's telephone to an action that was proved effective, by everybody who has a hand in it (G5, G10, G11, I2, K2-K4, K12)."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import frappe
import pytest

from tests import factories
from tests.browser import complaint_cast, people
from tests.browser import complaint_steps as steps

COMPLAINT, ACTION = "Service Complaint", "Service Corrective Action"


@pytest.fixture
def story(site):
	"""The people, the customer and the delivery of the story, taken away afterwards."""
	made = complaint_cast.gather()
	yield made
	complaint_cast.take_away(made)


def stored(doctype, name, *fields):
	"""What stands in the database, whatever this test has read before."""
	frappe.db.rollback()
	return frappe.db.get_value(doctype, name, list(fields) if len(fields) > 1 else fields[0])


def fits(page) -> bool:
	"""Whether a telephone's screen shows the page in Spanish without being pushed sideways."""
	assert people.english_lines(page) == []
	return people.overflow(page) <= 0


def test_a_complaint_goes_from_a_telephone_to_an_action_that_was_proved_effective(
	signed_in, windows, story, tmp_path
):
	pictures = steps.photographs(tmp_path, 5)
	customer = steps.arrive(signed_in, story.portal, "phone")
	folio = steps.file_complaint(customer, story, pictures[0])
	assert fits(customer)

	executive = steps.arrive(signed_in, story.elena)
	complaint = steps.open_from_folio(executive, folio)
	evidence_is_asked_for_while_the_clock_stands(executive, customer, complaint, pictures[1:4])
	quality = steps.arrive(signed_in, story.quirina)
	steps.judge(quality, complaint)
	line = stored(
		"Complaint Line", {"parent": complaint}, "claimed_qty", "accepted_qty", "ground", "delivery"
	)
	assert line == (12, 10, "Warranty", story.note)

	visit = steps.agree_on_visit(executive, complaint, story.tomas)
	technician = steps.arrive(signed_in, story.tomas, "phone")
	steps.visit_site(technician, visit, pictures[4])
	assert fits(technician)
	report = three_people_sign_the_report(technician, signed_in, quality, story)

	steps.answer(executive, complaint, story.cause)
	the_remedy_is_done_before_it_is_over(executive, quality, story, complaint)
	the_customer_reads_and_confirms(customer, complaint, report)
	action = the_cause_is_removed(quality, signed_in, story, complaint)
	the_director_looks(signed_in, story, complaint, action)
	assert windows.errors == []


def evidence_is_asked_for_while_the_clock_stands(executive, customer, complaint, pictures):
	"""D19: the term does not run while the customer gathers what is missing."""
	letter = steps.ask_for_what_is_missing(executive)
	assert "Evidencia" not in letter and "Cómo se aplicó" in letter and "/evidencias/" in letter
	promise = {"case_name": complaint, "kind": "Admissibility"}
	assert stored("Service Commitment", promise, "status") == "Paused"
	steps.send_missing(customer, pictures)
	executive.wait_for_timeout(500)
	customer.wait_for_function("() => !document.querySelector('.nv-owed')", timeout=60_000)
	assert stored(COMPLAINT, complaint, "stage") == "Under Review"
	assert stored("Service Commitment", promise, "status") == "Running"


def three_people_sign_the_report(technician, signed_in, quality, story):
	"""K4: who wrote it does not review it, and who reviewed it is offered no further step."""
	report = steps.write_report(technician)
	assert not steps.may_act(technician)
	engineer = steps.arrive(signed_in, story.ines)
	steps.review_report(engineer, report)
	assert not steps.may_act(engineer)
	steps.approve_report(quality, report)
	hands = stored("Technical Analysis Report", report, "author", "reviewer", "approver", "docstatus")
	assert hands == (story.tomas, story.ines, story.quirina, 1)
	return report


def the_remedy_is_done_before_it_is_over(executive, quality, story, complaint):
	"""K3: promised is not done, and until then it cannot be closed."""
	remedy = steps.promise_remedy(quality, complaint)
	hint = steps.head(steps.open_form(executive, COMPLAINT, complaint)).locator(".nervion-hint").inner_text()
	assert remedy in hint
	row = {"item_code": story.item, "qty": 10, "rate": 90, "batch_no": story.batch}
	replacement = factories.make_delivery_note(customer=story.customer, items=[row])
	frappe.db.commit()
	steps.prove_remedy(quality, remedy, replacement.name)


def the_customer_reads_and_confirms(customer, complaint, report):
	customer.reload()
	address = customer.get_by_role("link", name=report).get_attribute("href")
	paper = customer.context.request.get(address)
	assert paper.ok and paper.body().startswith(b"%PDF")
	assert customer.get_by_text("Aceptado en parte: 10").is_visible()
	steps.confirm_solved(customer)
	assert fits(customer)
	assert stored(COMPLAINT, complaint, "stage", "satisfaction") == ("Closed", "Satisfied")


def the_cause_is_removed(quality, signed_in, story, complaint):
	"""I2: planned, done by Production, and judged on its day by somebody who did none of it."""
	action = steps.plan_action(quality, complaint, story.cause, story.pedro, story.quirina)
	production = steps.arrive(signed_in, story.pedro, "phone")
	steps.do_task(production, action)
	assert fits(production)
	a_month_passes(action)
	steps.judge_effectiveness(quality, action)
	found = stored(ACTION, action, "stage", "effectiveness", "verified_by")
	assert found == ("Closed", "Effective", story.quirina)
	return action


def a_month_passes(action) -> None:
	"""The stamps of an action as they stand thirty days after it was carried out; what it came to is nobody's to move."""
	doc = frappe.get_doc(ACTION, action)
	ago = timedelta(days=31)
	doc.db_set(
		{
			"received_at": doc.received_at - ago,
			"implemented_at": doc.implemented_at - ago,
			"verification_date": frappe.utils.getdate(),
		}
	)
	frappe.db.commit()
	frappe.clear_document_cache(ACTION, action)


def the_director_looks(signed_in, story, complaint, action):
	"""The figures count it, and its file holds all of it (K12)."""
	director = steps.arrive(signed_in, story.diana)
	director.goto("/app/query-report/Service Indicators")
	director.locator(".dt-row", has_text="Reclamos resueltos").first.wait_for(timeout=60_000)
	assert people.english_lines(director) == []
	file = steps.make_case_file(director, complaint)
	archive = ZipFile(
		BytesIO(frappe.get_doc("File", {"file_url": stored("Case File", file, "file")}).get_content())
	)
	names = archive.namelist()
	assert any(name.endswith(".pdf") for name in names)
	assert action in stored("Case File", file, "manifest")
