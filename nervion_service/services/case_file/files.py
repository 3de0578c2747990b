"""The files of a case: what was attached to its records and messages, each with its own digest, and the pictures for the pages."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import frappe
from PIL import Image, ImageOps, UnidentifiedImageError

from nervion_service.domain import case_chain

# a page needs no more points; the file itself goes along whole
PICTURE_SIDE = 1000
MOST_PICTURES = 60
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


def of(documents: dict[str, list[str]]) -> tuple[list[CaseFileEntry], list[str]]:
	"""The files attached to these documents (DocType → names), and the names of those whose bytes are gone."""
	entries, gone = [], []
	for number, row in enumerate(_rows(documents), 1):
		file = frappe.get_doc("File", row)
		if file.is_remote_file or not file.exists_on_disk():
			gone.append(file.file_name or file.name)
			continue
		content = file.get_content()
		content = content.encode() if isinstance(content, str) else content
		path = f"{number:03d}-{_UNSAFE.sub('-', file.file_name or 'file')[-80:]}"
		entries.append(
			CaseFileEntry(path, file.attached_to_doctype, file.attached_to_name, file.file_name, content)
		)
	return entries, gone


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


def _rows(documents: dict[str, list[str]]) -> list[str]:
	seen, found = set(), []
	for doctype, names in documents.items():
		# a file is read by whoever may read the document it hangs on, which the caller has asked; the same bytes once
		rows = frappe.get_all(
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
		for row in rows:
			key = (row.attached_to_name, row.content_hash or row.file_url)
			if key not in seen:
				seen.add(key)
				found.append(row.name)
	return found
