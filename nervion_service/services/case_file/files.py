"""The files of a case: what was attached to its records and messages, each with its own digest, and the pictures for the pages."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import frappe
from PIL import Image, ImageOps, UnidentifiedImageError

from nervion_service.domain import case_chain

# a page needs no more points; the file itself goes along whole
PICTURE_SIDE = 1000
MOST_PICTURES = 60
COMPLAINT = "Service Complaint"
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class CaseFileEntry:
	"""One stored file: where it stands in the archive, whose it is, and its content."""

	path: str
	doctype: str
	name: str
	title: str
	content: bytes

	@property
	def digest(self) -> str:
		return case_chain.digest(self.content)


@dataclass(frozen=True)
class Listed:
	"""A file that a case should have. file: the stored File; None when even that is gone. doctype, name: of the record it belongs to."""

	file: Any
	doctype: str
	name: str
	title: str

	@property
	def is_gone(self) -> bool:
		"""Whether nobody has its content any more."""
		return not self.file or self.file.is_remote_file or not self.file.exists_on_disk()


def listed(documents: dict[str, list[str]], evidence: Mapping[str, str] | None = None) -> list[Listed]:
	"""The files attached to these documents (DocType → names), each content of a document once, and those that evidence names.

	evidence: address of a file → the complaint whose evidence it is; the company's own data sheet hangs on the product, not on the case.
	"""
	rows = list(_rows(documents))
	found, seen = [], set()
	for row in rows:
		key = (row.attached_to_name, row.content_hash or row.file_url)
		if key not in seen:
			seen.add(key)
			file = frappe.get_doc("File", row.name)
			title = file.file_name or file.name
			found.append(Listed(file, file.attached_to_doctype, file.attached_to_name, title))
	attached = {row.file_url for row in rows}
	return [*found, *(_named(url, of) for url, of in (evidence or {}).items() if url not in attached)]


def of(
	documents: dict[str, list[str]], evidence: Mapping[str, str] | None = None
) -> tuple[list[CaseFileEntry], list[str]]:
	"""The files that `listed` finds with their content, and the names of those whose bytes are gone."""
	entries, gone = [], []
	for number, one in enumerate(listed(documents, evidence), 1):
		if one.is_gone:
			gone.append(one.title)
			continue
		path = f"{number:03d}-{_UNSAFE.sub('-', one.title)[-80:]}"
		entries.append(CaseFileEntry(path, one.doctype, one.name, one.title, content_of(one.file)))
	return entries, gone


def content_of(file) -> bytes:
	"""The bytes of a stored file."""
	content = file.get_content()
	return content.encode() if isinstance(content, str) else content


def _named(url: str, complaint: str) -> Listed:
	# the evidence of a complaint is seen by whoever may read the complaint, which the caller has asked
	name = frappe.db.get_value("File", {"file_url": url}, "name", order_by="creation, name")
	file = frappe.get_doc("File", name) if name else None
	title = (file and file.file_name) or url.rsplit("/", 1)[-1]
	return Listed(file, COMPLAINT, complaint, title)


def pictures(entries: list[CaseFileEntry]) -> Iterator[tuple[CaseFileEntry, bytes]]:
	"""Those that are photographs, made small enough for a page; what cannot be read as a picture is no photograph."""
	shown = 0
	for entry in entries:
		small = _small(entry.content) if shown < MOST_PICTURES else None
		if small:
			shown += 1
			yield entry, small


def _small(content: bytes) -> bytes | None:
	try:
		with Image.open(io.BytesIO(content)) as picture:
			turned = ImageOps.exif_transpose(picture).convert("RGB")
			turned.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
			made = io.BytesIO()
			turned.save(made, "JPEG", quality=80)
			return made.getvalue()
	except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
		return None


def _rows(documents: dict[str, list[str]]) -> Iterator[frappe._dict]:
	for doctype, names in documents.items():
		# a file is read by whoever may read the document it hangs on, which the caller has asked
		yield from frappe.get_all(
			"File",
			filters={
				"attached_to_doctype": doctype,
				"attached_to_name": ("in", names or [""]),
				"is_folder": 0,
			},
			fields=["name", "attached_to_name", "content_hash", "file_url"],
			order_by="creation, name",
			limit_page_length=0,
		)
