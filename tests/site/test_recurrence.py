"""The same cause again (D10) and the cases that were like it (K9), on a site."""

from datetime import datetime, timedelta

import frappe
import pytest

from nervion_service.domain.corrective import REASONS
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.patches import name_demanded_actions
from nervion_service.services import clock, languages
from nervion_service.services.corrective import actions, precedents, reasons, recurrence
from nervion_service.workflows.corrective_action import Action
from tests import engine, factories
from tests.site.batch_factories import (
	complete,
	implemented,
	make_action,
	make_cause,
	make_complaint,
	take,
	verified,
)
from tests.site.folio_factories import cast, everybody  # noqa: F401

CAST = (Role.QUALITY, Role.PRODUCTION, Role.SALES)
ACTION = "Service Corrective Action"
DONE_AT = datetime(2026, 3, 2, 12)
DAY = timedelta(days=1)


@pytest.fixture
def held_cause():
	"""A cause against which an action was implemented on DONE_AT, opened out of a first complaint."""
	first = make_complaint(root_cause=make_cause(), received_at=DONE_AT - 20 * DAY)
	action = implemented(
		cast(Role.PRODUCTION),
		cast(Role.QUALITY),
		at=DONE_AT,
		root_cause=first.root_cause,
		complaint=first.name,
	)
	return first, action


def actions_about(cause):
	return frappe.get_all(ACTION, {"root_cause": cause}, pluck="name", order_by="name")


def test_a_recurrence_is_found_when_the_cause_is_set_and_demands_one_action(held_cause):
	first, action = held_cause
	again = make_complaint(root_cause=first.root_cause, received_at=DONE_AT + 5 * DAY)
	found = recurrence.cause_set(again)
	assert (found["recurrence_of"], found["recurrence_action"]) == (first.name, action.name)
	stored = frappe.db.get_value(
		"Service Complaint", again.name, ["recurrence_of", "recurrence_action"], as_dict=True
	)
	assert stored == {"recurrence_of": first.name, "recurrence_action": action.name}
	demanded = frappe.get_doc(ACTION, found["action"])
	assert (demanded.method, demanded.demanded_by) == ("Eight Disciplines", "Recurrence")
	assert (demanded.previous_action, demanded.complaint) == (action.name, again.name)
	event = {"case_name": again.name, "event": Events.RECURRENCE_FOUND, "reference_name": action.name}
	assert frappe.db.count("Service Event", event) == 1
	third = make_complaint(root_cause=first.root_cause, received_at=DONE_AT + 6 * DAY)
	assert recurrence.cause_set(third)["action"] == demanded.name
	# opened for another complaint, and named by each
	for complaint in (again, third):
		assert frappe.db.get_value("Service Complaint", complaint.name, "demanded_action") == demanded.name
	recurrence.cause_set(again)
	assert actions_about(first.root_cause) == [action.name, demanded.name]
	assert frappe.db.count("Service Event", event) == 1


@pytest.mark.parametrize(
	("after", "changes"),
	[
		(-DAY, {}),
		(91 * DAY, {}),
		(5 * DAY, {"verdict": "Inadmissible"}),
		(5 * DAY, {"root_cause": "another"}),
		(5 * DAY, {"root_cause": None}),
		(5 * DAY, {"company": "another"}),
	],
)
def test_what_is_no_recurrence_demands_nothing(held_cause, after, changes):
	first, action = held_cause
	if changes.get("root_cause") == "another":
		changes = {"root_cause": make_cause()}
	if "company" in changes:
		changes = {"company": factories.make_company(company_name=factories.unique("Otra")).name}
	complaint = make_complaint(**{"root_cause": first.root_cause, "received_at": DONE_AT + after, **changes})
	found = recurrence.cause_set(complaint)
	assert found == {"recurrence_of": None, "recurrence_action": None, "action": None}
	assert actions_about(first.root_cause) == [action.name]


def test_the_window_is_a_setting_and_a_cause_that_is_corrected_takes_the_mark_back(held_cause):
	first, action = held_cause
	complaint = make_complaint(root_cause=first.root_cause, received_at=DONE_AT + 5 * DAY)
	recurrence.cause_set(complaint)
	frappe.db.set_single_value("Complaint Settings", "recurrence_days", 4)
	frappe.clear_document_cache("Complaint Settings", "Complaint Settings")
	assert recurrence.cause_set(complaint)["recurrence_action"] is None
	assert not frappe.db.get_value("Service Complaint", complaint.name, "recurrence_of")
	assert action.name in actions_about(first.root_cause)


def test_a_critical_complaint_demands_an_action_the_first_time():
	complaint = make_complaint(root_cause=make_cause(), severity="Critical")
	found = recurrence.cause_set(complaint)
	assert frappe.db.get_value(ACTION, found["action"], "demanded_by") == "Severity"
	assert found["recurrence_action"] is None


def test_why_eight_disciplines_are_demanded_is_told_in_the_readers_language():
	kept = ", ".join(REASONS)
	with languages.speaking("es"):
		told = reasons.words(kept)
	assert told == "Severidad, Reincidencia, Lote, No eficaz la vez anterior, Hallazgo de auditoría"
	assert reasons.words(None) == ""
	action = make_action(severity="Critical")
	with languages.speaking("es"):
		action.before_print()
	assert action.demanded_by == "Severidad"


