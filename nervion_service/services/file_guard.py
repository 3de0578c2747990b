"""Files on our documents stay private, and nobody outside puts one on a document that is not theirs (X3).

Frappe writes a File's bytes before any hook runs and deletes them again when the transaction is undone, so a refusal here
leaves nothing.
"""

import os
import shutil

import frappe
from frappe import _

from nervion_service.services import uploads

MODULE = "Nervion Service"
MESSAGE = "Communication"
# quality records whose files are kept, and the stages in which they are still put together
DRAFTED_IN = {
	"Service Complaint": ("Received", "Under Review"),
	"Service Technical Visit": ("Requested", "Consented", "Scheduled", "In Progress"),
	"Technical Analysis Report": ("Draft",),
	"Service Corrective Action": ("Open", "Analysis", "In Progress"),
}
_PLACE = ("attached_to_doctype", "attached_to_name", "file_url")


def check_new(file) -> None:
	"""Refuse an outsider's file on a foreign document, or past our checks on ours; make a file on ours private."""
	if not file.flags.checked_upload:
		# who brought it is said by `uploads` alone
		file.set(uploads.FROM_CUSTOMER, 0)
	if file.is_folder or not (file.attached_to_doctype and file.attached_to_name):
		return
	ours = is_ours(file.attached_to_doctype, file.attached_to_name)
	if _is_outsider() and not file.flags.checked_upload and not _may_attach(file, ours):
		frappe.throw(
			_("You cannot add files to this document."), frappe.PermissionError, title=_("Not Permitted")
		)
	if ours and not file.is_private and file.flags.new_file:
		_make_private(file)


def check_change(file) -> None:
	"""Refuse to publish a file of our documents, and keep who brought it."""
	before = file.get_doc_before_save()
	if not before:
		return
	file.set(uploads.FROM_CUSTOMER, before.get(uploads.FROM_CUSTOMER))
	moved = any(file.get(name) != before.get(name) for name in _PLACE)
	if moved and not file.flags.erasure and (case := _kept_by(before)):
		frappe.throw(
			_("This file belongs to {0} and stays with it.").format(frappe.bold(case)), title=_("Not Allowed")
		)
	was_ours = before.attached_to_doctype and is_ours(before.attached_to_doctype, before.attached_to_name)
	if was_ours and before.is_private and not file.is_private:
		frappe.throw(
			_("Files of folios stay private. Save a copy elsewhere if it is to be published."),
			title=_("Not Allowed"),
		)


def check_deletion(file) -> None:
	"""Refuse to delete a file that evidence names, or that hangs on a quality record which somebody has judged by it.

	An approved erasure of personal data passes, and says so itself (I3).
	"""
	if file.flags.erasure or file.is_folder:
		return
	if case := _kept_by(file):
		frappe.throw(
			_(
				"This file belongs to {0} and stays with it. Take its row out of the evidence first; what a verdict, an answer or "
				"a finished record rested on is kept, and goes only by an erasure of personal data."
			).format(frappe.bold(case)),
			title=_("Not Allowed"),
		)


def _kept_by(file) -> str | None:
	"""The quality record that needs this file; None where nothing does."""
	# whether a record needs it, whoever asks; its name is known to who may open the file
	evidence = frappe.db.get_value("Service Evidence", {"file": file.file_url or ""}, "parent")
	if evidence or not _is_settled(file.attached_to_doctype, file.attached_to_name):
		return evidence
	return file.attached_to_name


def _is_settled(doctype: str | None, name: str | None) -> bool:
	"""Whether it is a quality record that is past the stages in which people still put it together."""
	if doctype not in DRAFTED_IN or not name:
		return False
	stage = frappe.db.get_value(doctype, name, "stage")
	return bool(stage) and stage not in DRAFTED_IN[doctype]


def is_ours(doctype: str, name: str) -> bool:
	"""Whether a document is one of ours, or a message about one of ours."""
	if doctype == MESSAGE:
		doctype = frappe.db.get_value(MESSAGE, name, "reference_doctype") or ""
	return bool(doctype) and frappe.db.get_value("DocType", doctype, "module", cache=True) == MODULE


def _is_outsider() -> bool:
	user = frappe.session.user
	return user == "Guest" or frappe.get_cached_value("User", user, "user_type") != "System User"


def _may_attach(file, ours: bool) -> bool:
	if ours:
		return False
	if file.flags.ignore_permissions:
		# a form that Frappe itself saves for the visitor
		return True
	if (file.attached_to_doctype, file.attached_to_name) == ("User", frappe.session.user):
		return True
	if not frappe.db.exists(file.attached_to_doctype, file.attached_to_name):
		return False
	doc = frappe.get_doc(file.attached_to_doctype, file.attached_to_name)
	return bool(doc.has_permission("write") or frappe.has_website_permission(doc, "write"))


def _make_private(file) -> None:
	"""Move what Frappe has just written to the private folder, under a name that is free there."""
	public = frappe.get_site_path("public", "files", os.path.basename(file.file_url))
	name = _free_name(os.path.basename(public))
	private = frappe.get_site_path("private", "files", name)
	if frappe.db.exists("File", {"file_url": file.file_url}):
		# the same bytes were published before, by another document that goes on showing them
		shutil.copyfile(public, private)
	else:
		# at once: at no time are there two copies, and Frappe deletes the private one on a rollback
		os.rename(public, private)
	file.is_private, file.file_url = 1, f"/private/files/{name}"


def _free_name(name: str) -> str:
	if not os.path.exists(frappe.get_site_path("private", "files", name)):
		return name
	stem, ending = os.path.splitext(name)
	return f"{stem}-{frappe.generate_hash(length=8)}{ending}"
