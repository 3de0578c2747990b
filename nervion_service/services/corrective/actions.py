"""Corrective and preventive actions on the server: opened, gated, sealed, followed by their promises (I2, G6, G11).

Frappe's workflow says who may take which transition; `domain/corrective.py` says what must be there first, whichever way it is
tried. A negative verdict opens the next cycle by itself.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, format_date, getdate

from nervion_service.domain import corrective as domain
from nervion_service.domain.complaint_words import ADMITTED
from nervion_service.domain.complaint_words import ActionStage as Stage
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import (
	assignment,
	bells,
	clock,
	events,
	gates,
	languages,
	stages,
	system,
)
from nervion_service.services.corrective import (
	action_guards,
	action_promises,
	causes,
	quality_records,
	succession,
)
from nervion_service.services.corrective import reasons as asked

DOCTYPE = "Service Corrective Action"
COMPLAINT = "Service Complaint"
EVENT_OF_STAGE = {Stage.IMPLEMENTED: Events.ACTION_IMPLEMENTED, Stage.CLOSED: Events.ACTION_CLOSED}


# Opening -----------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def from_complaint(complaint: str, action_type: str = domain.Kind.CORRECTIVE) -> str:
	"""Open an action out of a complaint, by the method that it asks for; returns its number, or that of the one which is open already."""
	system.require(DOCTYPE, "create")
	doc = system.permitted(COMPLAINT, complaint, "read")
	reasons = domain.demands(doc.severity, recurs=bool(doc.get("recurrence_action")))
	if known := succession.open_for(doc, action_type):
		succession.demand(known, reasons)
		frappe.msgprint(_("{0} is open about this already.").format(known), alert=True)
		return known
	values = {"previous_action": doc.get("recurrence_action"), "action_type": action_type}
	return open_for_complaint(doc, reasons, **values).name


def open_for_complaint(complaint, reasons=(), **values: Any):
	"""Open an action about what a complaint showed; returns the document. reasons: why eight disciplines are demanded."""
	first = next(iter(complaint.get("lines") or []), frappe._dict())
	return open_action(
		{
			"subject": _(complaint.get("root_cause") or complaint.get("defect") or complaint.name),
			"company": complaint.company,
			"source_type": COMPLAINT,
			"source": complaint.name,
			"complaint": complaint.name,
			"severity": complaint.get("severity"),
			"root_cause": complaint.get("root_cause"),
			"item": first.get("item"),
			"batch": first.get("batch"),
			**values,
		},
		reasons,
	)


def open_action(values: Mapping[str, Any], reasons=()):
	"""Open an action for Quality; returns the document. The caller has checked permission, or acts for the system.

	values: fields of the DocType, company and subject at least. reasons: codes of domain.corrective.Reason.
	"""
	action = frappe.new_doc(DOCTYPE)
	action.update(
		{
			"method": domain.method_for(reasons),
			"assigned_to": assignment.choose(Role.QUALITY, values["company"]),
			**{field: value for field, value in values.items() if value},
		}
	)
	action.demanded_by = asked.kept(reasons)
	action.flags.by_service = True
	# what a case demands is opened whoever showed it; people who open one themselves are asked before
	action.insert(ignore_permissions=True)
	_tell(action)
	return action


def _tell(action) -> None:
	if not action.assigned_to or action.assigned_to == frappe.session.user:
		return
	with languages.speaking(frappe.db.get_value("User", action.assigned_to, "language")):
		subject = _("Corrective action {0}: {1}").format(action.name, escape_html(action.subject))
	bells.ring(action.assigned_to, subject, DOCTYPE, action.name)


# What the controller calls -----------------------------------------------------------------------------------


def prepare(action) -> None:
	"""Fill in what a new action begins with, before it is written."""
	if not action.flags.by_service:
		action.update(dict.fromkeys((*action_guards.STAMPS, "effectiveness", "verification_note")))
	action.received_at = clock.now()


def enforce(action) -> None:
	"""Derive the stage, refuse what may not be, stamp what is. Runs after Frappe has checked the user's role."""
	action.stage = stages.of(action)
	before = action.get_doc_before_save()
	_restore_promises(action, before)
	causes.check_chosen(action.root_cause, before and before.root_cause)
	action_guards.check_people(action, before)
	if before:
		action_guards.check_sealed(action, before)
	# after what people may not change: eight disciplines may be demanded of what is planned already
	action_guards.require_method(action)
	succession.check_replacement(action)
	if domain.verdict_is_too_soon(facts(action)):
		action_guards.refuse(_(domain.MESSAGES["verdict_too_soon"]))
	if before is None:
		return
	if action.stage != before.stage:
		_gate(action, before)
		_stamp(action)
	else:
		gates.check_edit(action, before)


def apply_effects(action) -> None:
	"""Move the promises, open the next cycle, write the history of what this save changed."""
	before = action.get_doc_before_save()
	if before is None:
		return _opened(action)
	action_promises.follow(action, before)
	if action.stage == before.stage:
		return None
	if action.stage == Stage.VERIFIED and action.effectiveness == domain.Effectiveness.NOT_EFFECTIVE:
		_open_next(action)
	if action.stage == Stage.CANCELLED:
		succession.carry_on(action)
	if action.stage == Stage.CLOSED:
		quality_records.complete(action)
	events.record(action, _event_of(action), from_stage=before.stage, to_stage=action.stage)
	return None