def test_one_cause_has_one_open_action_whoever_asks_for_it(held_cause):
	first, action = held_cause
	again = make_complaint(root_cause=first.root_cause, received_at=DONE_AT + 5 * DAY)
	demanded = recurrence.cause_set(again)["action"]
	with engine.run_as(cast(Role.QUALITY)):
		assert actions.from_complaint(again.name) == actions.from_complaint(first.name) == demanded
	action = verified(frappe.get_doc(ACTION, action.name), "Not Effective", by=cast(Role.QUALITY))
	assert (action.stage, action.next_action) == ("Verified", demanded)
	assert actions_about(first.root_cause) == [action.name, demanded]
	assert frappe.db.get_value(ACTION, demanded, "demanded_by") == "Recurrence, Not Effective Before"


def test_eight_disciplines_are_demanded_of_an_action_that_is_planned_already():
	cause = make_cause()
	action = complete(make_action(root_cause=cause), cast(Role.PRODUCTION), cast(Role.QUALITY)).save()
	action = take(take(action, Action.ANALYSE), Action.START)
	assert (
		recurrence.cause_set(make_complaint(root_cause=cause, severity="Critical"))["action"] == action.name
	)
	action.reload()
	assert (action.stage, action.method) == ("In Progress", "Eight Disciplines")
	assert action.demanded_by == "Severity"


def cancelled(name, **values):
	action = frappe.get_doc(ACTION, name)
	action.update({"cancel_reason": "Duplicada", **values})
	return take(action.save(), Action.CANCEL, by=cast(Role.QUALITY))


def test_what_was_demanded_is_cancelled_only_when_another_action_carries_it_on(held_cause):
	first, failed = held_cause
	again = make_complaint(root_cause=first.root_cause, received_at=DONE_AT + 5 * DAY)
	demanded = recurrence.cause_set(again)["action"]
	other = make_action(root_cause=first.root_cause)
	for words, replacement in (
		(r"demanded \(Recurrence\): name the action", None),
		("cannot carry this on", demanded),
		("cannot carry this on", failed.name),
		("cannot carry this on", make_action(root_cause=make_cause()).name),
	):
		frappe.db.savepoint("cancelled")
		with pytest.raises(frappe.ValidationError, match=words):
			cancelled(demanded, replaced_by=replacement)
		frappe.db.rollback(save_point="cancelled")
	assert frappe.db.get_value(ACTION, demanded, "stage") == "Open"
	assert cancelled(demanded, replaced_by=other.name).stage == "Cancelled"
	other.reload()
	assert (other.demanded_by, other.method) == ("Recurrence", "Eight Disciplines")
	assert frappe.db.get_value("Service Complaint", again.name, "demanded_action") == other.name
	# nothing demands it any more, once the complaint has another cause
	again.db_set({"root_cause": None, "recurrence_action": None})
	assert cancelled(other.name).stage == "Cancelled"


def test_complaints_of_before_are_given_the_action_that_was_open_about_their_cause(held_cause):
	first, failed = held_cause
	stamps = {"root_cause": first.root_cause, "root_cause_set_at": DONE_AT + 5 * DAY, "severity": "Critical"}
	again, other = (make_complaint(received_at=DONE_AT + 4 * DAY, **stamps) for _one in range(2))
	minor = make_complaint(received_at=DONE_AT + 4 * DAY, **{**stamps, "severity": "Minor"})
	opened = recurrence.cause_set(again)["action"]
	again.db_set("demanded_action", None)
	name_demanded_actions.execute()
	for complaint, action in ((again, opened), (other, opened), (minor, None), (first, None)):
		assert frappe.db.get_value("Service Complaint", complaint.name, "demanded_action") == action
	assert opened != failed.name


def test_a_group_of_causes_is_no_cause():
	complaint = make_complaint(root_cause=make_cause(is_group=1))
	with pytest.raises(frappe.ValidationError, match="is a group of causes"):
		recurrence.cause_set(complaint)


def test_precedents_are_those_that_the_reader_may_see_with_what_worked():
	family = factories.unique("Aspecto")
	lumps, sag = (
		factories.insert("Service Defect", {"defect_name": factories.unique(name), "family": family}).name
		for name in ("Grumos", "Escurrimiento")
	)
	batch = factories.make_batch()
	old = {"received_at": DONE_AT, "workflow_state": "Closed", "stage": "Closed"}
	worked = make_complaint([batch], defect=lumps, surface="Lámina galvanizada", **old)
	failed = make_complaint([batch], defect=lumps, surface="Lámina galvanizada", reopen_count=1, **old)
	akin = make_complaint(defect=sag, **old)
	make_complaint([batch], **old)
	make_complaint([batch], defect=lumps, **{**old, "verdict": "Inadmissible"})
	later = {**old, "received_at": DONE_AT + 40 * DAY}
	make_complaint([batch], defect=lumps, surface="Lámina galvanizada", **later)
	mine = make_complaint([batch], defect=lumps, surface="lamina galvanizada", received_at=DONE_AT + 30 * DAY)
	with engine.run_as(cast(Role.QUALITY)), clock.at(DONE_AT + 30 * DAY):
		found = precedents.precedents(mine.name)
	assert [one["complaint"] for one in found] == [worked.name, failed.name, akin.name]
	assert [one["outcome"] for one in found] == ["Worked", "Did Not Work", "Worked"]
	assert found[0]["shared"] == ["Defect", "Product", "Surface"]
	assert (found[0]["items"], found[2]["shared"]) == ([batch.item], ["Family of defects"])
	with engine.run_as(factories.make_user().name), pytest.raises(frappe.PermissionError):
		precedents.precedents(mine.name)
	assert precedents.precedents(make_complaint().name) == []
