"""The files behind evidence: private ones that hang on the case, each picture counted once, none exchanged afterwards (G5, G19, X3)."""

from collections.abc import Iterable

import filetype
import frappe
from frappe import _
from frappe.utils import escape_html, get_datetime

from nervion_service.domain.taxonomy import Events
from nervion_service.services import events, uploads
from nervion_service.services.complaints import settings, words

FILE, SHEET = "File", "Technical Data Sheet"
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic")
VIDEOS = ("video/mp4", "video/x-m4v", "video/quicktime", "video/webm")
VIDEO_ENDINGS = (".mp4", ".m4v", ".mov", ".webm")
MOST_BROUGHT = 20
# a paper about a photograph shows no can
PICTURE_KINDS = (settings.PHOTOGRAPHS, settings.LABEL_KIND)
COMPLAINT, FOLIO = "Service Complaint", "Service Folio"
# what a complaint rested on at these moments stays with it
SETTLING = (Events.ADMITTED, Events.DECLARED_INADMISSIBLE, Events.ANSWERED, Events.CLOSED)


def digests(urls: Iterable[str | None]) -> dict[str, str]:
	"""URL → what tells one content from another; files that are not there are told by their URL."""
	wanted = {url for url in urls if url}
	if not wanted:
		return {}
	# whether two pictures are the same is asked of the evidence of a complaint that may be read
	rows = frappe.get_all(
		FILE, {"file_url": ("in", list(wanted))}, ["file_url", "content_hash"], order_by="name"
	)
	return {row.file_url: row.content_hash for row in rows if row.content_hash}


def photographs_of(folio) -> list:
	"""The pictures that the customer sent with a folio or in its messages, the oldest first: {"file_name", "file_url", "creation"}."""
	# the folio may be read; its messages are seen through it
	messages = frappe.get_all(
		"Communication", {"reference_doctype": FOLIO, "reference_name": folio.name}, pluck="name"
	)
	# whoever registers the complaint of a folio may see what came with it
	sent = frappe.get_all(
		FILE,
		filters=[
			[uploads.FROM_CUSTOMER, "=", 1],
			["is_private", "=", 1],
			["attached_to_doctype", "in", (FOLIO, "Communication")],
			["attached_to_name", "in", (folio.name, *messages)],
		],
		fields=["file_name", "file_url", "creation"],
		order_by="creation, name",
		limit_page_length=0,
	)
	return [file for file in sent if is_picture_name(file.file_name)][:MOST_BROUGHT]


def check_own(complaint, row) -> None:
	"""Refuse a file that passes for one of the company's own papers: those are registered with the product."""
	items = [line.item for line in complaint.lines if line.item]
	if frappe.db.exists(SHEET, {"item": ("in", items or [""]), "file": row.file}):
		return
	_refuse(
		row,
		_("it is attached by the system: register the technical data sheet of the product first."),
	)


def check(complaint, row, folios: Iterable[str]) -> None:
	"""Refuse a file that does not belong to the case, and hang one on it that whoever adds it has just uploaded."""
	# whether it is a file of this case; its content is shown to nobody
	found = frappe.get_all(
		FILE,
		{"file_url": row.file, "is_private": 1},
		["name", "owner", "attached_to_doctype", "attached_to_name"],
		order_by="name",
	)
	if any(_is_of_case(file, complaint, folios) for file in found):
		check_content(row)
		return
	loose = [file.name for file in found if file.owner == frappe.session.user and _is_loose(file)]
	if not loose:
		_refuse(row, _("{0} is no file of this case: upload it here.").format(_shown(row.file)))
	check_content(row)
	# uploaded by this very user in the form that is being saved
	frappe.db.set_value(
		FILE, loose[0], {"attached_to_doctype": COMPLAINT, "attached_to_name": complaint.name}
	)


def check_added(doc, before) -> None:
	"""Refuse new rows of evidence, of a record that keeps its own, whose files are not what they pass for (X3)."""
	known = {(row.evidence_kind, row.file) for row in before.evidence} if before else set()
	for row in doc.evidence:
		if row.file and (row.evidence_kind, row.file) not in known:
			check_content(row)


def check_content(row) -> None:
	"""Refuse a file that by its bytes is no picture or document that we take; photographs and labels are pictures (X3).

	Of the kind Video it may be a video besides, which only the desk takes: customers send theirs by other ways.
	"""
	# what a file is, not what it shows
	found = frappe.get_all(
		FILE, {"file_url": row.file}, ["name", "file_name", uploads.FROM_CUSTOMER], order_by="name"
	)
	if found and not _is_picture_or_other(row, found):
		_refuse(
			row, _("{0} is a document: send a photograph (JPG, PNG, WEBP, HEIC).").format(_shown(row.file))
		)


