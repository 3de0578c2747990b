"""The tree of root causes: what may be chosen, and that none is lost while something names it."""

import frappe
from frappe import _
from frappe.utils.nestedset import get_ancestors_of

DOCTYPE = "Service Root Cause"


def check_chosen(cause: str | None, before: str | None = None) -> None:
	"""ValidationError unless `cause` may be given to a case: a leaf that is still offered.

	before: the cause that the case had already, which it may keep when it is no longer offered.
	"""
	if not cause or cause == before:
		return
	# whoever writes the case chooses from the whole tree
	row = frappe.db.get_value(DOCTYPE, cause, ["is_group", "disabled"], as_dict=True)
	if not row:
		return  # Frappe says of every link itself that it leads nowhere
	if row.is_group:
		_refuse(_("{0} is a group of causes: choose one of its causes.").format(frappe.bold(cause)))
	if row.disabled:
		_refuse(_("{0} is no longer offered as a cause: choose another one.").format(frappe.bold(cause)))


def path(cause: str | None) -> str:
	"""A cause with the groups above it, from the root: "Production / Dispersion / Worn sieve"; "" for none."""
	if not cause:
		return ""
	return " / ".join([*reversed(get_ancestors_of(DOCTYPE, cause)), cause])


def check(cause) -> None:
	"""Refuse to make a group of a cause that cases name."""
	before = cause.get_doc_before_save()
	if before and cause.is_group and not before.is_group and _is_used(cause.name):
		_refuse(
			_("{0} is the cause of cases already, so it cannot become a group: add a new group.").format(
				frappe.bold(cause.name)
			)
		)


def refuse_deletion(cause) -> None:
	"""ValidationError: a cause is disabled, never deleted."""
	_refuse(_("A root cause is never deleted, since earlier cases name it: disable it."))


def _is_used(cause: str) -> bool:
	# asked of all companies: whoever edits the tree sees its use or not
	return any(
		frappe.db.exists(doctype, {"root_cause": cause})
		for doctype in ("Service Complaint", "Service Corrective Action")
	)


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Root Cause"))
