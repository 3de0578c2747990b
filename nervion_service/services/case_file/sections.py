"""A record as the pages of a case file show it: facts, texts and tables, in the words of the reader's language.

What is shown follows the form itself: a field that an administrator adds is in the file of the next case.
"""

from base64 import b64decode
from binascii import Error as BadPicture
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, flt, fmt_money, format_date

from nervion_service.services import folio_print, procedures, wording
from nervion_service.services.case_file import gathering

TEXTS = ("Text", "Small Text", "Long Text", "Text Editor", "Code", "Markdown Editor")
LAYOUT = (
	"Section Break",
	"Column Break",
	"Tab Break",
	"HTML",
	"Button",
	"Table MultiSelect",
	"Fold",
	"Heading",
)
# the value of a link that is one of our own words, besides those that Frappe itself shows translated
TRANSLATED_LINKS = ("Workflow State", "Request Type", "Service Channel", "Role", "DocType")
MOST_COLUMNS = 7
# names of messages and lines of history, which say nothing to a reader
REFERENCES = ("first_answer_type", "first_answer", "answer_evidence_type", "answer_evidence")
# where a number that is nothing was not asked for; what was measured may be nothing
WITHOUT_ZEROS = (gathering.REMEDY, gathering.COST)
_DATA_PICTURE = "data:image/png;base64,"


@dataclass
class Table:
	"""A table of a section; rows hold plain text. more: what of each row has no column of its own, in words; empty where all has one."""

	title: str
	headers: list[str]
	rows: list[list[str]]
	more: list[str] = field(default_factory=list)


@dataclass
class Section:
	"""One record, or one list, of a case. procedure: its code and version, as the foot of its pages names them."""

	title: str
	subtitle: str
	procedure: str
	facts: list[tuple[str, str]] = field(default_factory=list)
	texts: list[tuple[str, str]] = field(default_factory=list)
	tables: list[Table] = field(default_factory=list)
	# (address, caption) of pictures
	figures: list[tuple[str, str]] = field(default_factory=list)


def of_record(doc, levels: tuple[int, ...] = (0,)) -> tuple[Section, dict[str, bytes]]:
	"""One record, and the pictures that its section names. levels: the levels of permission whose fields are shown."""
	section = Section(_(doc.doctype), doc.name, procedures.of_record(doc))
	pictures: dict[str, bytes] = {}
	for df in doc.meta.fields:
		value = doc.get(df.fieldname)
		if not _is_shown(df, levels) or _is_empty(df, value, doc.doctype):
			continue
		label = _(df.label or df.fieldname)
		if df.fieldtype == "Table":
			section.tables.append(table(label, value))
		elif df.fieldtype == "Signature":
			_add_signature(section, pictures, df, doc, value)
		elif df.fieldtype in TEXTS:
			section.texts.append((label, folio_print.plain(value)))
		else:
			section.facts.append((label, in_words(df, value, doc)))
	return section, pictures


def in_words(df, value: Any, doc) -> str:
	"""A value as a reader understands it."""
	kind = df.fieldtype
	if kind == "Datetime":
		return folio_print.moment(value)
	if kind == "Date":
		return format_date(value)
	if kind == "Check":
		return _("Yes") if cint(value) else _("No")
	if kind == "Currency":
		return fmt_money(value, currency=doc.get(df.options) if df.options else None)
	if kind in ("Float", "Percent"):
		return f"{flt(value, 6):g}"
	return _named(df, str(value))


def _named(df, value: str) -> str:
	if df.fieldtype == "Link" and df.options == "User":
		return wording.person(value)
	if df.fieldtype == "Select" or (df.fieldtype == "Link" and _is_a_word(df.options)):
		return _(value)
	return value.rsplit("/", 1)[-1] if df.fieldtype in ("Attach", "Attach Image") else value


def _is_a_word(doctype: str) -> bool:
	return doctype in TRANSLATED_LINKS or bool(cint(frappe.get_meta(doctype).get("translated_doctype")))


def _is_shown(df, levels: tuple[int, ...] = (0,)) -> bool:
	return not (
		df.fieldtype in LAYOUT or df.hidden or df.permlevel not in levels or df.fieldname in REFERENCES
	)


def _is_empty(df, value, doctype: str) -> bool:
	if df.fieldtype in ("Int", "Check"):
		return not cint(value)
	if df.fieldtype in ("Float", "Currency") and doctype in WITHOUT_ZEROS:
		return not flt(value)
	return value in (None, "", [])


def table(title: str, rows, left_out: tuple[str, ...] = ()) -> Table:
	"""Rows of one kind with all that any of them fills: columns as far as the page is wide, those of the list first; the rest beneath."""
	doctype = rows[0].doctype
	fields = [
		df
		for df in rows[0].meta.fields
		if _is_shown(df)
		and df.fieldname not in left_out
		and any(not _is_empty(df, row.get(df.fieldname), doctype) for row in rows)
	]
	by_weight = sorted(fields, key=lambda df: not df.in_list_view)
	shown, beneath = (
		sorted(some, key=lambda df: df.idx) for some in (by_weight[:MOST_COLUMNS], by_weight[MOST_COLUMNS:])
	)
	cells = [[_cell(df, row) for df in shown] for row in rows]
	more = [_in_a_line(beneath, row) for row in rows] if beneath else []
	return Table(title, [_(df.label or df.fieldname) for df in shown], cells, more)


def _in_a_line(fields, row) -> str:
	said = ((_(df.label or df.fieldname), _cell(df, row)) for df in fields)
	return " · ".join(f"{label}: {value}" for label, value in said if value)


def _cell(df, row) -> str:
	value = row.get(df.fieldname)
	return "" if _is_empty(df, value, row.doctype) else in_words(df, value, row)


def _add_signature(section: Section, pictures: dict[str, bytes], df, doc, value: str) -> None:
	if not value.startswith(_DATA_PICTURE):
		return
	label = _(df.label or df.fieldname)
	# an address with a space in it would be found by nobody
	address = f"picture:{frappe.scrub(doc.doctype)}:{doc.name}:{df.fieldname}"
	try:
		pictures[address] = b64decode(value.removeprefix(_DATA_PICTURE), validate=True)
	except BadPicture:
		section.facts.append((label, _("could not be read")))
		return
	section.figures.append((address, label))
