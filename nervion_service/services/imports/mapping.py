"""Mappings: which column becomes which field of a folio, and how.

A mapping is a JSON file:

    {"title": "…", "account": "old-crm", "create_missing": ["department"],
     "fields": {"external_id": {"column": ["name", "ID"], "required": true},
                "received_at": {"columns": ["Date", "Time"], "type": "datetime", "format": "%d/%m/%Y %H:%M"},
                "channel":     {"column": "Origin", "values": {"Phone": "Phone", "*": "Web Page"}},
                "priority":    {"value": "Medium"}}}

A field takes one `column` (or the first of several names that the file has), several `columns` joined by a
space, or a fixed `value`; `values` translates what stands in the cell, `*` being everything else and `""` an
empty cell; `type` is text, datetime or html; `required` refuses an empty one.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import frappe
from dateutil.parser import isoparse
from frappe import _
from frappe.utils import strip_html

from nervion_service.services.imports.reader import ImportFileError, SourceRow

SHIPPED = Path(__file__).resolve().parents[2] / "import_mappings"
SUBJECT_LENGTH = 240
TYPES = ("text", "datetime", "html")
TIMES = ("answered_at", "closed_at")
"""Times of the source that are not plain fields of a new folio: they make it history."""
ALWAYS = ("external_id", "channel", "request_type", "subject", "party_name", "received_at")
CREATABLE = ("department", "request_type")
TARGETS = frozenset(
	"""account assigned_to batch company complainant_name contact customer customer_kind customer_reference
	department description email lead mention phone place_of_purchase place_of_purchase_customer priority product
	remedy_sought resolution severity sgi_category sgi_scenario sgi_section_name sgi_subcategory
	sgi_typology""".split()
).union(ALWAYS, TIMES)


class RowError(ValueError):
	"""One row cannot be imported; `field` names where, the message says why."""

	def __init__(self, field: str, message: str):
		super().__init__(message)
		self.field = field


@dataclass(frozen=True)
class Source:
	"""Where one field comes from."""

	columns: tuple[tuple[str, ...], ...] = ()
	value: str | None = None
	values: dict[str, str] | None = None
	type: str = "text"
	format: str | None = None
	required: bool = False


@dataclass(frozen=True)
class Mapping:
	"""A whole mapping, checked: every field is known, every type too."""

	title: str
	fields: dict[str, Source]
	account: str = ""
	create_missing: frozenset[str] = field(default_factory=frozenset)

	def check_header(self, names: Iterable[str]) -> None:
		"""Raise ImportFileError naming every column that the file lacks."""
		present = set(names)
		missing = [
			" / ".join(alternatives)
			for source in self.fields.values()
			for alternatives in source.columns
			if not present.intersection(alternatives)
		]
		if missing:
			raise ImportFileError(
				_("The file lacks these columns of the mapping {0}: {1}. It has: {2}.").format(
					self.title, ", ".join(sorted(missing)), ", ".join(sorted(present))
				)
			)

	def convert(self, row: SourceRow) -> dict:
		"""Return the folio's values; datetimes naive in the site's time. RowError on the first wrong field."""
		values = {name: _value(name, source, row.cells) for name, source in self.fields.items()}
		values["account"] = values.get("account") or self.account
		_shorten_subject(values)
		_check_times(values)
		return values


def load(name: str) -> Mapping:
	"""Load a mapping by its file's path or, of those shipped, by its name (`erpnext_issue`)."""
	path = Path(name)
	if not path.is_file():
		path = SHIPPED / f"{name}.json"
	if not path.is_file():
		shipped = ", ".join(sorted(p.stem for p in SHIPPED.glob("*.json")))
		raise ImportFileError(
			_("There is no mapping {0}: give the path of a file, or one of {1}.").format(name, shipped)
		)
	try:
		return parse(json.loads(path.read_text(encoding="utf-8")), path.stem)
	except json.JSONDecodeError as error:
		raise ImportFileError(_("The mapping {0} is not valid JSON: {1}").format(path.name, error)) from None


