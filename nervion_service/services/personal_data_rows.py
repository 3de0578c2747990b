"""The rows of one person in each place of `domain.personal_data`, and what they say: for the person to read (I3, X12)."""

import re
from collections.abc import Iterable
from dataclasses import replace
from email import message_from_string, policy
from typing import Any

import frappe

from nervion_service.domain.personal_data import PLACES, Place, Reach
from nervion_service.services.personal_data import Scope, pluck


def rows_of(place: Place, scope: Scope) -> list[str]:
	"""The names of the person's rows in one place."""
	if not frappe.db.table_exists(place.doctype):
		return []
	if place.reach == Reach.ABOUT:
		return rows_about(place, scope)
	if place.reach == Reach.WORDS:
		return _rows_with_words(place, scope)
	if place.reach == Reach.CONTACT_ROW:
		return list(pluck(place.doctype, {"parent": ("in", scope.contacts or [""])}))
	if place.reach == Reach.CASE_ROW:
		return rows_about(replace(place, about=("parenttype", "parent")), scope)
	named = {
		Reach.FOLIO: scope.folios,
		Reach.COMPLAINT: scope.complaints,
		Reach.VISIT: scope.visits,
		Reach.REPORT: scope.reports,
		Reach.MESSAGE: scope.messages,
		Reach.CONTACT: scope.contacts,
		Reach.LEAD: scope.leads,
		Reach.REQUEST: scope.requests,
	}[place.reach]
	return list(pluck(place.doctype, {"name": ("in", named or [""])}))


def rows_about(place, scope) -> list[str]:
	kind, name = place.about
	found = [
		row
		for doctype, names in scope.documents.items()
		if names
		for row in pluck(place.doctype, {kind: doctype, name: ("in", names)})
	]
	return list(dict.fromkeys(found))


def _rows_with_words(place, scope) -> list[str]:
	columns = present(place.doctype, place.words)
	found = {name for word in scope.words for name in _like(place.doctype, columns, word)}
	if place.doctype == "Email Queue":
		found |= _encoded_mails(scope)
	return sorted(found)


def _like(doctype: str, columns: Iterable[str], word: str) -> tuple[str, ...]:
	pattern = f"%{escaped(word)}%"
	return (
		pluck(doctype, or_filters=[[doctype, column, "like", pattern] for column in columns])
		if columns
		else ()
	)


def escaped(word: str) -> str:
	return re.sub(r"([\\%_])", r"\\\1", word)


def _encoded_mails(scope) -> set[str]:
	"""Mails that wait or were sent, whose words stand in them encoded: a search in the table cannot see them."""
	# as in `pluck`; Frappe empties this table after some weeks
	rows = frappe.get_all("Email Queue", fields=["name", "message"], order_by="name", limit_page_length=0)
	return {row.name for row in rows if _has_word(mail_text(row.message), scope.words)}


def mail_text(source: str | None) -> str:
	"""A stored mail as text: its headers and everything in it that can be read."""
	message = message_from_string(source or "", policy=policy.default)
	parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
	return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *parts])


def _has_word(text: str, words) -> bool:
	text = text.lower()
	return any(word.lower() in text for word in words)


def present(doctype: str, columns: Iterable[str]) -> list[str]:
	"""Those columns that this engine has."""
	there = set(frappe.db.get_table_columns(doctype))
	return [column for column in columns if column in there]


def export(scope: Scope) -> tuple[dict[str, list[dict[str, Any]]], list[tuple[str, bytes]]]:
	"""Everything that is stored about the person: {DocType: rows}, and the files as (name, content)."""
	found: dict[str, list[dict[str, Any]]] = {}
	for place in (place for place in PLACES if not place.withheld):
		rows = _contents(place, rows_of(place, scope))
		found.setdefault(place.doctype, []).extend(
			row for row in rows if row not in found.get(place.doctype, [])
		)
	return {doctype: rows for doctype, rows in found.items() if rows}, list(_files(scope))


def _contents(place: Place, names: list[str]) -> list[dict[str, Any]]:
	if not names:
		return []
	fields = ["name", "creation", *present(place.doctype, place.columns)]
	# as in `pluck`
	rows = frappe.get_all(
		place.doctype, {"name": ("in", names)}, fields, order_by="creation, name", limit_page_length=0
	)
	return [_readable(place, row) for row in rows]


def _readable(place, row) -> dict[str, Any]:
	values = {
		key: value if isinstance(value, str | int) else str(value) for key, value in row.items() if value
	}
	if place.doctype == "Email Queue":
		values["message"] = mail_text(row.message)
	return values


def _files(scope):
	place = next(place for place in PLACES if place.doctype == "File")
	for name in rows_about(place, scope):
		file = frappe.get_doc("File", name)
		if file.exists_on_disk():
			content = file.get_content()
			yield f"{name}-{file.file_name}", content.encode() if isinstance(content, str) else content
