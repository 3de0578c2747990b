"""The life of a folio on the server: its stage, the gates of each transition, and what a transition does (S1.9-S1.11, D16-D18).

Frappe's workflow says who may take which transition; the gates say what must be there first, whichever way it is tried.
A gate only looks, `enforce` stamps the document before it is written, `apply_effects` moves promises and writes history
after it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.domain import closing, reception
from nervion_service.domain.taxonomy import (
	ANSWER_KINDS,
	ENDED_STAGES,
	TECHNICAL_NATURES,
	TECHNICAL_ROLES,
	CommitmentKind,
	Events,
	Role,
	Stage,
)
from nervion_service.services import (
	assignment,
	calendars,
	clock,
	commitments,
	daily_figures,
	events,
	gates,
	reclassification,
	routing,
	stages,
	system,
)

DOCTYPE = "Service Folio"
WORKFLOW_ACTIONS = "frappe.workflow.doctype.workflow_action.workflow_action.process_workflow_actions"
ASSIGNMENT_RULES = "frappe.automation.doctype.assignment_rule.assignment_rule.apply"

# who passes a case on to the second technical level
PASSERS = (*TECHNICAL_ROLES, Role.COORDINATOR, Role.ADMINISTRATOR)

EVENT_OF_STAGE = {
	Stage.ROUTED: Events.ROUTED,
	Stage.IN_ATTENTION: Events.STAGE_CHANGED,
	Stage.WAITING: Events.WAITING,
	Stage.ANSWERED: Events.ANSWERED,
	Stage.CLOSED: Events.CLOSED,
	Stage.WITHDRAWN: Events.WITHDRAWN,
	Stage.REOPENED: Events.REOPENED,
}


# What the controller calls -----------------------------------------------------------------------------------


@contextmanager
def lean_hooks(folio, method: str) -> Iterator[None]:
	"""Leave out, while a folio is saved, two jobs that Frappe does for every DocType and that are not ours to pay for.

	Workflow Actions tell who might act next with a query per transition and role (some forty a save); here the promise
	and the assignment tell it. Assignment Rules are asked when they could find something else than before; they run on
	routed cases only, so an insert does not ask for them.
	"""
	if method != "on_update":
		yield
		return
	rules_matter = not folio.flags.in_insert and assignment.concerns_rules(folio)
	unwanted = (WORKFLOW_ACTIONS,) if rules_matter else (WORKFLOW_ACTIONS, ASSIGNMENT_RULES)
	everywhere = frappe.get_doc_hooks()["*"]
	kept = everywhere["on_update"]
	everywhere["on_update"] = [hook for hook in kept if hook not in unwanted]
	try:
		yield
	finally:
		everywhere["on_update"] = kept


def enforce(folio) -> None:
	"""Derive the stage, refuse what may not be, stamp what is. Runs after Frappe has checked the user's role."""
	folio.stage = stages.of(folio)
	before = folio.get_doc_before_save()
	if before is None:
		return
	if folio.stage == before.stage:
		gates.check_edit(folio, before)
	else:
		gates.gate(folio, before)
		_STAMPS.get(folio.stage, _no_stamp)(folio, before)
	reclassification.stamp(folio, before)
	_stamp_confirmation(folio, before)
	if folio.assigned_to != before.assigned_to:
		assignment.check_person(folio)
	if before.satisfaction:
		daily_figures.release(DOCTYPE, [folio.name])


def apply_effects(folio) -> None:
	"""Move the promises, tell the assigned person and write the history of what this save changed."""
	before = folio.get_doc_before_save()
	if before is None:
		return
	rows = []
	if folio.stage != before.stage:
		_EFFECTS.get(folio.stage, _no_effect)(folio, before)
		rows.append(_transition_row(folio, before))
	reclassification.apply(folio, before)
	_take_promises_along(folio, before)
	if folio.satisfaction and folio.satisfaction != before.satisfaction:
		rows.append(_row(folio, Events.SATISFACTION_CONFIRMED))
	if folio.assigned_to != before.assigned_to:
		assignment.moved(folio, before)
		rows.append(
			_row(folio, _assignment_event(folio), reference_type="User", reference_name=folio.assigned_to)
		)
	if rows:
		events.record_many(rows)


def catch_up(folio) -> None:
	"""Take over what assigning wrote beside this save, so that the document on the screen is the latest."""
	before = folio.get_doc_before_save()
	if before is None or folio.assigned_to == before.assigned_to:
		return
	# the row that this very user has just saved
	latest = frappe.db.get_value(
		DOCTYPE, folio.name, ["modified", "modified_by", "assigned_to"], as_dict=True
	)
	folio.update(latest)