def parse(data: dict, name: str = "") -> Mapping:
	"""Check a mapping's data; ImportFileError names what is unknown or missing."""
	fields = {target: _source(target, spec) for target, spec in (data.get("fields") or {}).items()}
	_refuse(_("The mapping has unknown fields: {0}."), set(fields) - TARGETS)
	_refuse(_("The mapping lacks these fields, which every request needs: {0}."), set(ALWAYS) - set(fields))
	create = frozenset(data.get("create_missing") or ())
	_refuse(_("These cannot be made by the import: {0}."), create - set(CREATABLE))
	return Mapping(data.get("title") or name, fields, data.get("account") or "", create)


def _refuse(message: str, names: set[str]) -> None:
	if names:
		raise ImportFileError(message.format(", ".join(sorted(names))))


def _source(target: str, spec: dict) -> Source:
	unknown = set(spec) - {"column", "columns", "value", "values", "type", "format", "required"}
	if unknown:
		message = _("The field {0} of the mapping has unknown keys: {1}.")
		raise ImportFileError(message.format(target, ", ".join(sorted(unknown))))
	if spec.get("type", "text") not in TYPES:
		raise ImportFileError(
			_("The field {0} of the mapping has the type {1}; known are {2}.").format(
				target, spec["type"], ", ".join(TYPES)
			)
		)
	columns = spec.get("columns") or ([spec["column"]] if "column" in spec else [])
	return Source(
		columns=tuple((c,) if isinstance(c, str) else tuple(c) for c in columns),
		value=spec.get("value"),
		values=spec.get("values"),
		type=spec.get("type", "text"),
		format=spec.get("format"),
		required=bool(spec.get("required")) or target in ("received_at", "external_id"),
	)


def _value(name: str, source: Source, cells: dict[str, str]):
	text = source.value if source.value is not None else _cell(source, cells)
	if source.values is not None:
		text = source.values.get(text, source.values.get("*", text))
	if not text:
		if source.required:
			raise RowError(name, _("{0} is empty").format(name))
		return None
	if source.type == "datetime":
		return _moment(name, text, source.format)
	return strip_html(text).strip() if source.type == "html" else text


def _cell(source: Source, cells: dict[str, str]) -> str:
	parts = (next((cells[c] for c in names if c in cells), "") for names in source.columns)
	return " ".join(part.strip() for part in parts if part and part.strip())


def _moment(name: str, text: str, pattern: str | None) -> datetime:
	"""Read a wall-clock time; an offset in the text is dropped, since the source's stamps are the site's own.

	Without a format only ISO 8601 is read: 03/04/2026 would be a guess between March and April.
	"""
	try:
		moment = datetime.strptime(text, pattern) if pattern else isoparse(_two_digit_hour(text))
	except (ValueError, OverflowError):
		expected = pattern or "2026-03-31 16:45:00"
		raise RowError(
			name, _("{0} is not a date and time: {1} (expected as {2})").format(name, text, expected)
		) from None
	return moment.replace(tzinfo=None)


def _two_digit_hour(text: str) -> str:
	"""ISO 8601 writes 09:05:00; Python and many exports write 9:05:00."""
	return re.sub(r"(?<=[ T])(\d):", r"0\1:", text)


def _shorten_subject(values: dict) -> None:
	"""Keep a long subject whole in the description, so that nothing of the source is lost."""
	subject = values.get("subject") or ""
	if len(subject) > SUBJECT_LENGTH:
		values["description"] = values.get("description") or subject
		values["subject"] = subject[: SUBJECT_LENGTH - 1] + "…"


def _check_times(values: dict) -> None:
	received = values["received_at"]
	for name in TIMES:
		if values.get(name) and values[name] < received:
			raise RowError(
				name,
				_("{0} ({1}) is before the reception ({2})").format(
					name, frappe.utils.format_datetime(values[name]), frappe.utils.format_datetime(received)
				),
			)
