"""Files that come from outside: checked by their bytes, always private, under a name of ours (X3).

`check` refuses before anything is stored; `attach` stores. Refusals are sentences for the customer.
"""

import re
from collections.abc import Iterable
from secrets import token_hex

import frappe
from frappe import _

from nervion_service.services import file_inspection, settings, system
from nervion_service.services.file_inspection import ENDINGS, Refused
from nervion_service.services.office_inspection import ENDINGS as OFFICE_ENDINGS

MEGABYTE = 1024 * 1024
MAX_MB, MAX_FILES = 10, 8
# set on a File that the customer brought, so that the customer sees it again on the folio itself
FROM_CUSTOMER = "service_from_customer"
STEM_LENGTH = 40


def limits() -> dict[str, int]:
	"""{"mb", "files"}: how large a file may be and how many come with one message."""
	return {
		"mb": settings.number("max_upload_mb", MAX_MB),
		"files": settings.number("max_uploads", MAX_FILES),
	}


def check(filename: str, content: bytes, office: bool = False) -> str:
	"""The MIME type of a file that may be taken; ValidationError, in words, for any other. Stores nothing.

	office: what office programs write is taken too, where nothing in it can run; a mail cannot be sent again like a form.
	"""
	try:
		file_inspection.check_name(filename, office)
		if len(content) > limits()["mb"] * MEGABYTE:
			raise Refused("size")
		return (
			file_inspection.kind_with_office(filename, content)
			if office
			else file_inspection.kind_of(content)
		)
	except Refused as refusal:
		return _refuse(filename, refusal.code, office)


def check_all(files: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
	"""The files of one message, (name, content) each, once all of them may be taken; ValidationError before any is stored."""
	files = list(files)
	if len(files) > limits()["files"]:
		frappe.throw(
			_("You can send up to {0} files at a time. Send the others in another message.").format(
				limits()["files"]
			),
			title=_("Too Many Files"),
		)
	for filename, content in files:
		check(filename, content)
	return files


def from_request() -> list[tuple[str, bytes]]:
	"""(name, content) of each file that the present web request carries under "files"; empty outside of one."""
	request = getattr(frappe.local, "request", None)
	sent = request.files.getlist("files") if request else []
	return [(one.filename, one.stream.read()) for one in sent if one.filename]


def from_request_by_kind(prefix: str) -> dict[str, list[tuple[str, bytes]]]:
	"""The files that the present web request carries under prefix and a kind, by that kind; empty outside of one."""
	request = getattr(frappe.local, "request", None)
	found: dict[str, list[tuple[str, bytes]]] = {}
	for field, sent in request.files.items(multi=True) if request else ():
		if field.startswith(prefix) and sent.filename:
			found.setdefault(field.removeprefix(prefix), []).append((sent.filename, sent.stream.read()))
	return found


def attach(doc, filename: str, content: bytes, office: bool = False):
	"""Store a file on a document, private and under a name of ours; returns the File. Checks it first, as `check` does.

	The caller has made sure that whoever brought it may add to that document. The same bytes on the same document are
	stored once: a message that is sent twice leaves one file.
	"""
	kind = check(filename, content, office)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": _safe_name(doc, filename, kind),
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"is_private": 1,
			"content": content,
			FROM_CUSTOMER: 1,
		}
	)
	file.flags.checked_upload = True
	if existing := _same(doc, content):
		return existing
	with system.as_system():
		# who may add to the document was asked by the caller; Frappe asks for a role that customers do not have
		return file.insert(ignore_permissions=True)


def _same(doc, content: bytes):
	from frappe.core.doctype.file.utils import get_content_hash

	filters = {
		"attached_to_doctype": doc.doctype,
		"attached_to_name": doc.name,
		"content_hash": get_content_hash(content),
		"is_private": 1,
	}
	name = frappe.db.get_value("File", filters)
	return frappe.get_doc("File", name) if name else None


def _safe_name(doc, filename: str, kind: str) -> str:
	"""Ours: what is readable of the name that came, something random, and the ending of what it really is."""
	stem = re.sub(r"[^A-Za-z0-9]+", "-", filename.rsplit(".", 1)[0]).strip("-")[:STEM_LENGTH] or doc.name
	return f"{stem}-{token_hex(4)}.{ENDINGS.get(kind) or OFFICE_ENDINGS[kind]}"


def _refuse(filename: str, code: str, office: bool) -> str:
	shown = frappe.bold(frappe.utils.escape_html((filename or "")[:80]))
	return frappe.throw(_messages(office)[code].format(shown, limits()["mb"]), title=_("File Not Accepted"))


def _messages(office: bool) -> dict[str, str]:
	kinds = _("{0} is not accepted: send photographs (JPG, PNG, WEBP, HEIC) or PDF documents.")
	if office:
		kinds = _(
			"{0} is not accepted: photographs, PDF, text, and documents of Word, Excel, PowerPoint or LibreOffice without "
			"macros are; archives and older formats are not."
		)
	return {
		"name": _("The name of the file {0} is not accepted: rename it and send it again."),
		"ending": kinds,
		"kind": kinds,
		"empty": _("The file {0} is empty: choose it again."),
		"size": _("The file {0} is larger than {1} MB: send a smaller one."),
		"damaged": _(
			"The file {0} is damaged or incomplete: take the photograph again, or save the document anew."
		),
		"mixed": _(
			"The file {0} holds something besides a picture or a document: take a new photograph or save it anew."
		),
		"active": _("The document {0} holds programs or attachments: print it to PDF and send that one."),
		"bomb": _("The document {0} holds more than can be looked into: print it to PDF and send that one."),
		"locked": _("The document {0} is protected with a password: send it without protection."),
	}
