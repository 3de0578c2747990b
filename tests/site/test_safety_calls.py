"""An accident told by telephone about a case that is known already: the question is asked there too (K1, S1.4)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import CommitmentKind, Role
from nervion_service.services import phone_intake, safety
from tests import engine, factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.COORDINATOR)
HURT = {"safety": "Yes", "safety_kind": "Injury"}
WORDS = "Se quemó las manos al abrir la cubeta."


@pytest.fixture
def executive():
	with engine.run_as(folios.cast(Role.EXECUTIVE)):
		yield folios.cast(Role.EXECUTIVE)


def running(folio, kind=CommitmentKind.SAFETY):
	return [row for row in folios.promises_of(folio, kind) if row.status == "Running"]


def messages_of(folio):
	return frappe.db.count("Communication", {"reference_name": folio.name})


def test_an_accident_told_about_a_known_case_starts_the_ladder_and_keeps_the_product(executive):
	item = factories.make_item().name
	frappe.db.set_value("Item", item, "safety_data_sheet", "/files/hds-thinner.pdf")
	folio = folios.make_folio(safety="No")
	told = phone_intake.add_call(folio.name, WORDS, {**HURT, "product": item})
	after = folios.reloaded(folio)
	assert [after.safety, after.safety_kind, after.priority, after.product] == [
		"Yes",
		"Injury",
		"Urgent",
		item,
	]
	assert len(running(folio)) == 1
	assert [sheet["item"] for sheet in told["safety"]["data_sheets"]] == [item]
	assert messages_of(folio) == 1


def test_a_call_of_an_hour_ago_rings_since_then_and_is_kept_with_its_time(executive):
	with folios.at(folios.MONDAY):
		folio = folios.make_folio(safety="No")
	with folios.at(folios.MONDAY + folios.minutes(120)):
		phone_intake.add_call(folio.name, WORDS, {**HURT, "received_at": "2026-03-02 11:00:00"})
	(promise,) = folios.promises_of(folio, CommitmentKind.SAFETY)
	assert str(promise.started_at) == "2026-03-02 11:00:00"
	(call,) = frappe.get_all("Communication", {"reference_name": folio.name}, pluck="communication_date")
	assert str(call) == "2026-03-02 11:00:00"


def test_a_second_accident_is_owed_its_own_help(executive):
	folio = folios.make_folio(**HURT)
	safety.attend(folio.name, "Se le lavaron las manos y va al médico.")
	phone_intake.add_call(
		folio.name, "Ahora también su ayudante.", {"safety": "Yes", "safety_kind": "Exposure"}
	)
	assert len(running(folio)) == 1
	assert safety.needs_help_first(folio.name)
	assert folios.reloaded(folio).safety_kind == "Exposure"
	assert len(folios.events_of(folio, "safety_reported")) == 2


def test_a_second_accident_is_about_the_batch_that_is_named_now(executive):
	before, now = factories.make_batch(), factories.make_batch()
	folio = folios.make_folio(**HURT, product=before.item, batch=before.name)
	safety.attend(folio.name, "Se le lavaron las manos y va al médico.")
	told = phone_intake.add_call(folio.name, "Ahora con otro bote.", {**HURT, "batch": now.name})
	after = folios.reloaded(folio)
	assert (after.product, after.batch) == (now.item, now.name)
	assert told["safety"]


def test_an_accident_told_about_an_imported_case_rings_once_it_is_taken_up_and_never_in_silence(executive):
	with engine.run_as("Administrator"):
		folio = folios.close(folios.make_folio(safety="No"))
		folio.db_set("is_history", 1)
	messages = messages_of(folio)
	with pytest.raises(frappe.ValidationError, match="rings nobody: reopen it"):
		phone_intake.add_call(folio.name, WORDS, HURT)
	assert folios.reloaded(folio).safety == "No" and messages_of(folio) == messages
	phone_intake.add_call(folio.name, WORDS, {**HURT, "reopen": 1})
	assert len(running(folio)) == 1
	assert folios.reloaded(folio).stage == "Reopened"


def test_the_same_accident_told_again_starts_nothing_twice(executive):
	folio = folios.make_folio(**HURT)
	phone_intake.add_call(folio.name, "¿Ya vienen?", HURT)
	assert len(running(folio)) == 1


def test_an_accident_rings_for_a_case_that_has_ended_too(executive):
	with engine.run_as("Administrator"):
		folio = folios.close(folios.make_folio(safety="No"))
	phone_intake.add_call(folio.name, WORDS, HURT)
	assert len(running(folio)) == 1
	assert folios.reloaded(folio).stage == "Closed"


def test_a_call_without_the_answer_is_refused_and_leaves_nothing(executive):
	folio = folios.make_folio(safety="No")
	for answer in (None, "", "Maybe"):
		with pytest.raises(frappe.ValidationError, match="Ask first whether somebody was hurt"):
			phone_intake.add_call(folio.name, WORDS, {"safety": answer})
	assert messages_of(folio) == 0
	assert folios.reloaded(folio).safety == "No"


def test_a_no_answers_what_was_never_asked_and_settles_no_doubt(executive):
	asked = folios.make_folio(channel="E-mail")
	doubtful = folios.make_folio(channel="E-mail", subject="Se derramó el tambor")
	for folio in (asked, doubtful):
		phone_intake.add_call(folio.name, "¿Cuándo llega?", {"safety": "No"})
	assert folios.reloaded(asked).safety == "No"
	after = folios.reloaded(doubtful)
	assert [after.safety or "", after.safety_suspected] == ["", 1]


def test_who_may_not_write_the_case_reports_nothing_in_it():
	folio = folios.make_folio(safety="No")
	with engine.run_as(folios.staff(Role.SYSTEMS)), pytest.raises(frappe.PermissionError):
		phone_intake.add_call(folio.name, WORDS, HURT)
	assert folios.reloaded(folio).safety == "No"
