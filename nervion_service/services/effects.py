"""What a transition does beside the folio, after it was written: promises move, tasks close, the history gets its line."""

import frappe
from frappe import _

from nervion_service.domain import reception
from nervion_service.domain.taxonomy import ANSWER_KINDS, CommitmentKind, Events, Stage
from nervion_service.services import after_end, calendars, clock, commitments, system

# by its path: the letter asks what the customer's page says, which asks the gates
ASK_WHETHER_SOLVED = "nervion_service.services.solved_letter.ask"
EVENT_OF_STAGE = {
	Stage.ROUTED: Events.ROUTED,
	Stage.IN_ATTENTION: Events.STAGE_CHANGED,
	Stage.WAITING: Events.WAITING,
	Stage.ANSWERED: Events.ANSWERED,
	Stage.CLOSED: Events.CLOSED,
	Stage.WITHDRAWN: Events.WITHDRAWN,
	Stage.REOPENED: Events.REOPENED,
}


def of_stage(folio, before) -> dict:
	"""Do what entering the folio's stage does; returns its line of history."""
	if effect := _EFFECTS.get(folio.stage):
		effect(folio, before)
	return _transition_row(folio, before)


def line(folio, event: str, **values) -> dict:
	"""A line of the folio's history, not written yet."""
	case = {"case_type": folio.doctype, "case_name": folio.name, "company": folio.company}
	return {**case, "event": event, **values}


def line_of_assignment(folio) -> dict:
	"""The line that says who has the folio from now on."""
	escalated = folio.flags.pop("escalated", False)
	event = Events.ESCALATED_TO_COORDINATOR if escalated else Events.ASSIGNED
	return line(folio, event, reference_type="User", reference_name=folio.assigned_to)


def fulfil_acceptance(folio) -> None:
	"""The promise to accept the case was kept when it was accepted (D2)."""
	case = (folio.doctype, folio.name)
	commitments.fulfil(*case, (CommitmentKind.ACCEPTANCE,), folio.accepted_at, case)


def take_promises_along(folio, before) -> None:
	"""Open promises are counted under the customer and the department that the folio has now."""
	names = ("customer", "department")
	changed = {
		name: folio.get(name) for name in names if (folio.get(name) or None) != (before.get(name) or None)
	}
	# with a new person the department goes along (`assignment.moved`)
	if folio.assigned_to != before.assigned_to:
		changed.pop("department", None)
	if changed:
		commitments.follow(folio.doctype, [folio.name], **changed)


def _attend(folio, before) -> None:
	if before.stage == Stage.WAITING:
		commitments.resume(folio.doctype, folio.name, clock.now())
	if folio.accepted_at and folio.accepted_at != before.accepted_at:
		fulfil_acceptance(folio)


def _wait(folio, before) -> None:
	commitments.pause(folio.doctype, folio.name, folio.waiting_since)


def _answer(folio, before) -> None:
	system.after_commit(ASK_WHETHER_SOLVED, folio_name=folio.name)
	if before.stage == Stage.WAITING:
		commitments.resume(folio.doctype, folio.name, folio.answered_at)


def _close(folio, before) -> None:
	case = (folio.doctype, folio.name)
	# one that an earlier closing kept is over and stays as it is
	commitments.end(*case, (CommitmentKind.RESOLUTION,), folio.closed_at, case)


def _withdraw(folio, before) -> None:
	commitments.cancel_open(folio.doctype, folio.name, folio.withdrawn_at)


def _reopen(folio, before) -> None:
	_name, calendar = calendars.for_company(folio.company)
	after_end.decided(folio)
	commitments.start_again(folio, ANSWER_KINDS, reception.effective_at(clock.now(), calendar))
	folio.add_comment("Info", _("Reopened: {0}").format(frappe.utils.escape_html(folio.reopen_reason)))


def _transition_row(folio, before) -> dict:
	accepted = folio.accepted_at and folio.accepted_at != before.accepted_at
	code = Events.ACCEPTED if accepted else EVENT_OF_STAGE.get(folio.stage, Events.STAGE_CHANGED)
	if before.stage == Stage.WAITING and folio.stage == Stage.IN_ATTENTION:
		code = Events.RESUMED
	details = {"without_word": 1} if folio.stage == Stage.CLOSED and folio.closed_without_word else None
	values = {"from_stage": before.stage, "to_stage": folio.stage, "details": details}
	return line(folio, code, **{**values, **(folio.flags.pop("event", None) or {})})


_EFFECTS = {
	Stage.IN_ATTENTION: _attend,
	Stage.WAITING: _wait,
	Stage.ANSWERED: _answer,
	Stage.CLOSED: _close,
	Stage.WITHDRAWN: _withdraw,
	Stage.REOPENED: _reopen,
}
