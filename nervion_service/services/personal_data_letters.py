"""Whose the letters are that a person has to do with: stored messages, mail in the queue, mail that could not be stored (I3, X12).

Addresses are compared as a whole. A search in the table only offers what may fit, since "mariana@" holds "ana@".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_string, policy

import frappe

from nervion_service.domain.personal_letters import Part, addresses, part_in
from nervion_service.services import our_addresses
from nervion_service.services.personal_data_scope import FOLIO, REQUEST, Scope, escaped, pluck

MESSAGE, QUEUED, READER = "Communication", "Email Queue", "Email Queue Recipient"
# as long as it is in none of these, it is on its way
GONE = ("Sent", "Error")
_FIELDS = (
	"name", "communication_medium", "sent_or_received", "sender", "sender_full_name", "recipients", "cc", "bcc",
	"reference_doctype", "reference_name",
)  # fmt: skip
_READERS = ("recipients", "cc", "bcc")
_BATCH = 500


@dataclass(frozen=True)
class Letters:
	"""Messages by whose they are: the person's own, those of others as well, and which of them the person never saw."""

	own: tuple[str, ...]
	shared: tuple[str, ...]
	unread: tuple[str, ...]


def letters_of(scope: Scope) -> Letters:
	"""The messages of a person's folios, and those from and to the person wherever they hang."""
	rows = list(_candidates(scope))
	ours = _ours({address for row in rows for address in _people(row)})
	parts = {row.name: _part(row, scope, ours) for row in rows}
	own = [row.name for row in rows if _is_own(row, parts[row.name], scope)]
	return Letters(
		own=tuple(own),
		shared=tuple(
			row.name
			for row in rows
			if row.name not in own and (parts[row.name] == Part.SHARED or _is_in_case(row, scope))
		),
		# a call or a chat has no readers: it is between the person and us
		unread=tuple(
			row.name
			for row in rows
			if row.communication_medium == "Email" and parts[row.name] in (Part.FOREIGN, Part.AMONG_US)
		),
	)


def queued_part(names: Iterable[str], scope: Scope) -> dict[str, tuple[str, bool]]:
	"""The person's part in each mail of the queue, and whether it is on its way still: by its readers, since we write them all."""
	names = list(names)
	# as in `pluck`
	rows = frappe.get_all(
		READER, {"parent": ("in", names or [""])}, ["parent", "recipient"], limit_page_length=0
	)
	# as in `pluck`
	states = frappe.get_all(QUEUED, {"name": ("in", names or [""])}, ["name", "status"], limit_page_length=0)
	readers: dict[str, set[str]] = {}
	for row in rows:
		readers.setdefault(str(row.parent), set()).update(addresses(row.recipient))
	ours, mine = _ours(set().union(*readers.values())), set(scope.emails)
	# numbers on one engine, texts on the other
	return {
		str(row.name): (part_in(readers.get(str(row.name), set()), mine, ours), row.status not in GONE)
		for row in states
	}


def is_of_others(source: str | None, scope: Scope) -> bool:
	"""Whether a received mail, as it came, is from somebody else."""
	sender = addresses(str(message_from_string(source or "", policy=policy.compat32)["From"] or ""))
	return bool(sender - set(scope.emails))


def mail_text(source: str | None) -> str:
	"""A stored mail as text: its headers and everything in it that can be read."""
	message = message_from_string(source or "", policy=policy.default)
	parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
	return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *parts])


def _candidates(scope: Scope) -> Iterator:
	"""Messages of the person's folios and requests, and those in which one of the addresses stands whole."""
	names = [
		*pluck(MESSAGE, {"reference_doctype": FOLIO, "reference_name": ("in", scope.folios or [""])}),
		*pluck(MESSAGE, {"reference_doctype": REQUEST, "reference_name": ("in", scope.requests or [""])}),
	]
	for email in scope.emails:
		offered = [[MESSAGE, column, "like", f"%{escaped(email)}%"] for column in ("sender", *_READERS)]
		names += pluck(MESSAGE, or_filters=offered)
	names, mine = list(dict.fromkeys(names)), set(scope.emails)
	for begin in range(0, len(names), _BATCH):
		# as in `pluck`
		rows = frappe.get_all(
			MESSAGE, {"name": ("in", names[begin : begin + _BATCH])}, list(_FIELDS), order_by="creation, name"
		)
		yield from (row for row in rows if _is_in_case(row, scope) or _people(row) & mine)


def _part(row, scope: Scope, ours: set[str]) -> str:
	# whom we write as is no reader
	author = set() if row.sent_or_received == "Sent" else addresses(row.sender)
	mine = set(scope.emails) | (author if _wrote(row, scope) else set())
	return part_in(author | addresses(*(row[column] for column in _READERS)), mine, ours)


def _is_own(row, part: str, scope: Scope) -> bool:
	"""Whether all of a message goes with the person: nobody else outside took part, or it is the person's word in the own case."""
	if part == Part.OWN:
		return True
	if not _is_in_case(row, scope):
		# in another's case, or in none
		return part == Part.SHARED and _wrote(row, scope) and row.reference_doctype != FOLIO
	return part == Part.AMONG_US or (part == Part.SHARED and _wrote(row, scope))


def _wrote(row, scope: Scope) -> bool:
	if row.sent_or_received == "Sent":
		return False
	if addresses(row.sender) & set(scope.emails):
		return True
	# from an address that we did not know, under the own name
	name = (row.sender_full_name or "").strip().lower()
	return _is_in_case(row, scope) and name in {known.lower() for known in scope.names}


def _is_in_case(row, scope: Scope) -> bool:
	cases = {FOLIO: scope.folios, REQUEST: scope.requests}
	return row.reference_name in cases.get(row.reference_doctype, ())


def _people(row) -> set[str]:
	return addresses(row.sender, *(row[column] for column in _READERS))


def _ours(among: set[str]) -> set[str]:
	"""Those addresses that are the house's own: of its mailboxes and groups, and of whoever has or had a desk."""
	staff = {"email": ("in", list(among) or [""]), "user_type": "System User"}
	colleagues = {address.lower() for address in pluck("User", staff, field="email")}
	return colleagues | {address for address in among - colleagues if our_addresses.includes(address)}
