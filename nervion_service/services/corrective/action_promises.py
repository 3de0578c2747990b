"""What an action promises by a time: a plan, each task by its day, the check of effectiveness on its date."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import escape_html, format_date, getdate

from nervion_service.domain import corrective as domain
from nervion_service.domain.complaint_words import ActionStage as Stage
from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import bells, clock, commitments, languages

PLAN = (CommitmentKind.CORRECTIVE_ACTION,)
CHECK = (CommitmentKind.VERIFICATION,)


def begin(action) -> None:
	"""An action was opened: somebody is to plan it in the settled time."""
	commitments.start(action, PLAN, clock.now())


def follow(action, before) -> None:
	"""Let the promises follow what a save changed."""
	now = clock.now()
	if action.assigned_to != before.assigned_to:
		_hand_over_plan(action)
	if action.stage == Stage.IN_PROGRESS:
		if before.stage != Stage.IN_PROGRESS:
			# the plan is there: what comes now are its tasks
			commitments.fulfil(action.doctype, action.name, PLAN, now, (action.doctype, action.name))
		_follow_tasks(action, before, now)
	elif before.stage == Stage.IN_PROGRESS:
		_leave_tasks(action, before, now)
	if action.stage != before.stage:
		_enter(action, now)


def _enter(action, now: datetime) -> None:
	case = (action.doctype, action.name)
	if action.stage == Stage.IMPLEMENTED:
		checker = {**_as_case(action), "assigned_to": action.verification_by}
		commitments.start(frappe._dict(checker), CHECK, now, due=getdate(action.verification_date))
	elif action.stage == Stage.VERIFIED:
		commitments.fulfil(*case, CHECK, now, case)
	elif action.stage in domain.ENDED:
		commitments.cancel_open(*case, now)


def _follow_tasks(action, before, now: datetime) -> None:
	earlier = {row.name: row for row in before.tasks}
	kept = {row.name for row in action.tasks}
	commitments.lapse([row.commitment for name, row in earlier.items() if name not in kept], now)
	for row in action.tasks:
		_follow_task(action, row, earlier.get(row.name), now)


def _follow_task(action, row, earlier, now: datetime) -> None:
	if row.commitment and earlier and _terms(row) != _terms(earlier):
		# another day or person is another promise; the first one stays on record as it was
		commitments.lapse([row.commitment], now)
		_note(row, None)
	if not row.commitment and not row.done_at:
		_promise(action, row, now)
	if row.commitment and row.done_at and row.result:
		commitments.keep([row.commitment], now, (action.doctype, action.name))


def _leave_tasks(action, before, now: datetime) -> None:
	names = [row.commitment for row in before.tasks if row.commitment]
	if action.stage == Stage.IMPLEMENTED:
		# the save that ended it may have brought the last results as well
		commitments.keep(names, now, (action.doctype, action.name))
		return
	commitments.lapse(names, now)
	for row in action.tasks:
		_note(row, None)
	if action.stage == Stage.ANALYSIS:
		commitments.start(action, PLAN, now)


def _promise(action, row, now: datetime) -> None:
	case = frappe._dict({**_as_case(action), "assigned_to": row.responsible})
	started = commitments.start(case, PLAN, now, due=getdate(row.due_date))
	_note(row, started[0] if started else None)
	if row.responsible != frappe.session.user:
		with languages.speaking(frappe.db.get_value("User", row.responsible, "language")):
			words = _("Task of {0} until {1}: {2}").format(
				action.name, format_date(row.due_date), escape_html(row.task)
			)
		bells.ring(row.responsible, words, action.doctype, action.name)


def _hand_over_plan(action) -> None:
	if action.stage in (Stage.OPEN, Stage.ANALYSIS):
		commitments.reassign(action.doctype, action.name, action.assigned_to, None)


def _note(row, commitment: str | None) -> None:
	# a reference of the system's own, in the save that is going on
	row.db_set("commitment", commitment, update_modified=False)


def _terms(row) -> tuple:
	return (str(row.due_date or ""), row.responsible)


def _as_case(action) -> dict:
	fields = ("doctype", "name", "company", "severity")
	return {field: action.get(field) for field in fields}
