"""One cause has one open action (D10): which one it is, and what takes the place of one that is demanded and is cancelled (I2)."""

from collections.abc import Iterable

import frappe
from frappe import _

from nervion_service.domain import corrective as domain
from nervion_service.domain.complaint_words import ActionStage as Stage
from nervion_service.domain.complaint_words import Verdict
from nervion_service.services import system
from nervion_service.services.corrective import reasons

DOCTYPE = "Service Corrective Action"
COMPLAINT = "Service Complaint"
# what is still to be carried out
WAITING = (Stage.OPEN, Stage.ANALYSIS, Stage.IN_PROGRESS)


def open_about(cause: str | None, company: str | None, kind: str = domain.Kind.CORRECTIVE) -> str | None:
	"""The oldest action of a kind that is still to be carried out about a cause; None without a cause."""
	return _oldest({"root_cause": cause, "company": company, "action_type": kind}) if cause else None


def open_for(complaint, kind: str = domain.Kind.CORRECTIVE) -> str | None:
	"""The action that is still to be carried out about the cause of a complaint; without a cause, the one opened out of it."""
	if complaint.get("root_cause"):
		return open_about(complaint.root_cause, complaint.company, kind)
	return _oldest({"source_type": COMPLAINT, "source": complaint.name, "action_type": kind})


def of_complaint(complaint) -> list[dict[str, str]]:
	"""The actions that a complaint led to or demanded, and the open one about its cause, of those that the user may see.

	Each: {"name", "subject", "workflow_state", "demanded_by" in words}; nothing for who sees no actions.
	"""
	if not frappe.has_permission(DOCTYPE, "read"):
		return []
	named = (open_about(complaint.root_cause, complaint.company), complaint.demanded_action)
	rows = frappe.get_list(
		DOCTYPE,
		or_filters={"complaint": complaint.name, "name": ("in", [name or "" for name in named])},
		fields=["name", "subject", "workflow_state", "demanded_by"],
		order_by="received_at desc, name desc",
	)
	return [{**row, "demanded_by": reasons.words(row.demanded_by)} for row in rows]


def demand(action: str, found: Iterable[str], previous: str | None = None) -> None:
	"""Add reasons for eight disciplines to an open action; the caller is the system, whose complaint or verdict demands it.

	previous: the action that did not hold, where the open one follows none yet.
	"""
	# locked: two complaints may demand at the same moment
	doc = frappe.get_doc(DOCTYPE, action, for_update=True)
	known, follows = set(reasons.codes(doc.demanded_by)), doc.previous_action or previous
	if set(found) <= known and follows == doc.previous_action:
		return
	doc.demanded_by, doc.previous_action = reasons.kept({*known, *found}), follows
	doc.flags.by_service = True
	with system.as_system():
		doc.save()


def carry_on(action) -> None:
	"""What demanded a cancelled action demands the one that takes its place."""
	if not action.replaced_by:
		return
	# the complaints name what they demanded, whoever may read them
	frappe.db.set_value(COMPLAINT, {"demanded_action": action.name}, "demanded_action", action.replaced_by)
	if frappe.db.get_value(DOCTYPE, action.replaced_by, "stage") in WAITING:
		demand(action.replaced_by, reasons.codes(action.demanded_by))


def is_demanded(action) -> bool:
	"""Whether what demanded an action still stands: a complaint may have been given another cause meanwhile."""
	found = set(reasons.codes(action.demanded_by))
	if found - {domain.Reason.SEVERITY, domain.Reason.RECURRENCE}:
		return True
	return bool(found) and any(
		domain.demands(row.severity, recurs=bool(row.recurrence_action)) for row in _complaints(action)
	)


def check_replacement(action) -> None:
	"""ValidationError unless what takes an action's place is about the same, and is done or to be done after it was opened."""
	if not action.replaced_by:
		return
	fields = ("name", "company", "root_cause", "stage", "implemented_at")
	# asked for whoever may cancel the action
	other = frappe.db.get_value(DOCTYPE, action.replaced_by, fields, as_dict=True)
	if other and not _carries_on(action, other):
		sentence = _(
			"{0} cannot carry this on: choose another action about the same cause that is still open."
		)
		frappe.throw(sentence.format(frappe.bold(action.replaced_by)), title=_("Not Possible"))


def _carries_on(action, other) -> bool:
	if other.name == action.name or other.company != action.company:
		return False
	if action.root_cause and other.root_cause and action.root_cause != other.root_cause:
		return False
	# what was done before this was opened is what did not hold
	is_later = other.implemented_at and other.implemented_at > frappe.utils.get_datetime(action.received_at)
	return other.stage in WAITING or bool(is_later and other.stage != Stage.CANCELLED)


def _complaints(action) -> list:
	about = {"root_cause": action.root_cause} if action.root_cause else {"name": action.complaint or ""}
	# of the complaints only what they demand is read, for whoever may cancel the action
	return frappe.get_all(
		COMPLAINT,
		{"company": action.company, "verdict": ("!=", Verdict.INADMISSIBLE), **about},
		["severity", "recurrence_action"],
		order_by="name",
		limit_page_length=0,
	)


def _oldest(filters: dict) -> str | None:
	# whether something is being done is no secret from who sets a cause or opens an action
	return frappe.db.get_value(
		DOCTYPE, {**filters, "stage": ("in", WAITING)}, "name", order_by="received_at, name"
	)
