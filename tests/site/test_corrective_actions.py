"""Corrective actions on the server: gated whichever way it is tried, sealed, promised by date, verified by somebody else (I2, G11)."""

from datetime import timedelta

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate

from nervion_service.domain.complaint_words import ActionStage as Stage
from nervion_service.domain.taxonomy import CommitmentKind, Events, Role
from nervion_service.services import clock, stages
from nervion_service.services.corrective import actions, causes, quality_records
from nervion_service.workflows.corrective_action import Action
from tests import engine, factories
from tests.site.batch_factories import (
	complete,
	done,
	implemented,
	make_action,
	make_cause,
	make_complaint,
	take,
	verified,
)
from tests.site.folio_factories import cast, everybody, staff  # noqa: F401

CAST = (Role.QUALITY, Role.PRODUCTION, Role.TECHNICIAN, Role.SALES, Role.COORDINATOR)
DOCTYPE = "Service Corrective Action"


def promises(name):
	return frappe.get_all(
		"Service Commitment", {"case_name": name}, ["name", "kind", "status", "responsible"], order_by="name"
	)


def stored(action):
	return frappe.db.get_value(DOCTYPE, action.name, "*", as_dict=True)


def refused(action, words, change=None, error=frappe.ValidationError):
	"""A save is refused in these words, and nothing has changed."""
	before, point = stored(action), "refused"
	frappe.db.savepoint(point)
	doc = frappe.get_doc(DOCTYPE, action.name)
	if change:
		change(doc)
	with pytest.raises(error, match=words):
		doc.save()
	frappe.db.rollback(save_point=point)
	assert stored(action) == before


def to(stage):
	return lambda doc: doc.update({"workflow_state": stages.state_of(stage, DOCTYPE)})


def kept(action, kind):
	return [(row.status, row.responsible) for row in promises(action.name) if row.kind == kind]


def test_the_whole_way_is_walked_by_those_whose_it_is():
	quality, production = cast(Role.QUALITY), cast(Role.PRODUCTION)
	action = make_action()
	assert (action.stage, action.name[:3]) == (Stage.OPEN, "AC-")
	refused(action, "corrected or contained at once", to(Stage.ANALYSIS))
	complete(action, production, quality).save()
	action = take(action, Action.ANALYSE, by=production)
	action = take(action, Action.START, by=production)
	assert ("Running", production) in kept(action, CommitmentKind.CORRECTIVE_ACTION)
	refused(action, "Task 1 is not done", to(Stage.IMPLEMENTED))
	with engine.run_as(production):
		action = done(action).save()
	assert ("Fulfilled", production) in kept(action, CommitmentKind.CORRECTIVE_ACTION)
	action = take(action, Action.IMPLEMENT, by=production)
	assert action.implemented_at
	assert kept(action, CommitmentKind.VERIFICATION) == [("Running", quality)]
	action = verified(action, "Effective", by=quality)
	assert (action.verified_by, action.stage) == (quality, Stage.VERIFIED)
	assert kept(action, CommitmentKind.VERIFICATION)[0][0].startswith("Fulfilled")
	action = take(action, Action.CLOSE, by=quality)
	assert action.stage == Stage.CLOSED and action.closed_at
	codes = frappe.get_all(
		"Service Event", {"case_name": action.name}, pluck="event", order_by="happened_at, name"
	)
	ours = [code for code in codes if code.startswith("action_")]
	assert ours[0] == Events.ACTION_OPENED
	assert {Events.ACTION_IMPLEMENTED, Events.ACTION_VERIFIED, Events.ACTION_CLOSED} <= set(ours)


def test_effectiveness_is_not_judged_before_the_action_nor_before_its_date_nor_by_who_did_it():
	quality, production = cast(Role.QUALITY), cast(Role.PRODUCTION)
	action = complete(make_action(), production, quality).save()
	early = "once the action is implemented, not before"
	refused(action, early, lambda doc: doc.update({"effectiveness": "Effective"}))
	assert make_action(effectiveness="Effective").effectiveness is None
	action = implemented(quality, quality)
	action.update({"effectiveness": "Effective"})
	action = action.save()
	with engine.run_as(quality):
		refused(action, "somebody else checks", to(Stage.VERIFIED))
		refused(action, "or later: the action has to show", to(Stage.VERIFIED))
	refused(action, "closes once its effectiveness|Not a valid Workflow Action|not allowed", to(Stage.CLOSED))
	day = frappe.utils.get_datetime(action.verification_date) + timedelta(hours=9)
	with clock.at(day), engine.run_as(quality):
		refused(action, "somebody else checks", to(Stage.VERIFIED))
		assert action.implemented_by == "Administrator"
	with clock.at(day):
		refused(action, "somebody else checks", to(Stage.VERIFIED))
		assert take(action, Action.VERIFY, by=staff(Role.QUALITY)).stage == Stage.VERIFIED