def is_taken(row) -> bool:
	"""Whether `check_content` takes the file of a row; a refusal's sentence, which nobody asked for, stays unsaid."""
	said = len(frappe.local.message_log)
	try:
		check_content(row)
	except frappe.ValidationError:
		del frappe.local.message_log[said:]
		return False
	return True


def _is_picture_or_other(row, files: list) -> bool:
	must_be_picture = row.evidence_kind in PICTURE_KINDS
	if any(file.get(uploads.FROM_CUSTOMER) for file in files):
		# looked into when it came, and named by us after what it is
		return not must_be_picture or any(is_picture_name(file.file_name) for file in files)
	name, content = row.file.rsplit("/", 1)[-1], _bytes_of(row, files[0].name)
	if row.evidence_kind == settings.VIDEO and name.lower().endswith(VIDEO_ENDINGS):
		_check_video(row, content)
		return True
	kind = uploads.check(name, content, office=not must_be_picture)
	return not must_be_picture or kind.startswith("image/")


def _check_video(row, content: bytes) -> None:
	"""Refuse what only its name makes a video, and one that is larger than any file may be."""
	if filetype.guess_mime(content) not in VIDEOS:
		_refuse(
			row, _("{0} is no video that can be taken: send it as MP4, MOV or WEBM.").format(_shown(row.file))
		)
	most = uploads.limits()["mb"]
	if len(content) > most * uploads.MEGABYTE:
		_refuse(row, _("{0} is larger than {1} MB: send a shorter video.").format(_shown(row.file), most))


def is_picture_name(name: str | None) -> bool:
	"""Whether a file of ours has the name of a picture."""
	return (name or "").lower().endswith(PICTURES)


def _bytes_of(row, file: str) -> bytes:
	try:
		content = frappe.get_doc(FILE, file).get_content()
	except OSError:
		return _refuse(row, _("{0} cannot be read: upload it again.").format(_shown(row.file)))
	# Frappe hands out as text what can be read as such
	return content.encode() if isinstance(content, str) else content


def check_kept(complaint, before) -> None:
	"""Refuse to take away or exchange what a verdict, an answer or a closing has rested on."""
	present = {_facts(row) for row in complaint.evidence}
	gone = [row for row in before.evidence if _facts(row) not in present]
	if not gone:
		return
	settled_at = _settled_at(before)
	for row in gone:
		if settled_at and (not row.provided_at or get_datetime(row.provided_at) <= settled_at):
			_refuse(
				row, _("what a verdict or an answer rested on stays. Add what is new in a row of its own.")
			)


def _facts(row) -> tuple:
	return (row.evidence_kind, row.file or None, int(row.not_applicable or 0), row.reason or None)


def _settled_at(complaint):
	# the history of the complaint that is being saved; a verdict that was saved without a step is in none of its lines
	found = frappe.get_all(
		events.DOCTYPE,
		{"case_type": COMPLAINT, "case_name": complaint.name, "event": ("in", SETTLING)},
		pluck="happened_at",
		order_by="happened_at desc",
		limit=1,
	)
	moments = [get_datetime(at) for at in (*found, complaint.verdict_at) if at]
	return max(moments, default=None)


def _is_of_case(file, complaint, folios: Iterable[str]) -> bool:
	doctype, name = file.attached_to_doctype, file.attached_to_name
	if not (doctype and name):
		return False
	folios = set(folios)
	if doctype in (COMPLAINT, FOLIO):
		return name == complaint.name if doctype == COMPLAINT else name in folios
	if doctype == "Communication":
		about = frappe.db.get_value(doctype, name, ["reference_doctype", "reference_name"])
		return bool(about) and about[0] == FOLIO and about[1] in folios
	if doctype in ("Service Technical Visit", "Technical Analysis Report"):
		about = frappe.db.get_value(doctype, name, ["complaint", "folio"])
		return bool(about) and (about[0] == complaint.name or about[1] in folios)
	return False


def _is_loose(file) -> bool:
	"""Whether it hangs on nothing yet: uploaded in the form of a complaint that was not saved, or nowhere."""
	if not file.attached_to_name:
		return True
	return file.attached_to_doctype == COMPLAINT and not frappe.db.exists(COMPLAINT, file.attached_to_name)


def _shown(url: str | None) -> str:
	return frappe.bold(escape_html((url or "").rsplit("/", 1)[-1]))


def _refuse(row, message: str) -> None:
	words.refuse(
		[_("Evidence, row {0} ({1}): {2}").format(row.idx, _(row.evidence_kind or ""), message)],
		_("Evidence Not Clear"),
	)