# What people do besides the workflow's buttons ------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def accept(folio: str) -> str:
	"""Take the case: Routed or Reopened → In Attention; in attention already, the technical area's acceptance (D2).

	Returns the stage. A technician who accepts is also who has the case from then on.
	"""
	doc = system.permitted(DOCTYPE, folio, "write")
	if is_technical(frappe.session.user):
		doc.assigned_to = frappe.session.user
	if doc.stage in (Stage.ROUTED, Stage.REOPENED):
		doc.workflow_state = stages.state_of(Stage.IN_ATTENTION)
		doc.save()
	else:
		_accept_late(doc)
	return doc.stage


@frappe.whitelist(methods=["POST"])
def pass_on(folio: str, reason: str) -> str | None:
	"""Give a case that is too complex to the second technical level (S1.15), with the reason; returns who has it now."""
	doc = system.permitted(DOCTYPE, folio, "write")
	system.require_role(PASSERS, _("Cases are passed on by one of these roles: {0}."))
	if doc.stage not in (Stage.ROUTED, Stage.IN_ATTENTION, Stage.REOPENED):
		frappe.throw(
			_("Only a case that is being attended can be passed on; this one is {0}.").format(
				_(doc.workflow_state)
			),
			title=_("Not Now"),
		)
	role = frappe.get_cached_doc("Service Settings").technical_second_level_role or Role.ENGINEER
	first = doc.route_role
	assignment.comment_reason(doc, _("Passed on to the second level"), reason)
	doc.route_role, doc.assigned_to = role, assignment.choose(role, doc.company, excluded=(doc.assigned_to,))
	doc.flags.by_service = True
	doc.save()
	events.record(doc, Events.PASSED_ON, details={"from_role": first, "to_role": role})
	return doc.assigned_to


@frappe.whitelist(methods=["POST"])
def new_linked_folio(folio: str, description: str | None = None, channel: str | None = None) -> str:
	"""Continue an ended case whose window to reopen is over in a new folio of the same party; returns its number."""
	system.require(DOCTYPE, "create")
	doc = system.permitted(DOCTYPE, folio, "read")
	if doc.stage not in ENDED_STAGES:
		frappe.throw(_("This folio is still open: go on working on it."), title=_("Not Needed"))
	copy = frappe.copy_doc(doc, ignore_no_copy=False)
	copy.update({"parent_folio": doc.name, "channel": channel or doc.channel, "received_at": clock.now()})
	copy.description = description or doc.description
	copy.insert()
	events.record(doc, Events.LINKED, reference=(DOCTYPE, copy.name))
	return copy.name


def _accept_late(doc) -> None:
	if doc.stage != Stage.IN_ATTENTION or doc.accepted_at or not _accepts(doc):
		frappe.throw(
			_("There is nothing to accept: the case is {0} and {1}.").format(
				_(doc.workflow_state),
				_("accepted already") if doc.accepted_at else _("not for your area to accept"),
			),
			title=_("Not Needed"),
		)
	_stamp_acceptance(doc)
	doc.flags.by_service = True
	doc.save()
	_fulfil_acceptance(doc)
	events.record(doc, Events.ACCEPTED)


# Stamps ------------------------------------------------------------------------------------------------------


def _no_stamp(folio, before) -> None:
	folio.waiting_since = None


def _stamp_routed(folio, before) -> None:
	# by hand: the job that routes after the commit comes with its route
	if not folio.routed_at:
		folio.flags.event = routing.event_of(folio, routing.stamp(folio))


def _stamp_in_attention(folio, before) -> None:
	folio.waiting_since = None
	# what was said did not end it: it is answered when it is answered again
	folio.answered_at = None
	if before.stage in (Stage.ROUTED, Stage.REOPENED) and _accepts(folio):
		_stamp_acceptance(folio)


def _stamp_acceptance(folio) -> None:
	folio.accepted_by, folio.accepted_at = frappe.session.user, clock.now()


def _stamp_waiting(folio, before) -> None:
	folio.waiting_since = clock.now()


def _stamp_answered(folio, before) -> None:
	folio.waiting_since = None
	folio.answered_at = clock.now()
	folio.closing_attempts = 0


def _stamp_closed(folio, before) -> None:
	verdict = gates.closing_verdict(folio)
	folio.closed_at = clock.now()
	folio.first_closed_at = folio.first_closed_at or folio.closed_at
	folio.closed_without_word = int(verdict.code == closing.WITHOUT_WORD)
	# a later reopening has to say its own reason
	folio.reopen_reason = None


def _stamp_withdrawn(folio, before) -> None:
	folio.waiting_since = None
	folio.withdrawn_at = clock.now()


def _stamp_reopened(folio, before) -> None:
	if gates.reopening_verdict(before).code == closing.ESCALATE:
		folio.flags.escalated = True
		folio.assigned_to = assignment.choose(Role.COORDINATOR, folio.company) or folio.assigned_to
	folio.reopen_count = cint(before.reopen_count) + 1
	for fieldname in ("closed_at", "answered_at", "withdrawn_at", "accepted_by", "accepted_at"):
		folio.set(fieldname, None)
	# the customer's word was about the first answer: the second one needs its own
	for fieldname in (
		"satisfaction",
		"satisfaction_means",
		"satisfaction_by",
		"satisfaction_at",
		"withdrawal_reason",
		"merged_into",
	):
		folio.set(fieldname, None)
	folio.closed_without_word = 0
	_take_up(folio)


