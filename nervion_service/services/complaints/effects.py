"""What a step does beside the complaint, after it was written: promises move, the folios follow, the history gets its line."""

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from nervion_service.domain import reception
from nervion_service.domain.complaint_words import (
	ADMITTED,
	COMPLAINT,
	COMPLAINT_ENDED,
	COMPLAINT_OPEN,
	Verdict,
)
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import CommitmentKind, Events
from nervion_service.services import assignment, calendars, clock, commitments, effects, reclassification
from nervion_service.services.complaints import progress
from nervion_service.services.visits import calling_off

EVENT_OF_STAGE = {
	Stage.UNDER_REVIEW: Events.REVIEW_STARTED,
	Stage.INADMISSIBLE: Events.DECLARED_INADMISSIBLE,
	Stage.ASSIGNED: Events.ASSIGNED,
	Stage.IN_ANALYSIS: Events.ANALYSIS_STARTED,
	Stage.REPORT_ISSUED: Events.REPORT_ISSUED,
	Stage.WAITING: Events.WAITING,
	Stage.ANSWERED: Events.ANSWERED,
	Stage.REMEDY_DONE: Events.REMEDY_DONE,
	Stage.CLOSED: Events.CLOSED,
	Stage.WITHDRAWN: Events.WITHDRAWN,
	Stage.REOPENED: Events.REOPENED,
}
# the stages in which somebody has taken it up
ATTENDED = tuple(stage for stage in COMPLAINT_OPEN if stage not in (Stage.RECEIVED, Stage.REOPENED))
# the stages in which the customer has nothing more to hear of how it goes
QUIET = (Stage.INADMISSIBLE, Stage.ANSWERED, Stage.REMEDY_DONE, *COMPLAINT_ENDED)


def of_stage(complaint, before) -> list[dict]:
	"""Do what entering the complaint's stage does; returns its lines of history."""
	case = (COMPLAINT, complaint.name)
	if complaint.stage in ATTENDED and before.stage not in ATTENDED:
		commitments.fulfil(*case, (CommitmentKind.CLAIM_ATTENTION,), complaint.attended_at, case)
	if before.stage == Stage.WAITING and complaint.stage not in COMPLAINT_ENDED:
		commitments.resume(*case, clock.now())
	if effect := _EFFECTS.get(complaint.stage):
		effect(complaint, before)
	if complaint.stage in QUIET and before.stage not in QUIET:
		commitments.lapse_kinds(*case, (CommitmentKind.PROGRESS,), clock.now())
	elif before.stage in QUIET and complaint.stage not in QUIET:
		progress.promise(complaint)
	return _lines(complaint, before)


def of_verdict(complaint, before) -> list[dict]:
	"""The promise to judge is kept; the history says that it was admitted."""
	case = (COMPLAINT, complaint.name)
	commitments.fulfil(*case, (CommitmentKind.ADMISSIBILITY,), complaint.verdict_at, case)
	lines = []
	if complaint.verdict in ADMITTED:
		# of one that is not admitted the stage that it goes to tells
		lines.append(effects.line(complaint, Events.ADMITTED, details={"verdict": complaint.verdict}))
	return lines


def of_appeal(complaint, before) -> list[dict]:
	"""The history says what became of an appeal."""
	if not complaint.appeal_upheld or complaint.appeal_upheld == before.appeal_upheld:
		return []
	upheld = complaint.appeal_upheld == "Upheld"
	return [effects.line(complaint, Events.APPEAL_UPHELD if upheld else Events.APPEAL_REJECTED)]


def of_verdict_taken_back(complaint) -> list[dict]:
	"""It is promised anew that it is judged, and the history says that the verdict was taken back."""
	commitments.start(complaint, (CommitmentKind.ADMISSIBILITY,), _effective_now(complaint))
	return [effects.line(complaint, Events.VERDICT_TAKEN_BACK)]


def promise_imposed_date(complaint) -> None:
	"""The date that the customer imposes is a promise of its own; a new date takes the place of the old one."""
	now = clock.now()
	commitments.lapse_kinds(COMPLAINT, complaint.name, (CommitmentKind.IMPOSED_DATE,), now)
	if complaint.imposed_date:
		commitments.start(complaint, (CommitmentKind.IMPOSED_DATE,), now, due=getdate(complaint.imposed_date))


