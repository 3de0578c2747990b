"""What the form of a complaint offers and does: the answer and its proof, asking, handing over, what hangs on it (D18, G11, K1, K9)."""

import frappe
import pytest
from frappe.desk.notifications import get_open_count

from nervion_service.domain.complaint_words import COMPLAINT_KINDS
from nervion_service.domain.taxonomy import Role
from nervion_service.services import answers
from nervion_service.services.complaints import actions, assigning, view, waiting
from nervion_service.services.corrective import succession
from nervion_service.services.visits import making as visiting
from nervion_service.workflows.complaint import Action
from tests import engine
from tests.site import complaint_factories as complaints
from tests.site.batch_factories import make_cause
from tests.site.folio_factories import everybody  # noqa: F401

CAST = (Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.SALES, Role.TECHNICIAN)
MESSAGE = "Communication"


def as_a(role):
	return engine.run_as(complaints.a(role))


def calls_of(complaint):
	return frappe.get_all(
		MESSAGE, {"reference_name": complaint.folio}, pluck="name", order_by="creation, name"
	)


def answered(complaint, tell):
	"""Mark as answered by the dialog of the form; returns the complaint as it then is."""
	values = {"answer": "Disculpe: <b>ya</b> se corrigió.", "root_cause": complaints.a_cause(), "tell": tell}
	# a person: what Administrator writes outside the desk tells nothing
	with as_a(Role.COORDINATOR):
		actions.act(complaint.name, Action.ANSWER, values)
	return complaints.reloaded(complaint)


# The answer and what proves it -----------------------------------------------------------------------------------------


def test_after_a_note_on_progress_the_answer_is_still_told_and_what_told_it_proves_it():
	complaint = complaints.make_attention()
	complaints.tell(complaint)
	(note,) = calls_of(complaint)
	complaint = answered(complaint, "Phone")
	_note, call = calls_of(complaint)
	assert complaint.answer_evidence == call != note
	assert "&lt;b&gt;ya&lt;/b&gt;" in frappe.db.get_value(MESSAGE, call, "content")


def test_whoever_says_that_it_was_told_names_the_message_and_that_one_is_the_proof():
	complaint = complaints.make_complaint(kind="Attention")
	complaints.tell(complaint)
	(before_it_was_judged,) = calls_of(complaint)
	complaint = complaints.judge(complaint, by=complaints.a(Role.COORDINATOR))
	complaint = complaints.analyse(complaint, by=frappe.session.user)
	complaints.tell(complaint)
	complaints.tell(complaint)
	_early, answer, note = calls_of(complaint)
	offered = [one["name"] for one in view.get_view(complaint.name)["told"]]
	assert set(offered) == {answer, note}
	for other in (before_it_was_judged, "nothing"):
		frappe.db.savepoint("named")
		with pytest.raises(frappe.ValidationError, match="Choose the message that told"):
			answered(complaint, other)
		frappe.db.rollback(save_point="named")
	assert complaints.reloaded(complaint).stage == "In Analysis"
	complaint = answered(complaint, answer)
	assert (complaint.stage, complaint.answer_evidence) == ("Answered", answer)
	assert len(calls_of(complaint)) == 3


def test_what_was_told_is_shown_as_words_without_markup():
	complaint = complaints.make_attention()
	with as_a(Role.COORDINATOR):
		waiting.ask_customer(complaint.name, "¿Cuál era la factura?", means="Phone")
	complaint = complaints.act(complaint, Action.RESUME_ANALYSIS)
	with as_a(Role.COORDINATOR):
		answers.log_call(complaint.folio, "Outbound", f"<p>Buen <b>día</b>, {'muy ' * 40}atentos.</p>")
	(shown,) = view.get_view(complaint.name)["told"]
	assert shown["text"].startswith("Buen día, muy") and len(shown["text"]) == 80


# Asking the customer ---------------------------------------------------------------------------------------------------


def test_the_customer_is_asked_only_while_the_complaint_can_wait_for_an_answer():
	complaint = complaints.answered_attention()
	known = calls_of(complaint)
	with as_a(Role.EXECUTIVE):
		assert not view.get_view(complaint.name)["may_ask"]
		with pytest.raises(frappe.ValidationError, match="waits for nothing more") as refused:
			waiting.ask_customer(complaint.name, "¿Nos manda la factura?", means="Phone")
	assert complaint.folio in str(refused.value)
	assert (calls_of(complaint), complaints.reloaded(complaint).stage) == (known, "Answered")


