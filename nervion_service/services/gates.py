"""What must be there before a folio enters a stage, each refusal a sentence that says what to do (S1.11, D16, D18)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import frappe
from frappe import _
from frappe.model.workflow import WorkflowPermissionError
from frappe.utils import cint

from nervion_service.domain import closing, safety
from nervion_service.domain.taxonomy import ENDED_STAGES, Stage
from nervion_service.services import answers, clock, settings, stages


def gate(folio, before) -> None:
	"""Refuse a transition whose requirements are not met, with what is missing and what to do."""
	problem = missing(folio, folio.stage, before)
	if problem:
		frappe.throw(problem, title=_("Not Yet"))


@contextmanager
def explained_transition(folio) -> Iterator[None]:
	"""Turn Frappe's refusal of a transition, as of a card that was dragged, into a sentence in the reader's words."""
	try:
		yield
	except WorkflowPermissionError:
		before = folio.get_doc_before_save()
		if before is None:
			raise
		frappe.clear_last_message()
		frappe.throw(
			_("In the state {0} you cannot move this to {1}. Open it and use its actions.").format(
				frappe.bold(_(before.workflow_state)), frappe.bold(_(folio.workflow_state))
			),
			WorkflowPermissionError,
			title=_("Not Now"),
		)


def missing(folio, stage: str, before=None) -> str | None:
	"""What `folio` still lacks to enter `stage`, as a sentence; None when nothing does. Only looks."""
	check = _GATES.get(stage)
	problem = emergency(folio) if stage in ENDED_STAGES else None
	return problem or (check(folio, before or folio) if check else None)


def emergency(folio) -> str | None:
	"""K1: a case does not end while somebody may need help, nor before a doubt about it was asked; None when neither is so."""
	if safety.is_open(folio.safety, folio.safety_attended_at):
		return _("Somebody may need help: attend the accident first, and write down what was done.")
	if folio.safety_suspected:
		return _("Ask first whether there was an accident: fill in {0}.").format(_label(folio, "safety"))
	return None


def _answered(folio, before) -> str | None:
	return refusal(closing.may_answer(answers.contacts(folio.name).answered_since_taken_up))


def _waiting(folio, before) -> str | None:
	if answers.contacts(folio.name).question_waits:
		return None
	return _(
		"Ask the customer first, by e-mail or in a logged call: only an unanswered question lets the folio wait."
	)


def _closed(folio, before) -> str | None:
	verdict = closing_verdict(folio)
	if verdict.code == closing.CONFIRMED and not (folio.satisfaction_means and folio.satisfaction_by):
		return _("Say by which means and by whom the customer's word came: fill in {0} and {1}.").format(
			_label(folio, "satisfaction_means"), _label(folio, "satisfaction_by")
		)
	return refusal(verdict)


def _withdrawn(folio, before) -> str | None:
	if folio.withdrawal_reason:
		return None
	return _("Say why the customer desists: fill in {0}.").format(_label(folio, "withdrawal_reason"))


def _reopened(folio, before) -> str | None:
	verdict = reopening_verdict(before)
	# a folio whose complaint is taken up again follows it: the window was asked about there
	if not verdict and not folio.flags.by_complaint:
		return refusal(verdict)
	if folio.reopen_reason:
		return None
	return _("Say why the folio is taken up again: fill in {0}.").format(_label(folio, "reopen_reason"))


def refusal(verdict: closing.Verdict) -> str | None:
	"""Why it is not allowed, as a sentence; None when it is."""
	if verdict:
		return None
	code = "new_linked_folio" if verdict.code == closing.NEW_FOLIO else verdict.code
	return _(closing.MESSAGES[code]).format(**dict(verdict.values))


def closing_verdict(folio) -> closing.Verdict:
	"""Whether the customer's word, or the settled number of attempts to get it, lets the folio be closed (D16)."""
	settled = settings.number("closing_attempts", 1)
	word = {"Satisfied": True, "Not Satisfied": False}.get(folio.satisfaction)
	attempts = 0 if word is not None else _attempts(folio)
	return closing.may_close(word, attempts, settled, answers.one_attempt_a_day())


def _attempts(folio) -> int:
	return answers.contacts(folio.name).attempts_since(folio.answered_at, folio.company)


def reopening_verdict(folio) -> closing.Verdict:
	"""What taking up the ended folio again means: simply, in the Coordinator's hands, or as a new linked folio."""
	withdrawn_at = folio.withdrawn_at if folio.stage == Stage.WITHDRAWN else None
	ended_at = withdrawn_at or folio.first_closed_at
	window = timedelta(days=settings.number("reopen_window_days", 0))
	now = max(clock.now(), ended_at) if ended_at else clock.now()
	return closing.reopening(now, ended_at, window, cint(folio.reopen_count))


def check_edit(folio, before) -> None:
	"""Only who the workflow lets edit in a state may: Frappe checks this in the browser alone."""
	if folio.flags.by_service or frappe.session.user == "Administrator":
		return
	allowed = {
		row.allow_edit for row in stages.workflow(folio.doctype).states if row.state == before.workflow_state
	}
	if not allowed & set(frappe.get_roles()):
		frappe.throw(
			_("In the state {0} your roles cannot change this. If there is more to do, reopen it.").format(
				frappe.bold(_(before.workflow_state))
			),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)


def _label(folio, fieldname: str) -> str:
	return frappe.bold(_(folio.meta.get_label(fieldname)))


_GATES = {
	Stage.ANSWERED: _answered,
	Stage.WAITING: _waiting,
	Stage.CLOSED: _closed,
	Stage.WITHDRAWN: _withdrawn,
	Stage.REOPENED: _reopened,
}
