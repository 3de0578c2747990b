"""What nobody may type over in an action: the system's stamps, what is settled by its stage, a method below what was demanded (I2)."""

import frappe
from frappe import _

from nervion_service.domain import corrective as domain
from nervion_service.domain.complaint_words import ActionStage as Stage
from nervion_service.services import absences
from nervion_service.services.corrective import reasons as asked

# what only the system writes: a stamp that could be typed would prove nothing
STAMPS = (
	"received_at", "implemented_at", "implemented_by", "verified_by", "verified_at", "closed_at", "next_action", "previous_action", "demanded_by",
	"non_conformance", "quality_action",
)  # fmt: skip
# field → the stages in which it is settled
_ANALYSED = ("method", "action_type", "root_cause", "cause_text", "why", "similar", "containment")
_PLANNED = ("tasks", "verification_date", "verification_criterion", "verification_by")
_JUDGED = ("effectiveness", "verification_note")
SETTLED = {
	**dict.fromkeys(_ANALYSED, domain.PLANNED),
	**dict.fromkeys(_PLANNED, domain.DONE),
	**dict.fromkeys(_JUDGED, (Stage.VERIFIED, Stage.CLOSED)),
}
_ROW_KEYS = (
	"task", "responsible", "due_date", "done_at", "result", "evidence", "question", "answer", "case_type", "case_name", "note",
)  # fmt: skip


def require_method(action) -> None:
	"""What was demanded, or is by the severity, is not done the plain way."""
	reasons = action.demanded_by or domain.demands(action.severity)
	if reasons and action.method == domain.Method.PLAIN:
		action.method = domain.Method.EIGHT_DISCIPLINES
		action.demanded_by = action.demanded_by or asked.kept(reasons)


def check_people(action, before) -> None:
	"""Whoever is named anew works here and can attend."""
	known = _people(before) if before else set()
	for label, user in sorted(_people(action) - known):
		absences.check_staff(label, user)


def _people(action) -> set[tuple[str, str]]:
	tasks = action.meta.get_label("tasks")
	found = {
		(action.meta.get_label(field), action.get(field)) for field in ("assigned_to", "verification_by")
	}
	return {
		(label, user) for label, user in found | {(tasks, row.responsible) for row in action.tasks} if user
	}


def check_sealed(action, before) -> None:
	"""Refuse changes of stamps, and of what the stage has settled."""
	if not action.flags.by_service:
		_refuse_changes(action, before, STAMPS, _("{0} is filled in by the system and cannot be changed."))
	settled = [field for field, when in SETTLED.items() if before.stage in when and action.stage in when]
	message = _("{0} is settled since the action is {1}.").format("{0}", _(before.workflow_state))
	_refuse_changes(action, before, settled, message)


def _refuse_changes(action, before, fields, message: str) -> None:
	for field in fields:
		if _value(action, field) != _value(before, field):
			label = frappe.bold(_(action.meta.get_label(field)))
			refuse(message.replace("{0}", label))


def _value(action, field: str):
	value = action.get(field)
	if isinstance(value, list):
		return [[str(row.get(key) or "") for key in _ROW_KEYS] for row in value]
	if value and action.meta.get_field(field).fieldtype == "Datetime":
		return frappe.utils.get_datetime(value)
	return str(value or "")


def refuse(message: str) -> None:
	"""ValidationError with that sentence."""
	frappe.throw(message, title=_("Not Allowed"))
