"""Which folio a mail belongs to: by the letters it answers, by its thread, by the number in its subject, never by chance.

What a mail names is only followed where it could have been told: an answered letter was in the sender's hands; a thread's first
id and a folio number may be known to many, so they count only for somebody who has part in the folio.
"""

from dataclasses import dataclass

import frappe

from nervion_service.domain import mail as domain
from nervion_service.services import party
from nervion_service.services.email_message import ReceivedMail

DOCTYPE = "Service Folio"
DATA_REQUEST = "Personal Data Request"


@dataclass(frozen=True)
class Thread:
	"""Where a mail belongs: the folio, the Communication it answers, the user of ours who wrote it to the customer, and the
	folios that it names without a part in them."""

	folio: str | None = None
	answered: str | None = None
	colleague: str | None = None
	foreign: tuple[str, ...] = ()


def find(letter: ReceivedMail) -> Thread:
	"""Where a received mail belongs."""
	answered, folio = _answered(letter)
	foreign: tuple[str, ...] = ()
	if not folio:
		folio = _of_thread(letter)
	if not folio:
		folio, foreign = _named(letter)
	folio = _living(folio)
	return Thread(folio, answered, folio and _colleague(letter, folio), foreign)


def _answered(letter: ReceivedMail) -> tuple[str | None, str | None]:
	"""The Communication that it answers and the folio of that."""
	ids = _reported_ids(letter) + domain.answered_ids(letter.mail)
	for identifier in ids:
		found = frappe.db.get_value(
			"Communication",
			{"message_id": identifier},
			["name", "reference_doctype", "reference_name"],
			as_dict=True,
		)
		if found and found.reference_doctype == DOCTYPE:
			return found.name, found.reference_name
		if found and found.reference_doctype == DATA_REQUEST:
			# so that a report about our answer is heard; what the person writes back is a request like any
			return found.name, None
		# a notice of ours to a colleague, who answers it
		posted = frappe.db.get_value(
			"Email Queue", {"message_id": identifier}, ["reference_doctype", "reference_name"]
		)
		if posted and posted[0] == DOCTYPE:
			return None, posted[1]
	return None, None


def _reported_ids(letter: ReceivedMail) -> tuple[str, ...]:
	"""The ids of the letters that a report of delivery speaks of: they come with it, as letters or as their headers."""
	if letter.kind not in (domain.Automatic.BOUNCE, domain.Automatic.RECEIPT):
		return ()
	inner = [part for part in letter.mail.walk() if part is not letter.mail and part.get("Message-ID")]
	found = [domain.message_id(part) for part in inner]
	for part in letter.mail.walk():
		if part.get_content_type() == "text/rfc822-headers":
			found += domain.ids_in(str(part.get_payload()), "Message-ID")
		elif part.get("Original-Message-ID"):
			found += domain.ids_in(
				f"Original-Message-ID: {part['Original-Message-ID']}", "Original-Message-ID"
			)
	return tuple(found)


def _of_thread(letter: ReceivedMail) -> str | None:
	"""The folio of another mail of the same thread, whichever of them came first."""
	# threads of the whole mailbox; `_has_part` decides
	rows = frappe.get_all(
		"Communication",
		{"service_thread": domain.thread_root(letter.mail), "reference_doctype": DOCTYPE},
		["reference_name"],
		order_by="creation",
		limit=20,
	)
	names = dict.fromkeys(row.reference_name for row in rows)
	return next((name for name in names if _has_part(letter, name)), None)


def _named(letter: ReceivedMail) -> tuple[str | None, tuple[str, ...]]:
	"""The folio that the subject names, if the sender has part in it; else those that it names."""
	existing = [
		name for name in domain.folio_numbers(letter.full_subject)[:5] if frappe.db.exists(DOCTYPE, name)
	]
	mine = next((name for name in existing if _has_part(letter, name)), None)
	return mine, () if mine else tuple(existing)


def _has_part(letter: ReceivedMail, folio: str) -> bool:
	if domain.failed_checks(letter.mail):
		return False
	doc = frappe.get_doc(DOCTYPE, folio)
	return letter.from_email in party.emails_of(doc) or bool(_user_of(letter))


def _living(folio: str | None) -> str | None:
	"""The folio that goes on with the case, where it was merged into another one."""
	seen = set()
	while folio and folio not in seen:
		seen.add(folio)
		folio = frappe.db.get_value(DOCTYPE, folio, "merged_into") or folio
	return folio


def _colleague(letter: ReceivedMail, folio: str) -> str | None:
	"""The user of ours who wrote it to the customer from a mail program of their own, with our mailbox in copy (D18)."""
	if letter.kind or domain.failed_checks(letter.mail):
		return None
	user = _user_of(letter)
	outside = set(letter.readers) & party.emails_of(frappe.get_doc(DOCTYPE, folio))
	return user if outside else None


def _user_of(letter: ReceivedMail) -> str | None:
	if letter.written_by != letter.from_email:
		return None
	ours = {"email": letter.from_email, "enabled": 1, "user_type": "System User"}
	return frappe.db.get_value("User", ours)