def move_promises(complaint, before) -> None:
	"""Promises follow what was changed beside the stage: priority (D20), imposed date, customer and department.

	Of a complaint that has ended nothing more is promised.
	"""
	has_ended = complaint.stage in COMPLAINT_ENDED
	if (complaint.priority, complaint.severity) != (before.priority, before.severity) and not has_ended:
		reclassification.move_promises(complaint, before)
	if str(complaint.imposed_date or "") != str(before.imposed_date or "") and not has_ended:
		promise_imposed_date(complaint)
	effects.take_promises_along(complaint, before)


def _wait(complaint, before) -> None:
	commitments.pause(COMPLAINT, complaint.name, complaint.waiting_since)


def _review(complaint, before) -> None:
	if before.stage == Stage.INADMISSIBLE:
		commitments.start(complaint, (CommitmentKind.ADMISSIBILITY,), _effective_now(complaint))


def _answer(complaint, before) -> None:
	case = (COMPLAINT, complaint.name)
	proof = (complaint.answer_evidence_type, complaint.answer_evidence)
	commitments.fulfil(
		*case, (CommitmentKind.IMPOSED_DATE,), complaint.answered_at, proof if all(proof) else case
	)


def _close(complaint, before) -> None:
	case = (COMPLAINT, complaint.name)
	kept = (CommitmentKind.CLAIM_RESOLUTION, CommitmentKind.IMPOSED_DATE)
	commitments.end(*case, kept, complaint.closed_at, case)
	_end_work(complaint)


def _withdraw(complaint, before) -> None:
	commitments.cancel_open(COMPLAINT, complaint.name, complaint.withdrawn_at)
	_end_work(complaint)


def _reopen(complaint, before) -> None:
	# taken up again it has its term anew; the first closing stays on record (D17)
	commitments.start_again(complaint, (CommitmentKind.CLAIM_RESOLUTION,), _effective_now(complaint))
	if before.verdict == Verdict.INADMISSIBLE:
		commitments.start(complaint, (CommitmentKind.ADMISSIBILITY,), _effective_now(complaint))
	complaint.add_comment("Info", _("Reopened: {0}").format(escape_html(complaint.reopen_reason)))
	if complaint.assigned_to:
		assignment.give_todo(complaint)


def _end_work(complaint) -> None:
	"""What was to be done is over, and nobody sets out on a visit any more."""
	close_tasks(complaint)
	calling_off.visits_of(complaint)


def close_tasks(complaint) -> None:
	"""What was to be done about an ended complaint is done."""
	# people see their own tasks only; the case is over for whoever has it
	for name in frappe.get_all(
		"ToDo",
		{"reference_type": COMPLAINT, "reference_name": complaint.name, "status": "Open"},
		pluck="name",
	):
		task = frappe.get_doc("ToDo", name)
		task.status = "Closed"
		# nobody but its owner may write a task, and the case is over for whoever has it
		task.save(ignore_permissions=True)


def _effective_now(complaint):
	_name, calendar = calendars.for_company(complaint.company)
	return reception.effective_at(clock.now(), calendar)


def _lines(complaint, before) -> list[dict]:
	code = EVENT_OF_STAGE.get(complaint.stage, Events.STAGE_CHANGED)
	if before.stage == Stage.WAITING and complaint.stage not in COMPLAINT_ENDED:
		code = Events.RESUMED
	elif before.stage == Stage.INADMISSIBLE and complaint.stage == Stage.UNDER_REVIEW:
		code = Events.APPEALED
	elif complaint.stage == Stage.ASSIGNED and complaint.for_evidence:
		code = Events.ASSIGNED_FOR_EVIDENCE
	elif complaint.stage == Stage.IN_ANALYSIS and before.stage in (Stage.ANSWERED, Stage.REMEDY_DONE):
		code = Events.STAGE_CHANGED
	details = (
		{"without_word": 1} if complaint.stage == Stage.CLOSED and complaint.closed_without_word else None
	)
	lines = [
		effects.line(complaint, code, from_stage=before.stage, to_stage=complaint.stage, details=details)
	]
	if complaint.stage == Stage.REOPENED and before.verdict == Verdict.INADMISSIBLE:
		lines.append(effects.line(complaint, Events.APPEALED))
	return lines


_EFFECTS = {
	Stage.UNDER_REVIEW: _review,
	Stage.WAITING: _wait,
	Stage.ANSWERED: _answer,
	Stage.CLOSED: _close,
	Stage.WITHDRAWN: _withdraw,
	Stage.REOPENED: _reopen,
}
