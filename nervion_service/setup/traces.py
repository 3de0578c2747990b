"""Rows in Frappe's own DocTypes that speak of our documents: they go when the app goes.

Correspondence and files belong to the company, so they stay and only lose the link to a document that no longer exists.
"""

import frappe

# DocType → the field that names the DocType of the document it is about
BELONGING = {
	"Assignment Rule": "document_type",
	"Comment": "reference_doctype",
	"Custom DocPerm": "parent",
	"Custom Field": "dt",
	"Client Script": "dt",
	"Document Follow": "ref_doctype",
	"DocShare": "share_doctype",
	"Kanban Board": "reference_doctype",
	"List Filter": "reference_doctype",
	"Notification": "document_type",
	"Notification Log": "document_type",
	"Property Setter": "doc_type",
	"Tag Link": "document_type",
	"ToDo": "reference_type",
	"User Permission": "allow",
	"Version": "ref_doctype",
	"View Log": "reference_doctype",
	"Workflow Action": "reference_doctype",
}
# DocType → the fields of the link that is cleared
UNLINKED = {
	"Communication": ("reference_doctype", "reference_name"),
	"File": ("attached_to_doctype", "attached_to_name"),
	"Email Account": ("append_to",),
	"IMAP Folder": ("append_to",),
}
SCHEDULED = "nervion_service.%"


def remove(doctypes: list[str]) -> None:
	"""Delete what belongs to documents of these DocTypes, unlink what the company keeps, drop our scheduled jobs.

	The counters of the folio series stay on purpose: a folio number is never given twice, not even by a second
	installation (G1).
	"""
	for doctype, field in BELONGING.items():
		_delete(doctype, {field: ["in", doctypes]})
	_delete("Communication Link", {"link_doctype": ["in", doctypes]})
	for doctype, fields in UNLINKED.items():
		_unlink(doctype, fields, doctypes)
	frappe.db.delete("Singles", {"doctype": ["in", doctypes]})
	_remove_jobs()


def _delete(doctype: str, filters: dict) -> None:
	if frappe.db.table_exists(doctype):
		# rows of documents that are going: no controller has anything left to say
		frappe.db.delete(doctype, filters)


def _unlink(doctype: str, fields: tuple[str, ...], doctypes: list[str]) -> None:
	filters = {fields[0]: ["in", doctypes]}
	frappe.db.set_value(doctype, filters, dict.fromkeys(fields), update_modified=False)


def _remove_jobs() -> None:
	# the list of our own scheduled jobs, for whoever uninstalls
	jobs = frappe.get_all("Scheduled Job Type", {"method": ["like", SCHEDULED]}, pluck="name")
	if jobs:
		_delete("Scheduled Job Log", {"scheduled_job_type": ["in", jobs]})
		_delete("Scheduled Job Type", {"name": ["in", jobs]})
