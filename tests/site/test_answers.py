"""What counts as an answer, and what does not (D18)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import answers
from nervion_service.workflows.folio import Action
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.AGENCY)


def test_a_persons_mail_is_the_first_answer_and_its_evidence():
	with folios.at(folios.MONDAY) as clock:
		folio = folios.make_folio()
		clock.shift(timedelta(minutes=90))
		sent = folios.make_mail(folio, folios.cast(Role.EXECUTIVE))
	folio = folios.reloaded(folio)
	assert (folio.first_answer_type, folio.first_answer) == ("Communication", sent.name)
	promise = folios.promises_of(folio, "First Answer")[0]
	assert (promise.status, promise.evidence) == ("Fulfilled", sent.name)
	assert 5400 <= promise.elapsed_seconds < 5460
	assert {row.event for row in folios.events_of(folio)} >= {Events.OUTBOUND, Events.FIRST_ANSWER}


def test_the_second_message_changes_nothing_of_the_first_answer():
	with folios.at(folios.MONDAY) as clock:
		folio = folios.make_folio()
		user = folios.cast(Role.EXECUTIVE)
		first = folios.make_mail(folio, user)
		clock.shift(timedelta(hours=1))
		folios.make_mail(folio, user)
	assert folios.reloaded(folio).first_answer == first.name
	assert len(folios.events_of(folio, Events.FIRST_ANSWER)) == 1
	assert len(folios.events_of(folio, Events.OUTBOUND)) == 2


@pytest.mark.parametrize("kind", ["Automated Message", "Comment", "Notification"])
def test_acknowledgements_and_automatic_messages_are_no_answer(kind):
	folio = folios.make_folio()
	folios.make_mail(folio, folios.cast(Role.EXECUTIVE), communication_type=kind)
	assert not folios.reloaded(folio).first_answered_at
	assert not folios.events_of(folio, Events.OUTBOUND)


def test_what_the_system_sends_in_the_background_is_no_answer():
	folio = folios.make_folio()
	folios.make_mail(folio, "Administrator")
	assert not folios.reloaded(folio).first_answered_at


def test_what_administrator_sends_from_the_desk_is_one():
	folio = folios.make_folio()
	frappe.local.request = frappe._dict(method="POST", path="/api/method/x", headers={})
	try:
		folios.make_mail(folio, "Administrator")
	finally:
		folios.engine.set_request(None)
	assert folios.reloaded(folio).first_answered_at


def test_a_website_users_message_is_no_answer_of_ours():
	folio = folios.make_folio()
	folios.make_mail(folio, factories.make_user(roles=["Customer"]).name)
	assert not folios.reloaded(folio).first_answered_at


def test_a_message_about_another_document_is_not_ours():
	folio = folios.make_folio()
	folios.make_mail(
		folio, folios.cast(Role.EXECUTIVE), reference_doctype="User", reference_name="Administrator"
	)
	assert not folios.reloaded(folio).first_answered_at


def test_what_the_customer_writes_is_told_and_answers_nothing():
	folio = folios.make_folio()
	folios.make_mail(folio, "Administrator", sent_or_received="Received", sender=folios.CUSTOMER_MAIL)
	assert folios.events_of(folio, Events.INBOUND)
	assert not folios.reloaded(folio).first_answered_at


def test_a_wrong_date_never_makes_an_answer_earlier_than_its_question():
	with folios.at(folios.MONDAY):
		folio = folios.make_folio()
		folios.make_mail(folio, folios.cast(Role.EXECUTIVE), communication_date="2020-01-01 10:00:00")
	assert folios.reloaded(folio).first_answered_at == folio.received_at


def test_a_logged_call_is_an_answer_at_the_time_it_was_made():
	with folios.at(folios.MONDAY) as clock:
		folio = folios.make_folio()
		clock.shift(timedelta(hours=3))
		name = folios.write_to_customer(folio, when=folios.MONDAY + timedelta(hours=1))
	assert folios.reloaded(folio).first_answered_at == folios.MONDAY + timedelta(hours=1)
	call = frappe.get_doc("Communication", name)
	assert (call.communication_medium, call.sent_or_received) == ("Phone", "Sent")


@pytest.mark.parametrize(
	("arguments", "says"),
	[
		({"direction": "Sideways", "content": "x"}, "who called whom"),
		({"direction": "Outbound", "content": " "}, "no content"),
		({"direction": "Outbound", "content": "x", "at": "2020-01-01 10:00:00"}, "between the reception"),
		({"direction": "Outbound", "content": "x", "at": "2099-01-01 10:00:00"}, "between the reception"),
	],
)
def test_a_call_that_cannot_be_is_refused_and_nothing_is_kept(arguments, says):
	folio = folios.make_folio()
	before = frappe.db.count("Communication")
	with pytest.raises(frappe.ValidationError, match=says):
		answers.log_call(folio.name, **arguments)
	assert frappe.db.count("Communication") == before


def test_who_may_not_write_the_folio_logs_no_call():
	folio = folios.make_folio()
	with folios.engine.run_as(folios.cast(Role.AGENCY)), pytest.raises(frappe.PermissionError):
		answers.log_call(folio.name, "Outbound", "Hola")
	assert not folios.events_of(folio, Events.OUTBOUND)


def test_events_of_messages_hold_references_and_no_words():
	folio = folios.make_folio()
	folios.make_mail(folio, folios.cast(Role.EXECUTIVE), content="Secreto industrial de Ana Ruiz")
	assert "Secreto" not in str(folios.events_of(folio))


def test_the_customers_mail_is_kept_even_where_the_folio_cannot_be_resumed():
	folio = folios.accept(folios.make_folio())
	folios.write_to_customer(folio)
	folio = folios.act(folio, Action.ASK)
	# such a folio cannot be saved: the link leads nowhere
	frappe.db.set_value("Service Folio", folio.name, "customer", "Nobody There")
	logged = frappe.db.count("Error Log")
	name = folios.make_mail(
		folio, "Administrator", sent_or_received="Received", sender=folios.CUSTOMER_MAIL
	).name
	assert frappe.db.exists("Communication", name)
	assert [row.reference_name for row in folios.events_of(folio, Events.INBOUND)] == [name]
	assert folios.reloaded(folio).stage == "Waiting for Customer"
	assert frappe.db.count("Error Log") == logged + 1
	assert frappe.session.user == "Administrator"


def test_a_call_from_before_the_reopening_does_not_answer_the_reopened_case():
	with folios.at(folios.MONDAY) as clock:
		folio = folios.close(folios.make_folio())
		clock.shift(timedelta(hours=2))
		folio = folios.reopen(folio)
		folios.write_to_customer(folio, when=folios.MONDAY + timedelta(hours=1))
		statuses = [row.status for row in folios.promises_of(folio, "First Answer")]
		assert sorted(statuses) == ["Fulfilled", "Running"]
		clock.shift(timedelta(minutes=5))
		folios.write_to_customer(folio)
	assert {row.status for row in folios.promises_of(folio, "First Answer")} == {"Fulfilled"}


@pytest.mark.parametrize("end", [folios.close, folios.withdraw])
def test_a_reply_on_an_ended_case_rings_the_bell_of_who_had_it(end):
	person = folios.cast(Role.EXECUTIVE)
	folio = end(folios.make_folio(assigned_to=person))
	bells = {"document_name": folio.name, "for_user": person, "type": "Alert"}
	before = frappe.db.count("Notification Log", bells)
	folios.make_mail(folio, "Administrator", sent_or_received="Received", sender=folios.CUSTOMER_MAIL)
	assert frappe.db.count("Notification Log", bells) == before + 1
	assert folios.reloaded(folio).stage == folio.stage


@pytest.mark.parametrize("prepare", [folios.accept, folios.answer, lambda folio: folio])
def test_a_word_of_the_customer_rings_the_bell_of_who_has_the_case(prepare):
	person = folios.cast(Role.EXECUTIVE)
	folio = prepare(folios.make_folio(assigned_to=person))
	before = bells_of(person, folio)
	folios.make_mail(folio, "Administrator", sent_or_received="Received", sender=folios.CUSTOMER_MAIL)
	assert bells_of(person, folio) == before + 1


def test_who_takes_a_call_down_is_not_told_of_it():
	person = folios.cast(Role.EXECUTIVE)
	folio = folios.accept(folios.make_folio(assigned_to=person), by=person)
	before = bells_of(person, folio)
	folios.hear_from_customer(folio, by=person)
	assert bells_of(person, folio) == before


def bells_of(person, folio):
	return frappe.db.count(
		"Notification Log", {"document_name": folio.name, "for_user": person, "type": "Alert"}
	)


def test_mail_among_ourselves_is_no_answer_and_no_word_of_the_customer():
	folio = folios.make_folio()
	user, colleague = folios.cast(Role.EXECUTIVE), folios.staff(Role.TECHNICIAN)
	address = frappe.db.get_value("User", colleague, "email")
	folios.make_mail(folio, user, recipients=f"Laboratorio <{address.upper()}>")
	folios.make_mail(folio, "Administrator", sent_or_received="Received", sender=address)
	assert not folios.reloaded(folio).first_answered_at
	assert not folios.events_of(folio, Events.OUTBOUND) and not folios.events_of(folio, Events.INBOUND)
	folios.make_mail(folio, user, recipients=f"{address}, {folios.CUSTOMER_MAIL}")
	assert folios.events_of(folio, Events.OUTBOUND)


@pytest.mark.parametrize("known_by", ["email", "contact", "customer", "lead"])
def test_a_customer_who_is_a_user_of_the_desk_is_answered_all_the_same(known_by):
	address = frappe.db.get_value("User", folios.staff(Role.TECHNICIAN), "email")
	make = {
		"email": lambda: address,
		"contact": lambda: factories.make_contact(email=address).name,
		"customer": lambda: factories.make_contact(factories.make_customer(), email=address)
		.links[0]
		.link_name,
		"lead": lambda: factories.make_lead(email_id=address).name,
	}
	folio = folios.make_folio(**{known_by: make[known_by]()})
	folios.make_mail(folio, "Administrator", sent_or_received="Received", sender=address)
	folios.make_mail(folio, folios.cast(Role.EXECUTIVE), recipients=address)
	assert folios.events_of(folio, Events.INBOUND) and folios.reloaded(folio).first_answered_at
