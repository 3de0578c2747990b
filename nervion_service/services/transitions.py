"""A change of workflow state, whichever way it is tried: by its button, by submitting, by writing the field (G11)."""

import frappe
from frappe import _
from frappe.model.workflow import WorkflowPermissionError, get_transitions
from frappe.utils import cint

from nervion_service.services import stages


def check(doc, before) -> None:
	"""PermissionError unless the user may take `doc` from its stored state to the one it has now, with the docstatus of that state.

	Frappe itself lets a document that is submitted or cancelled directly jump to whatever state has that docstatus.
	"""
	_check_docstatus(doc)
	if doc.workflow_state == before.workflow_state:
		return
	if doc.workflow_state not in {row.next_state for row in get_transitions(before)}:
		frappe.throw(
			_("From the state {0} you cannot take {1} to {2}.").format(
				frappe.bold(_(before.workflow_state)), doc.name, frappe.bold(_(doc.workflow_state))
			),
			WorkflowPermissionError,
			title=_("Not Now"),
		)


def keep(doc, before, fields) -> None:
	"""Refuse a save that changes what only the services write, unless the save is theirs."""
	if doc.flags.by_service:
		return
	for field in fields:
		old, new = (before.get(field) if before else None), doc.get(field)
		if _same(doc, field, old, new):
			continue
		frappe.throw(
			_("{0} is written by the system when it happens and cannot be typed.").format(
				frappe.bold(_(doc.meta.get_label(field)))
			),
			title=_("Not Allowed"),
		)


def _same(doc, field: str, old, new) -> bool:
	kind = doc.meta.get_field(field).fieldtype
	if kind == "Check":
		return cint(old) == cint(new)
	if kind in ("Datetime", "Date") and old and new:
		return frappe.utils.get_datetime(old) == frappe.utils.get_datetime(new)
	return (old or None) == (new or None)


def _check_docstatus(doc) -> None:
	wanted = next(
		(
			cint(row.doc_status)
			for row in stages.workflow(doc.doctype).states
			if row.state == doc.workflow_state
		),
		None,
	)
	if wanted is not None and cint(doc.docstatus) != wanted:
		frappe.throw(
			_("In the state {0} this is not possible: use the actions of {1}.").format(
				frappe.bold(_(doc.workflow_state)), doc.name
			),
			title=_("Not Now"),
		)