def test_a_negative_verdict_opens_the_next_cycle_by_eight_disciplines():
	quality = cast(Role.QUALITY)
	action = verified(implemented(cast(Role.PRODUCTION), quality), "Not Effective", by=quality)
	following = frappe.get_doc(DOCTYPE, action.next_action)
	assert (following.previous_action, following.root_cause) == (action.name, action.root_cause)
	assert (following.method, following.stage) == ("Eight Disciplines", Stage.OPEN)
	assert following.demanded_by == "Not Effective Before"
	assert kept(following, CommitmentKind.CORRECTIVE_ACTION)[0][0] == "Running"
	following = take(complete(following, quality, quality).save(), Action.ANALYSE)
	refused(
		following,
		"Answer at least 3 whys",
		lambda doc: (doc.set("why", doc.why[:2]), to(Stage.IN_PROGRESS)(doc)),
	)
	refused(
		following,
		"where else the same cause",
		lambda doc: (doc.set("similar", []), to(Stage.IN_PROGRESS)(doc)),
	)
	assert take(action, Action.CLOSE, by=quality).stage == Stage.CLOSED


@pytest.mark.parametrize(
	("role", "step"),
	[(Role.PRODUCTION, Action.VERIFY), (Role.TECHNICIAN, Action.VERIFY), (Role.PRODUCTION, Action.CANCEL)],
)
def test_judging_and_cancelling_are_qualitys(role, step):
	action = (
		implemented(cast(Role.TECHNICIAN), cast(Role.QUALITY)) if step == Action.VERIFY else make_action()
	)
	with (
		engine.run_as(cast(role)),
		pytest.raises(frappe.ValidationError, match="Not a valid Workflow Action"),
	):
		apply_workflow(frappe.get_doc(DOCTYPE, action.name), step)
	assert stored(action).stage == action.stage


def test_stamps_are_the_systems_and_what_was_settled_stays():
	action = implemented(cast(Role.PRODUCTION), cast(Role.QUALITY))
	for field, value in (
		("implemented_at", "2020-01-01 10:00:00"),
		("verified_by", "Administrator"),
		("next_action", action.name),
	):
		refused(action, "filled in by the system", lambda doc, f=field, v=value: doc.update({f: v}))
	for field, value in (
		("verification_date", "2020-01-01"),
		("root_cause", make_cause()),
		("cause_text", "Otra"),
		("method", "Eight Disciplines"),
	):
		refused(action, "is settled since", lambda doc, f=field, v=value: doc.update({f: v}))
	refused(action, "is settled since", lambda doc: doc.tasks[0].update({"result": "Nada"}))
	typed = make_action(implemented_at="2020-01-01 10:00:00", verified_by="Administrator", stage=Stage.CLOSED)
	assert (typed.implemented_at, typed.verified_by, typed.stage) == (None, None, Stage.OPEN)


def test_a_task_that_is_given_to_somebody_else_or_another_day_is_another_promise():
	production, technician = cast(Role.PRODUCTION), cast(Role.TECHNICIAN)
	action = complete(make_action(), production, cast(Role.QUALITY)).save()
	action = take(take(action, Action.ANALYSE), Action.START)
	first = action.tasks[0].commitment
	row = frappe.db.get_value("Service Commitment", first, ["due_at", "responsible", "status"], as_dict=True)
	assert getdate(row.due_at) == getdate(action.tasks[0].due_date)
	assert (row.responsible, row.status) == (production, "Running")
	foreign = promises(make_action().name)[0].name
	action.tasks[0].update({"responsible": technician, "commitment": foreign})
	action.append(
		"tasks", {"task": "Capacitar", "responsible": technician, "due_date": add_days(getdate(), 9)}
	)
	action = action.save()
	assert frappe.db.get_value("Service Commitment", first, "status") == "Cancelled"
	assert frappe.db.get_value("Service Commitment", foreign, "status") == "Running"
	mine = [one for one in promises(action.name) if one.responsible == technician and one.status == "Running"]
	assert {one.name for one in mine} == {row.commitment for row in action.tasks}
	action = take(action, Action.BACK)
	assert {row.commitment for row in action.tasks} == {None}
	running = [one for one in promises(action.name) if one.status == "Running"]
	assert len(running) == 1 and running[0].responsible != technician


