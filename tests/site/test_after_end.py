"""What a customer says about a case that has ended is decided on in time, and waits on no bell alone (S1.2, S1.10, S1.12)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import CommitmentKind, Role
from nervion_service.services import after_end, duplicates, lifecycle, party_search, phone_intake, sweep
from tests import engine, factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.COORDINATOR)
KIND = CommitmentKind.AFTER_END


def promises(folio):
	return folios.promises_of(folio, KIND)


def a_closed_one(**values):
	return folios.close(folios.make_folio(**values))


def the_customer_mails(folio):
	return folios.make_mail(
		folio,
		sent_or_received="Received",
		sender=folios.CUSTOMER_MAIL,
		recipients="atencion@nervion.test",
		content="<p>Además necesito 40 cubetas para el lunes.</p>",
	)


def call(folio, by=Role.EXECUTIVE, **values):
	with engine.run_as(folios.cast(by)):
		return phone_intake.add_call(folio.name, "Otra vez se descascara.", {"safety": "No", **values})


def test_a_reply_to_a_closed_folio_is_promised_a_decision_in_four_working_hours():
	with folios.at(folios.MONDAY):
		folio = a_closed_one()
		the_customer_mails(folio)
	(promise,) = promises(folio)
	assert (promise.status, promise.responsible) == ("Running", folio.assigned_to)
	assert promise.due_at - promise.started_at == timedelta(hours=4)


def test_what_nobody_decides_on_is_broken_and_told():
	with folios.at(folios.MONDAY):
		folio = a_closed_one()
		the_customer_mails(folio)
	frappe.db.commit()
	with folios.at(folios.MONDAY + timedelta(hours=5)):
		sweep.run()
	assert promises(folio)[0].status == "Breached"
	assert frappe.db.exists("Service Notice", {"commitment": promises(folio)[0].name})


def test_a_message_about_an_open_case_or_one_of_ours_promises_nothing_new():
	folio = folios.make_folio()
	the_customer_mails(folio)
	folios.make_mail(a_closed := a_closed_one())
	assert promises(folio) == promises(a_closed) == []


def test_two_messages_wait_for_one_decision_and_a_later_one_for_its_own():
	folio = a_closed_one()
	for _time in range(2):
		the_customer_mails(folio)
	assert len(promises(folio)) == 1
	after_end.settle(folio.name)
	the_customer_mails(folio)
	assert sorted(row.status for row in promises(folio)) == ["Fulfilled", "Running"]


def test_one_press_says_that_nothing_more_is_to_be_done():
	folio = a_closed_one()
	the_customer_mails(folio)
	with engine.run_as(folios.staff(Role.MANAGEMENT)), pytest.raises(frappe.PermissionError):
		after_end.settle(folio.name)
	assert promises(folio)[0].status == "Running"
	with engine.run_as(folios.cast(Role.COORDINATOR)):
		after_end.settle(folio.name)
	assert promises(folio)[0].status == "Fulfilled"
	assert folios.events_of(folio, "after_end_settled")[0].actor == folios.cast(Role.COORDINATOR)
	with pytest.raises(frappe.ValidationError, match="Nothing waits for a decision"):
		after_end.settle(folio.name)
	assert folios.reloaded(folio).stage == "Closed"


def test_taking_the_case_up_again_decides_and_owes_a_new_answer():
	folio = a_closed_one()
	the_customer_mails(folio)
	folios.reopen(folio)
	assert promises(folio)[0].status == "Fulfilled"
	assert [row.status for row in folios.promises_of(folio, CommitmentKind.FIRST_ANSWER)].count(
		"Running"
	) == 1


def test_a_new_folio_or_a_link_to_one_decides_with_it_as_the_proof():
	customer = factories.make_customer()
	for decide in (
		lambda folio: lifecycle.new_linked_folio(folio.name, "Otra cosa", safety="No"),
		lambda folio: duplicates.link(
			(other := folios.make_folio(customer=customer.name, party_name="Ñ")).name, folio.name
		)
		and other.name,
	):
		folio = a_closed_one(customer=customer.name, party_name="Ñ")
		the_customer_mails(folio)
		following = decide(folio)
		(promise,) = promises(folio)
		assert (promise.status, promise.evidence) == ("Fulfilled", following)


# On the telephone --------------------------------------------------------------------------------------------


def test_a_call_about_a_closed_case_is_promised_a_decision_too():
	folio = a_closed_one()
	told = call(folio)
	assert [row["kind"] for row in told["promises"]] == [KIND]


def test_a_call_takes_the_case_up_again_where_the_caller_says_so():
	folio = a_closed_one()
	told = call(folio, by=Role.COORDINATOR, reopen=1)
	after = folios.reloaded(folio)
	assert (after.stage, after.reopen_reason) == ("Reopened", "Otra vez se descascara.")
	assert "First Answer" in [row["kind"] for row in told["promises"]]
	assert promises(folio) == []


def test_after_the_window_a_call_goes_on_in_a_new_folio_that_knows_the_old_one():
	with folios.at(folios.MONDAY):
		folio = a_closed_one(phone="951 333 2277", party_name="Juana Ortiz", email=None)
	said = {
		"party_name": "Juana Ortiz",
		"phone": "951 333 2277",
		"channel": "Phone",
		"request_type": "Claim",
		"safety": "No",
		"text": "Otra vez se descascara.",
		"parent_folio": folio.name,
	}
	with folios.at(folios.MONDAY + timedelta(days=40)), engine.run_as(folios.cast(Role.COORDINATOR)):
		(row,) = party_search.cases("Service Folio", folio.name)
		assert (row["ended"], row["may_reopen"]) == (True, False)
		with pytest.raises(frappe.ValidationError, match="register a new folio"):
			phone_intake.add_call(folio.name, "Otra vez.", {"safety": "No", "reopen": 1})
		told = phone_intake.register(said)
		with pytest.raises(frappe.ValidationError, match="still open"):
			phone_intake.register({**said, "parent_folio": told["folio"]})
	assert folios.reloaded(told["folio"]).parent_folio == folio.name
	assert folios.events_of(folio, "linked")[0].reference_name == told["folio"]


def test_an_ended_case_of_the_caller_says_whether_it_may_be_reopened():
	folio = a_closed_one(party_name="Cliente que vuelve", phone="951 333 2266", email=None)
	with engine.run_as(folios.cast(Role.COORDINATOR)):
		assert party_search.cases("Service Folio", folio.name)[0]["may_reopen"]
