"""What passed between a customer and us, as the customer may read it again: messages of both sides and their files.

A Communication of a folio may be among ourselves, or go to a laboratory. Only what the history counts as a word between
customer and house is shown, and only if the customer wrote it or was among its readers.
"""

from collections.abc import Iterable
from email.utils import getaddresses
from typing import Any

import bleach
import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain.taxonomy import Events
from nervion_service.services import customer_words, duplicates, events, party, uploads

DOCTYPE = "Service Folio"
MESSAGE = "Communication"
CALL = "Phone"
# what a letter needs; pictures come as files, since a picture of another server tells who reads it
TAGS = frozenset(
	"a b blockquote br code div em h1 h2 h3 h4 hr i li ol p pre span strong table tbody td th thead tr u ul".split()
)
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})
# what bleach would leave as words of the letter
_SILENT = ("script", "style", "head", "title", "template", "noscript")
FIELDS = (
	"name", "sent_or_received", "communication_date", "communication_medium", "creation", "content", "sender",
	"sender_full_name", "recipients", "cc", "owner", "user", "message_id",
)  # fmt: skip


def messages(folio) -> list[dict[str, Any]]:
	"""The conversation, oldest first: {"name", "at", "mine", "author", "html", "files"}; `mine` is the customer's own.

	Calls are not among them: what is noted of a call is our note. The caller has made sure who may read.
	"""
	rows = _shown(folio)
	files = _files_by_owner(folio, [row.name for row in rows])
	return [
		{
			"name": row.name,
			"at": row.communication_date or row.creation,
			"mine": row.sent_or_received == "Received",
			"author": _author(row),
			"html": clean(row.content),
			"files": files.get(row.name, []),
		}
		for row in rows
	]


def own_files(folio) -> list[dict[str, str]]:
	"""Files that the customer brought with the request itself."""
	return _files_by_owner(folio, []).get(folio.name, [])


def readable_file(folio, name: str):
	"""The File of that name if the customer of the folio may read it; None otherwise, whatever the reason."""
	shown = _files_by_owner(folio, [row.name for row in _shown(folio)])
	names = {file["name"] for files in shown.values() for file in files}
	return frappe.get_doc("File", name) if name in names else None


def clean(content: str | None) -> str:
	"""A letter without anything that runs, loads or hides: safe to be put into a page as it is (X6)."""
	from bs4 import BeautifulSoup

	letter = BeautifulSoup(content or "", "html.parser")
	for element in letter.find_all(_SILENT):
		element.decompose()
	return bleach.clean(
		str(letter),
		tags=TAGS,
		attributes={"a": ["href"]},
		protocols=PROTOCOLS,
		strip=True,
		strip_comments=True,
	)


def as_html(text: str) -> str:
	"""What a customer typed, as the content of a message: the same words and lines, none of them markup."""
	return "<p>" + escape_html(text.strip()).replace("\r\n", "\n").replace("\n", "<br>") + "</p>"


def calls(folio) -> dict[str, bool]:
	"""Name of each logged call → whether it came from the customer."""
	return {
		row.name: row.sent_or_received == "Received"
		for row in _spoken(folio)
		if row.communication_medium == CALL
	}


def _spoken(folio) -> list:
	"""Communications that the history counts as words between the customer and a person of ours."""
	# the history and messages of a case are read on behalf of whoever may follow it, which the caller made sure
	lines = frappe.get_all(
		events.DOCTYPE,
		filters={
			"case_type": folio.doctype,
			"case_name": folio.name,
			"event": ("in", (Events.INBOUND, Events.OUTBOUND)),
			"reference_type": MESSAGE,
		},
		pluck="reference_name",
	)
	# asked like the ones above, and for the same reason
	return frappe.get_all(
		MESSAGE,
		filters={
			"name": ("in", lines or [""]),
			"reference_doctype": folio.doctype,
			"reference_name": folio.name,
			"communication_type": "Communication",
		},
		fields=list(FIELDS),
		order_by="communication_date, creation, name",
		limit_page_length=0,
	)


def _shown(folio) -> list:
	addresses = party.emails_of(folio)
	own = [
		row
		for row in _spoken(folio)
		if row.communication_medium != CALL and is_with_customer(row, addresses)
	]
	elsewhere = _shown_elsewhere(folio, addresses) if folio.get("merged_into") else []
	return sorted([*own, *elsewhere], key=lambda row: row.communication_date or row.creation)


def _shown_elsewhere(folio, addresses: set[str]) -> list:
	"""What this very person was told, or wrote from here, about the folio that goes on for a merged one; the rest is another's."""
	survivor = frappe._dict(doctype=folio.doctype, name=duplicates.survivor_of(folio))
	return [
		row
		for row in _spoken(survivor)
		if row.communication_medium != CALL
		and (_people(row) & addresses or (row.message_id or "").endswith(written_from(folio)))
	]


def written_from(folio) -> str:
	"""How the message id ends of what a customer wrote on the page of that folio."""
	return f".{folio.name}@portal"


def is_with_customer(row, addresses: set[str]) -> bool:
	"""Whether a message passed between us and one of these addresses, rather than among us or with a laboratory."""
	people = _people(row)
	# typed into a chat or a page, a message has no address at all: it is between us and the customer
	return not people or bool(people & addresses)


def _people(row) -> set[str]:
	"""The addresses outside: who wrote it, or whom it was written to."""
	said = (row.sender,) if row.sent_or_received == "Received" else (row.recipients, row.cc)
	return {address.lower() for _name, address in getaddresses([text for text in said if text]) if address}


def _author(row) -> str:
	if row.sent_or_received == "Received":
		return row.sender_full_name or row.sender or _("You")
	return customer_words.first_name(row.user or row.owner) or _("Customer Service")


def _files_by_owner(folio, messages_shown: Iterable[str]) -> dict[str, list[dict[str, str]]]:
	"""Files the customer may read, by the message or folio they hang on."""
	wanted = (
		{"attached_to_doctype": MESSAGE, "attached_to_name": ("in", list(messages_shown) or [""])},
		{
			"attached_to_doctype": folio.doctype,
			"attached_to_name": folio.name,
			uploads.FROM_CUSTOMER: 1,
		},
	)
	found: dict[str, list] = {}
	for filters in wanted:
		# of these documents alone, which the caller made sure may be read
		rows = frappe.get_all(
			"File",
			filters={**filters, "is_folder": 0},
			fields=["name", "file_name", "file_size", "attached_to_name"],
			order_by="creation, name",
		)
		for row in rows:
			found.setdefault(row.attached_to_name, []).append(as_listed(row))
	return found


def as_listed(row) -> dict[str, Any]:
	"""A File's row as pages list it; the caller has made sure that the customer may read it."""
	ending = (row.file_name or "").rsplit(".", 1)[-1].lower()
	return {
		"name": row.name,
		"title": row.file_name,
		"size": row.file_size,
		"is_picture": ending in ("jpg", "jpeg", "png", "webp"),
	}