def test_a_critical_matter_is_not_done_the_plain_way():
	action = make_action(severity="Critical", method="Plain")
	assert (action.method, action.demanded_by) == ("Eight Disciplines", "Severity")
	action.method = "Plain"
	assert action.save().method == "Eight Disciplines"
	# what turns out to be critical later, too
	later = make_action(severity="Minor")
	with engine.run_as(cast(Role.QUALITY)):
		later.severity = "Critical"
		later.save()
	assert (later.method, later.demanded_by) == ("Eight Disciplines", "Severity")


def test_it_is_cancelled_with_a_reason_only_and_never_deleted():
	action = make_action()
	refused(action, "why it is not carried on", to(Stage.CANCELLED))
	action.cancel_reason = "Duplicada"
	action = take(action.save(), Action.CANCEL, by=cast(Role.QUALITY))
	assert {one.status for one in promises(action.name)} == {"Cancelled"}
	with pytest.raises(frappe.ValidationError, match="never deleted"):
		action.delete()


def test_people_of_a_plan_work_here():
	action = make_action()
	stranger = factories.make_user(roles=["Customer"]).name
	refused(action, "not an enabled user of the desk", lambda doc: doc.update({"verification_by": stranger}))


def test_sales_neither_sees_nor_opens_one_and_a_worker_opens_none():
	complaint = make_complaint()
	action = make_action()
	with engine.run_as(cast(Role.SALES)):
		assert not frappe.has_permission(DOCTYPE, "read", action)
		with pytest.raises(frappe.PermissionError, match="not permitted"):
			actions.from_complaint(complaint.name)
	with engine.run_as(cast(Role.PRODUCTION)):
		assert frappe.has_permission(DOCTYPE, "write", action)
		with pytest.raises(frappe.PermissionError, match="not permitted"):
			actions.from_complaint(complaint.name)


def test_quality_opens_one_out_of_a_complaint_and_its_history_says_so():
	cause, batch = make_cause(), factories.make_batch()
	complaint = make_complaint([batch], root_cause=cause, severity="Major")
	with engine.run_as(cast(Role.QUALITY)):
		action = frappe.get_doc(DOCTYPE, actions.from_complaint(complaint.name))
	assert (action.complaint, action.root_cause, action.batch) == (complaint.name, cause, batch.name)
	assert (action.method, action.severity) == ("Plain", "Major")
	event = {"case_name": complaint.name, "event": Events.ACTION_OPENED, "reference_name": action.name}
	assert frappe.db.exists("Service Event", event)


def test_only_a_cause_that_is_offered_may_be_chosen():
	group = make_cause(is_group=1)
	for cause, words in (
		(group, "is a group of causes"),
		(make_cause(disabled=1), "no longer offered"),
	):
		refused(make_action(), words, lambda doc, cause=cause: doc.update({"root_cause": cause}))
	child = make_cause(parent_service_root_cause=group)
	assert causes.path(child) == f"{group} / {child}"
	with pytest.raises(frappe.ValidationError, match="never deleted"):
		frappe.delete_doc("Service Root Cause", child)
	make_action(root_cause=child)
	used = frappe.get_doc("Service Root Cause", child)
	used.is_group = 1
	with pytest.raises(frappe.ValidationError, match="cannot become a group"):
		used.save()


def test_the_shipped_causes_are_a_tree_marked_as_assumptions():
	names = frappe.get_all(
		"Service Root Cause", {"is_assumption": 1}, ["name", "is_group", "parent_service_root_cause"]
	)
	groups = {row.name for row in names if row.is_group}
	assert len(groups) == 7 and len(names) > 30
	assert {row.parent_service_root_cause for row in names if not row.is_group} == groups


def test_erpnexts_own_records_are_made_and_follow():
	if not frappe.db.exists("DocType", "Quality Action"):
		pytest.skip("the stand-in has no quality module")
	action = implemented(cast(Role.PRODUCTION), cast(Role.QUALITY))
	name = quality_records.make_quality_action(action.name)
	assert frappe.get_doc("Quality Action", name).resolutions[0].responsible == cast(Role.PRODUCTION)
	action = verified(frappe.get_doc(DOCTYPE, action.name), "Effective", by=cast(Role.QUALITY))
	take(action, Action.CLOSE)
	assert frappe.db.get_value("Quality Action", name, "status") == "Completed"


def test_what_this_site_has_of_erpnexts_quality_module_is_offered():
	action = make_action()
	has = bool(frappe.db.exists("DocType", "Quality Action"))
	assert quality_records.offered(action.name) == {"non_conformance": has, "quality_action": has}
	if not has:
		with pytest.raises(frappe.ValidationError, match="This site has no"):
			quality_records.make_quality_action(action.name)
