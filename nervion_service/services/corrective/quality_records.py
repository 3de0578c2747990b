"""ERPNext's own Non Conformance and Quality Action, where the site has them: made out of an action, and kept in step with it."""

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain.complaint_words import ActionStage as Stage
from nervion_service.services import system

DOCTYPE = "Service Corrective Action"
NON_CONFORMANCE, QUALITY_ACTION = "Non Conformance", "Quality Action"


@frappe.whitelist()
def offered(action: str) -> dict[str, bool]:
	"""Which of ERPNext's records can be made for an action: {"non_conformance", "quality_action"}."""
	doc = system.permitted(DOCTYPE, action, "read")
	return {
		"non_conformance": _may_make(NON_CONFORMANCE) and not doc.non_conformance,
		"quality_action": _may_make(QUALITY_ACTION) and not doc.quality_action,
	}


@frappe.whitelist(methods=["POST"])
def make_non_conformance(action: str, procedure: str) -> str:
	"""Make ERPNext's Non Conformance for an action, under one of its quality procedures; returns its name."""
	doc = system.permitted(DOCTYPE, action, "write")
	_require(doc, NON_CONFORMANCE, doc.non_conformance)
	made = frappe.get_doc(
		{
			"doctype": NON_CONFORMANCE,
			"subject": f"{doc.name}: {doc.subject}"[:140],
			"procedure": procedure,
			"status": "Open",
			"details": _html(doc.cause_text),
			"corrective_action": _html(doc.containment),
		}
	).insert()
	doc.db_set("non_conformance", made.name)
	return made.name


@frappe.whitelist(methods=["POST"])
def make_quality_action(action: str) -> str:
	"""Make ERPNext's Quality Action for an action, a row per task; returns its name."""
	doc = system.permitted(DOCTYPE, action, "write")
	_require(doc, QUALITY_ACTION, doc.quality_action)
	rows = [
		{
			"problem": row.task,
			"resolution": _html(row.result),
			"status": "Completed" if row.done_at else "Open",
			"responsible": row.responsible,
			"completion_by": row.due_date,
		}
		for row in doc.tasks
	]
	values = {"corrective_preventive": doc.action_type, "status": "Open", "resolutions": rows}
	made = frappe.get_doc({"doctype": QUALITY_ACTION, **values}).insert()
	doc.db_set("quality_action", made.name)
	return made.name


def complete(action) -> None:
	"""The action is closed: so are the records of ERPNext that were made for it."""
	_set(NON_CONFORMANCE, action.non_conformance, "Resolved")
	_set(QUALITY_ACTION, action.quality_action, "Completed")


def _set(doctype: str, name: str | None, status: str) -> None:
	if not (name and _exists(doctype) and frappe.db.exists(doctype, name)):
		return
	record = frappe.get_doc(doctype, name)
	record.status = status
	for row in record.get("resolutions") or []:
		row.status = "Completed"
	# whoever may close the action closes what only mirrors it
	record.save(ignore_permissions=True)


def _require(doc, doctype: str, made: str | None) -> None:
	if not _exists(doctype):
		frappe.throw(_("This site has no {0}.").format(_(doctype)), title=_("Not Available"))
	if made:
		frappe.throw(_("There is one already: {0}.").format(made), title=_("Not Needed"))
	if doc.stage == Stage.CANCELLED:
		frappe.throw(_("The action was cancelled."), title=_("Not Allowed"))


def _may_make(doctype: str) -> bool:
	return _exists(doctype) and bool(frappe.has_permission(doctype, "create"))


def _exists(doctype: str) -> bool:
	return bool(frappe.db.exists("DocType", doctype))


def _html(text: str | None) -> str:
	return escape_html(text or "").replace("\n", "<br>")
