"""Remedies of a complaint: promised, approved, open until a document proves them (K3).

Whichever way a remedy is saved, the controller comes here. People write what they promise and which document is to prove it;
who approved, when it was done and whether it counts is written by the actions below and by the books (`books`).
"""

import frappe
from frappe import _

from nervion_service.domain import remedies as domain
from nervion_service.domain.remedies import RemedyStage
from nervion_service.domain.remedy_approval import APPROVERS
from nervion_service.domain.taxonomy import Events
from nervion_service.services import clock, events, system
from nervion_service.services.remedies import books, owing, promising, words

DOCTYPE, COMPLAINT = owing.DOCTYPE, owing.COMPLAINT
_WRITTEN_BESIDE = ("stage", "done_at", "problem", "modified", "modified_by")


def open_for(complaint: str) -> list[str]:
	"""What is still owed for a complaint, in words; empty when everything is done. The caller may read the complaint."""
	return owing.of(frappe.get_doc(COMPLAINT, complaint))


# What the controller calls -----------------------------------------------------------------------------------


def promised(remedy) -> None:
	"""After a new remedy is stored: its lines of history, and what the customer is promised by when."""
	complaint = frappe.get_doc(COMPLAINT, remedy.complaint)
	reference = (DOCTYPE, remedy.name)
	events.record(complaint, Events.REMEDY_PROMISED, reference=reference)
	if remedy.stage == RemedyStage.APPROVED:
		events.record(complaint, Events.REMEDY_APPROVED, reference=reference)
	books.promise(complaint, remedy.due_date)


def saved(remedy) -> None:
	"""After a save: a document that was just named may prove it already."""
	before = remedy.get_doc_before_save()
	was = (before.reference_type, before.reference) if before else (None, None)
	if not remedy.reference or (remedy.reference_type, remedy.reference) == was:
		return
	if remedy.stage in domain.OPEN_STAGES:
		books.settle(remedy.reference_type, remedy.reference)
		# the row that this very user has just saved
		remedy.update(frappe.db.get_value(DOCTYPE, remedy.name, _WRITTEN_BESIDE, as_dict=True))


# What people do ----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def promise_lines(complaint: str, due_date: str | None = None) -> list[str]:
	"""Promise what the verdict gave each admitted line and nobody has promised yet; returns the numbers of the remedies."""
	system.require(DOCTYPE, "create")
	doc = system.permitted(COMPLAINT, complaint, "read")
	return [_promise_line(doc, one, due_date) for one in owing.unpromised(doc)]


@frappe.whitelist(methods=["POST"])
def approve(remedy: str) -> str:
	"""Approve what was promised; above the limit it takes a second person, the Commercial Director. Returns the stage."""
	doc = system.permitted(DOCTYPE, remedy, "write")
	if doc.stage != RemedyStage.PROMISED:
		frappe.throw(_("This remedy is {0} already.").format(_(doc.stage)), title=_("Not Needed"))
	complaint = frappe.get_doc(COMPLAINT, doc.complaint)
	if problem := promising.approval_problem(doc, complaint):
		frappe.throw(problem, frappe.PermissionError, title=_("Not Permitted"))
	promising.approve(doc)
	_save(doc)
	events.record(complaint, Events.REMEDY_APPROVED, reference=(DOCTYPE, doc.name))
	if doc.reference:
		books.settle(doc.reference_type, doc.reference)
	return frappe.db.get_value(DOCTYPE, doc.name, "stage")


@frappe.whitelist()
def why_open(remedy: str) -> str:
	"""Why the document that was named does not prove a remedy, as a sentence; "" where nothing is wrong."""
	doc = system.permitted(DOCTYPE, remedy, "read")
	return words.of(doc.problem) if doc.problem else ""


@frappe.whitelist(methods=["POST"])
def cancel(remedy: str, reason: str | None = None) -> str:
	"""Take back what was promised, with the reason; what is done cannot be taken back here. Returns the stage."""
	doc = system.permitted(DOCTYPE, remedy, "write")
	if doc.stage not in domain.OPEN_STAGES:
		frappe.throw(
			_("This remedy is {0}: cancel the document that proves it first.").format(_(doc.stage)),
			title=_("Not Allowed"),
		)
	if not (reason or "").strip():
		frappe.throw(_("Say why the remedy is cancelled."), title=_("Reason Missing"))
	system.require_role(APPROVERS, _("Remedies are cancelled by these roles: {0}."))
	doc.update(
		{"cancelled_by": frappe.session.user, "cancelled_at": clock.now(), "cancel_reason": reason.strip()}
	)
	doc.stage = RemedyStage.CANCELLED
	_save(doc)
	complaint = frappe.get_doc(COMPLAINT, doc.complaint)
	events.record(complaint, Events.REMEDY_CANCELLED, reference=(DOCTYPE, doc.name))
	books.keep_promise(complaint)
	return doc.stage


# The rest ----------------------------------------------------------------------------------------------------


def _promise_line(complaint, one: owing.Unpromised, due_date) -> str:
	remedy = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"complaint": complaint.name,
			"line_no": one.row.idx,
			"kind": one.row.remedy,
			"item": one.row.item,
			"batch": one.row.batch,
			"qty": one.qty,
			"uom": one.row.uom,
			"amount": one.amount,
			"due_date": due_date,
		}
	)
	return remedy.insert().name


def _save(remedy) -> None:
	remedy.flags.by_service = True
	remedy.save()