def facts(action, stage: str | None = None) -> domain.Facts:
	"""The action as the domain sees it; stage: the one that it has now, where it is about to leave it."""
	return domain.Facts(
		kind=action.action_type,
		method=action.method,
		stage=stage or action.stage,
		containment=action.containment,
		root_cause=action.root_cause,
		cause_text=action.cause_text,
		whys=sum(bool((row.answer or "").strip()) for row in action.why),
		similar=sum(bool((row.note or "").strip()) for row in action.similar),
		tasks=tuple(_task(row) for row in action.tasks),
		implemented_at=action.implemented_at and frappe.utils.get_datetime(action.implemented_at),
		verification_date=action.verification_date and getdate(action.verification_date),
		criterion=action.verification_criterion,
		planned_verifier=action.verification_by,
		verifier=action.verified_by or frappe.session.user,
		effectiveness=action.effectiveness,
		next_action=action.next_action,
		cancel_reason=action.cancel_reason,
		implementer=action.implemented_by,
		recurred=_recurred(action),
		demanded_by=asked.words(action.demanded_by) if succession.is_demanded(action) else None,
		replaced_by=action.replaced_by,
	)


def _recurred(action) -> tuple[str, ...]:
	"""Complaints by which its cause came back although it was implemented."""
	if not action.implemented_at or action.is_new():
		return ()
	# a fact of the house, by which its effect is judged; of the complaints only the numbers are told
	found = frappe.get_all(
		COMPLAINT,
		{"recurrence_action": action.name, "verdict": ("in", ADMITTED)},
		pluck="name",
		order_by="name",
	)
	return tuple(found)


def lacking(action, stage: str) -> list[str]:
	"""What the action still lacks to enter `stage`, in sentences; nothing when it may."""
	before = action.get_doc_before_save()
	found = domain.missing(facts(action, before and before.stage), stage, clock.now())
	return [_(domain.MESSAGES[lack.code]).format(**_readable(lack.values)) for lack in found]


def _task(row) -> domain.Task:
	due, done = (value and getdate(value) for value in (row.due_date, row.done_at))
	return domain.Task(row.task, row.responsible, due, done, row.result or row.evidence)


def _readable(values) -> dict[str, Any]:
	return {name: format_date(value) if hasattr(value, "year") else value for name, value in values}


def _opened(action) -> None:
	action_promises.begin(action)
	reference = (action.source_type, action.source) if action.source else None
	events.record(action, Events.ACTION_OPENED, reference=reference)
	if action.complaint:
		complaint = frappe._dict(doctype=COMPLAINT, name=action.complaint, company=action.company)
		events.record(complaint, Events.ACTION_OPENED, reference=(DOCTYPE, action.name))


def _restore_promises(action, before) -> None:
	"""Which promise belongs to a task is the system's: a caller who could say it would end the promises of others."""
	known = {row.name: row.commitment for row in before.tasks} if before else {}
	for row in action.tasks:
		row.commitment = known.get(row.name)


def _gate(action, before) -> None:
	if problems := lacking(action, action.stage):
		items = "".join(f"<li>{escape_html(one)}</li>" for one in problems)
		what = _("Before it is {0}:").format(frappe.bold(_(action.workflow_state)))
		frappe.throw(f"{what}<ul>{items}</ul>", title=_("Not Yet"))


def _stamp(action) -> None:
	now = clock.now()
	if action.stage == Stage.IMPLEMENTED:
		action.implemented_at, action.implemented_by = now, frappe.session.user
	elif action.stage == Stage.VERIFIED:
		action.verified_by, action.verified_at = frappe.session.user, now
	elif action.stage in domain.ENDED:
		action.closed_at = now


def _event_of(action) -> str:
	if action.stage == Stage.VERIFIED:
		worked = action.effectiveness == domain.Effectiveness.EFFECTIVE
		return Events.ACTION_VERIFIED if worked else Events.ACTION_NOT_EFFECTIVE
	return EVENT_OF_STAGE.get(action.stage, Events.STAGE_CHANGED)


def _open_next(action) -> None:
	"""The next cycle: the action that is open about the cause already, since the same recurrence may have demanded it; else a new one."""
	following = succession.open_about(action.root_cause, action.company, action.action_type)
	if following:
		succession.demand(following, (domain.Reason.NOT_EFFECTIVE,), previous=action.name)
	else:
		following = _new_cycle(action).name
	# part of the transition that was just checked
	action.db_set("next_action", following, update_modified=False)


def _new_cycle(action):
	return open_action(
		{
			**{
				field: action.get(field)
				for field in ("subject", "company", "complaint", "severity", "root_cause", "item", "batch")
			},
			"action_type": action.action_type,
			"source_type": DOCTYPE,
			"source": action.name,
			"previous_action": action.name,
		},
		(domain.Reason.NOT_EFFECTIVE,),
	)
