"""The rows of one person in each place of `domain.personal_data` (I3, X12)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import frappe

from nervion_service.domain.personal_data import Place, Reach
from nervion_service.domain.personal_letters import Part
from nervion_service.domain.personal_words import mentions, spellings
from nervion_service.services.personal_data_letters import is_of_others, mail_text, queued_part
from nervion_service.services.personal_data_scope import Scope, escaped, pluck

QUEUED, RECEIVED = "Email Queue", "Unhandled Email"
_BATCH = 500


def rows_of(place: Place, scope: Scope) -> list[str]:
	"""The names of the person's rows in one place; rows that are a letter to or from somebody else are not among them."""
	if not frappe.db.table_exists(place.doctype):
		return []
	if place.reach == Reach.ABOUT:
		return _mail_of(rows_about(place, scope), place, scope)
	if place.reach in (Reach.WORDS, Reach.WORDS_TO_OTHERS):
		return _mail_of(_rows_with_words(place, scope), place, scope)
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
		Reach.SHARED_MESSAGE: scope.shared,
		Reach.CONTACT: scope.contacts,
		Reach.LEAD: scope.leads,
		Reach.REQUEST: scope.requests,
	}[place.reach]
	return list(pluck(place.doctype, {"name": ("in", named or [""])}))


def rows_about(place: Place, scope: Scope) -> list[str]:
	"""The rows that name one of the person's documents."""
	kind, name = place.about
	found = [
		row
		for doctype, names in scope.documents.items()
		if names
		for row in pluck(place.doctype, {kind: doctype, name: ("in", names)})
	]
	return list(dict.fromkeys(found))


def present(doctype: str, columns: Iterable[str]) -> list[str]:
	"""Those columns that this engine has."""
	there = set(frappe.db.get_table_columns(doctype))
	return [column for column in columns if column in there]


def _mail_of(names: list[str], place: Place, scope: Scope) -> list[str]:
	"""Without the mail in the queue that others read; one to us that only names the person goes out first: it warns of others, too."""
	if place.doctype != QUEUED:
		return names
	parts = queued_part(names, scope)
	kept_to_us = place.reach == Reach.WORDS
	return [
		name
		for name, (part, is_waiting) in parts.items()
		if part == Part.OWN or (part == Part.AMONG_US and not (kept_to_us and is_waiting))
	]


def _rows_with_words(place: Place, scope: Scope) -> list[str]:
	columns = present(place.doctype, place.words)
	offered = set(_offered(place.doctype, columns, scope.words))
	fields = list(dict.fromkeys(["name", *columns, *filter(None, [place.addressee])]))
	found = {
		row.name
		for row in _read(place.doctype, sorted(offered), fields)
		if _is_persons(place, row, columns, scope)
	}
	if place.doctype == QUEUED:
		found |= _encoded_mails(scope)
	return sorted(found, key=str)


def _is_persons(place: Place, row, columns: list[str], scope: Scope) -> bool:
	if not any(mentions(row[column], scope.words, scope.strangers) for column in columns):
		return False
	if place.doctype == RECEIVED and is_of_others(row.raw, scope):
		return False
	addressee = (row[place.addressee] or "").strip().lower() if place.addressee else ""
	is_to_others = bool(addressee) and addressee not in scope.emails
	return is_to_others == (place.reach == Reach.WORDS_TO_OTHERS)


def _offered(doctype: str, columns: list[str], words: tuple[str, ...]) -> Iterator[str]:
	"""Rows in which the table's own search finds a word, in whichever spelling, as part of another one, too."""
	patterns = [f"%{escaped(spelling)}%" for word in words for spelling in spellings(word)]
	filters = [[doctype, column, "like", pattern] for column in columns for pattern in patterns]
	for begin in range(0, len(filters), _BATCH):
		yield from pluck(doctype, or_filters=filters[begin : begin + _BATCH])


def _read(doctype: str, names: list, fields: list[str]) -> Iterator:
	for begin in range(0, len(names), _BATCH):
		# as in `pluck`
		yield from frappe.get_all(
			doctype, {"name": ("in", names[begin : begin + _BATCH])}, fields, limit_page_length=0
		)


def _encoded_mails(scope: Scope) -> set[str]:
	"""Mails that wait or were sent, whose words stand in them encoded: a search in the table cannot see them."""
	# as in `pluck`; Frappe empties this table after some weeks
	rows = frappe.get_all(QUEUED, fields=["name", "message"], order_by="name", limit_page_length=0)
	return {row.name for row in rows if mentions(mail_text(row.message), scope.words, scope.strangers)}