def test_where_nothing_is_listed_the_letter_has_a_place_to_write_and_does_not_go_out_unwritten():
	complaint = complaints.make_complaint(kind="Invoicing")
	with as_a(Role.EXECUTIVE):
		assert view.get_view(complaint.name)["may_ask"]
		letter = waiting.draft(complaint.name)["content"]
		assert letter.count("<li>[Write here") == 1
		with pytest.raises(frappe.ValidationError, match="Write what you ask"):
			waiting.ask_customer(complaint.name, letter, means="Phone")
		assert not calls_of(complaint)
		written = letter.replace(
			"[Write here what you need to know or to receive]", "El número de la factura"
		)
		waiting.ask_customer(complaint.name, written, means="Phone")
	assert complaints.reloaded(complaint).stage == "Waiting for Customer"


# Handing it over -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("kind", "hands"),
	[
		("Product", ("Technician", "Laboratory")),
		("Delivery", ("Sales", "Customer Service")),
		("Invoicing", ("Sales", "Customer Service")),
		("Attention", ("Customer Service",)),
		("Image", ("Marketing", "Customer Service")),
	],
)
def test_each_kind_of_complaint_has_hands_of_its_own(kind, hands):
	assert assigning.hands_of(kind) == hands and kind in COMPLAINT_KINDS


def test_a_complaint_about_an_invoice_is_given_to_sales_and_never_to_the_laboratory():
	complaint = complaints.make_complaint(kind="Invoicing")
	complaint = complaints.judge(complaint, by=complaints.a(Role.COORDINATOR))
	shown = view.get_view(complaint.name)["hands"]
	assert [one["value"] for one in shown] == ["Sales", "Customer Service"]
	for hand in ("Technician", "Laboratory", "Anybody"):
		with as_a(Role.COORDINATOR), pytest.raises(frappe.ValidationError, match="Sales / Customer Service"):
			assigning.assign(complaint.name, hand)
	assert complaints.reloaded(complaint).route_role == Role.SALES
	with as_a(Role.COORDINATOR):
		assigning.assign(complaint.name, "Customer Service", reason="Lo lleva atención")
		assert complaints.reloaded(complaint).route_role == Role.COORDINATOR
		assigning.assign(complaint.name, reason="Es de la cuenta")
	assert complaints.reloaded(complaint).route_role == Role.SALES


# What hangs on it ------------------------------------------------------------------------------------------------------


def connections_of(complaint):
	"""{DocType: how many} of what Frappe's Connections count, in the words of either engine."""
	found = get_open_count(complaints.COMPLAINT, complaint.name)["count"]
	rows = found if isinstance(found, list) else found["external_links_found"]
	return {row.get("doctype") or row["name"]: row["count"] for row in rows}


def test_from_a_complaint_one_reaches_its_visits_samples_remedies_and_actions():
	complaint = complaints.make_complaint(severity="Critical")
	visiting.request_visit(complaints.COMPLAINT, complaint.name)
	counted = connections_of(complaint)
	assert counted["Service Technical Visit"] == 1
	assert counted["Service Event"] and counted["Service Commitment"]
	assert {
		"Technical Analysis Report", "Service Sample", "Complaint Remedy", "Complaint Cost", "Service Corrective Action",
		"Service Batch Hold", "Case File",
	} <= set(counted)  # fmt: skip


def test_the_form_names_the_action_that_a_cause_demanded_to_who_may_see_it():
	cause = make_cause()
	first, second = (complaints.make_complaint(severity="Critical") for _number in range(2))
	frappe.clear_messages()
	for one in (first, second):
		complaints.act_save(one, root_cause=cause)
	(action,) = frappe.get_all("Service Corrective Action", {"root_cause": cause}, pluck="name")
	said = [message for message in map(str, frappe.get_message_log()) if "was opened about" in message]
	assert len(said) == 1 and action in said[0]
	for one in (first, second):
		with as_a(Role.QUALITY):
			(shown,) = view.get_view(one.name)["corrective"]
		assert (shown["name"], shown["demanded_by"]) == (action, "Severity")
	with as_a(Role.SALES):
		assert succession.of_complaint(first) == []
