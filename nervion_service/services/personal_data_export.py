"""What is stored about a person, for that person to read: nothing of others, and nothing that we write to each other (I3, X12)."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import frappe

from nervion_service.domain.personal_data import PLACES, Place, Reach
from nervion_service.domain.personal_letters import Part, addresses
from nervion_service.services.personal_data_letters import MESSAGE, QUEUED, mail_text, queued_part
from nervion_service.services.personal_data_rows import present, rows_about, rows_of
from nervion_service.services.personal_data_scope import Scope

# how the person reads how often our own logs and notes name them: what else those say is told to nobody outside
COUNTED = "Named Elsewhere"


def export(scope: Scope) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
	"""Everything that is stored about the person: {DocType: rows}, and the files as (name, content).

	Under COUNTED {DocType: rows} says how many of our own notes and logs name the person besides.
	"""
	readable = replace(scope, messages=_read_by_person(scope), shared=())
	found: dict[str, Any] = {}
	for place in (place for place in PLACES if not place.withheld):
		rows = _contents(place, _shown_rows(place, readable), scope)
		found.setdefault(place.doctype, []).extend(
			row for row in rows if row not in found.get(place.doctype, [])
		)
	contents = {doctype: rows for doctype, rows in found.items() if rows}
	counted = _counted(scope)
	return ({**contents, COUNTED: counted} if counted else contents), list(_files(readable))


def _read_by_person(scope: Scope) -> tuple[str, ...]:
	return tuple(name for name in (*scope.messages, *scope.shared) if name not in scope.unread)


def _shown_rows(place: Place, scope: Scope) -> list[str]:
	names = rows_of(place, scope)
	if place.doctype != QUEUED:
		return names
	return [name for name, (part, _waits) in queued_part(names, scope).items() if part == Part.OWN]


def _counted(scope: Scope) -> dict[str, int]:
	rows: dict[str, set[str]] = {}
	for place in (place for place in PLACES if place.counted):
		rows.setdefault(place.doctype, set()).update(rows_of(place, scope))
	return {doctype: len(names) for doctype, names in rows.items() if names}


def _contents(place: Place, names: list[str], scope: Scope) -> list[dict[str, Any]]:
	if not names:
		return []
	fields = ["name", "creation", *present(place.doctype, place.told)]
	# as in `pluck`
	rows = frappe.get_all(
		place.doctype, {"name": ("in", names)}, fields, order_by="creation, name", limit_page_length=0
	)
	return [_readable(place, row, scope) for row in rows]


def _readable(place: Place, row, scope: Scope) -> dict[str, Any]:
	if place.doctype == MESSAGE and not addresses(row.sender) & set(scope.emails):
		# whom else we wrote to without saying so
		row.bcc = None
	values = {
		key: value if isinstance(value, str | int) else str(value) for key, value in row.items() if value
	}
	if place.doctype == QUEUED:
		values["message"] = mail_text(row.message)
	return values


def _files(scope: Scope) -> Iterator[tuple[str, bytes]]:
	place = next(place for place in PLACES if place.doctype == "File" and place.reach == Reach.ABOUT)
	for name in rows_about(place, replace(scope, case_files=())):
		file = frappe.get_doc("File", name)
		if file.exists_on_disk():
			content = file.get_content()
			yield f"{name}-{file.file_name}", content.encode() if isinstance(content, str) else content


def attached(request, contents: dict[str, Any], files: list[tuple[str, bytes]]) -> str:
	"""Put an export into one private ZIP on its request; returns its address."""
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{request.name}.zip",
			"content": _zipped(contents, files),
			"is_private": 1,
			"attached_to_doctype": request.doctype,
			"attached_to_name": request.name,
			"attached_to_field": "export_file",
		}
	)
	# whoever may change the request, which was asked, may have its export
	return file.insert(ignore_permissions=True).file_url


def _zipped(contents, files) -> bytes:
	packed = io.BytesIO()
	with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
		archive.writestr("data.json", json.dumps(contents, ensure_ascii=False, indent=1, default=str))
		for name, content in files:
			archive.writestr(f"files/{name.replace('/', '_')}", content)
	return packed.getvalue()