def _take_up(folio) -> None:
	# from here on a case of another system is one of ours: watched, routed, and somebody's
	folio.is_history = 0
	if not folio.routed_at:
		routing.stamp(folio)
	folio.assigned_to = folio.assigned_to or assignment.choose(folio.route_role, folio.company)


def _stamp_confirmation(folio, before) -> None:
	if folio.satisfaction != before.satisfaction:
		folio.satisfaction_at = clock.now() if folio.satisfaction else None


# Effects -----------------------------------------------------------------------------------------------------


def _take_promises_along(folio, before) -> None:
	names = ("customer", "department")
	changed = {
		name: folio.get(name) for name in names if (folio.get(name) or None) != (before.get(name) or None)
	}
	# with a new person the department goes along (`assignment.moved`)
	if folio.assigned_to != before.assigned_to:
		changed.pop("department", None)
	if changed:
		commitments.follow(folio.doctype, [folio.name], **changed)


def _no_effect(folio, before) -> None:
	"""A stage that moves no promise."""


def _attend(folio, before) -> None:
	if before.stage == Stage.WAITING:
		commitments.resume(folio.doctype, folio.name, clock.now())
	if folio.accepted_at and folio.accepted_at != before.accepted_at:
		_fulfil_acceptance(folio)


def _wait(folio, before) -> None:
	commitments.pause(folio.doctype, folio.name, folio.waiting_since)


def _answer(folio, before) -> None:
	if before.stage == Stage.WAITING:
		commitments.resume(folio.doctype, folio.name, folio.answered_at)


def _close(folio, before) -> None:
	case = (folio.doctype, folio.name)
	# one that an earlier closing kept is over and stays as it is
	commitments.fulfil(*case, (CommitmentKind.RESOLUTION,), folio.closed_at, case)
	commitments.cancel_open(*case, folio.closed_at)


def _withdraw(folio, before) -> None:
	commitments.cancel_open(folio.doctype, folio.name, folio.withdrawn_at)


def _reopen(folio, before) -> None:
	_name, calendar = calendars.for_company(folio.company)
	commitments.start_again(folio, ANSWER_KINDS, reception.effective_at(clock.now(), calendar))
	folio.add_comment("Info", _("Reopened: {0}").format(frappe.utils.escape_html(folio.reopen_reason)))


def _fulfil_acceptance(folio) -> None:
	case = (folio.doctype, folio.name)
	commitments.fulfil(*case, (CommitmentKind.ACCEPTANCE,), folio.accepted_at, case)


def _accepts(folio) -> bool:
	"""A technical request is accepted by the technical area only (D2); any other by whoever takes it."""
	if frappe.get_cached_value("Request Type", folio.request_type, "nature") not in TECHNICAL_NATURES:
		return True
	return is_technical(frappe.session.user)


def is_technical(user: str) -> bool:
	"""Whether the user belongs to the technical area; Administrator holds every role and belongs to none."""
	return user != "Administrator" and bool(set(TECHNICAL_ROLES) & set(frappe.get_roles(user)))


def _transition_row(folio, before) -> dict:
	accepted = folio.accepted_at and folio.accepted_at != before.accepted_at
	code = Events.ACCEPTED if accepted else EVENT_OF_STAGE.get(folio.stage, Events.STAGE_CHANGED)
	if before.stage == Stage.WAITING and folio.stage == Stage.IN_ATTENTION:
		code = Events.RESUMED
	details = {"without_word": 1} if folio.stage == Stage.CLOSED and folio.closed_without_word else None
	row = {"from_stage": before.stage, "to_stage": folio.stage, "details": details}
	return _row(folio, code, **{**row, **(folio.flags.pop("event", None) or {})})


def _assignment_event(folio) -> str:
	return Events.ESCALATED_TO_COORDINATOR if folio.flags.pop("escalated", False) else Events.ASSIGNED


def _row(folio, event: str, **values) -> dict:
	return {
		"case_type": folio.doctype,
		"case_name": folio.name,
		"event": event,
		"company": folio.company,
		**values,
	}


_STAMPS = {
	Stage.ROUTED: _stamp_routed,
	Stage.IN_ATTENTION: _stamp_in_attention,
	Stage.WAITING: _stamp_waiting,
	Stage.ANSWERED: _stamp_answered,
	Stage.CLOSED: _stamp_closed,
	Stage.WITHDRAWN: _stamp_withdrawn,
	Stage.REOPENED: _stamp_reopened,
}
_EFFECTS = {
	Stage.IN_ATTENTION: _attend,
	Stage.WAITING: _wait,
	Stage.ANSWERED: _answer,
	Stage.CLOSED: _close,
	Stage.WITHDRAWN: _withdraw,
	Stage.REOPENED: _reopen,
}
