"""The customer is told at once that the request arrived: its folio, what is promised by when, how to follow it (I1, ISO 10002).

Once per folio and by e-mail, after commit; never to a machine, to ourselves or in a loop, and never counted as an answer (D18).
What a dead queue or a missing mail account held back, the job of the minute sends later, for a day.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import frappe
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import validate_email_address

from nervion_service.domain import mail as domain
from nervion_service.domain.taxonomy import Events
from nervion_service.services import (
	acknowledgement_text,
	clock,
	events,
	languages,
	our_addresses,
	settings,
	system,
)

DOCTYPE = "Service Folio"
SENT, NOT_NEEDED = "Sent", "Not Needed"
# ways in whose customers are written to at the address that they left; networks answer on the network
BY_MAIL = ("E-mail", "Web Page", "Portal", "API", "Phone", "Store")
# ways in by which somebody can have us write to an address that is not theirs; whoever signed in, or called, is told always
BY_STRANGERS = ("E-mail", "Web Page")
# what is older has been answered, or will be by a person
LONGEST_DELAY = timedelta(days=1)
_MOST_AT_ONCE = 100
_DEFAULT_PER_HOUR = 10
_NO_REPLY = re.compile(
	r"^(no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply|no[-_.]?responder|bounces?|postmaster)\b", re.I
)
_FLAG = "service_mail_without_person"


def acknowledge(folio_name: str) -> str | None:
	"""Send the acknowledgement of a folio unless that was decided before; returns "Sent", "Not Needed", or None for later."""
	# whoever else is at it waits here, and finds it done
	state = frappe.db.get_value(DOCTYPE, folio_name, "acknowledgement", for_update=True)
	if state:
		return state
	folio = frappe.get_doc(DOCTYPE, folio_name)
	if not _is_wanted(folio):
		folio.db_set("acknowledgement", NOT_NEEDED, update_modified=False)
		return NOT_NEEDED
	if not EmailAccount.find_outgoing(match_by_doctype=DOCTYPE):
		return None
	with system.as_system(), languages.speaking():
		message = _send(folio)
	now = clock.now()
	events.record(folio, Events.ACKNOWLEDGED, happened_at=now, channel=folio.channel, reference=message)
	folio.db_set({"acknowledgement": SENT, "acknowledged_at": now}, update_modified=False)
	return SENT


def catch_up() -> None:
	"""Send what was missed within the last day; each folio by itself, so that a bad one stops no other."""
	for name in missed(clock.now()):
		try:
			acknowledge(name)
			frappe.db.commit()
		except Exception:
			frappe.db.rollback()
			frappe.log_error(title="Acknowledgement", message=f"{name}\n{frappe.get_traceback()}")
			frappe.db.commit()


def missed(now) -> list[str]:
	"""Folios of the last day about which nothing was decided, the oldest first; what has just come is under way."""
	# the system's own work list, whoever may see those folios
	return frappe.get_all(
		DOCTYPE,
		filters=[
			["received_at", ">", now - LONGEST_DELAY - timedelta(days=1)],
			["registered_at", ">", now - LONGEST_DELAY],
			["registered_at", "<", now - timedelta(minutes=1)],
			["acknowledgement", "is", "not set"],
			["is_history", "=", 0],
		],
		pluck="name",
		order_by="registered_at, name",
		limit=_MOST_AT_ONCE,
	)


# Whether ------------------------------------------------------------------------------------------------------


def _is_wanted(folio) -> bool:
	address = (folio.email or "").strip().lower()
	if folio.is_history or folio.channel not in BY_MAIL or not validate_email_address(address):
		return False
	# a person who has answered has said more than we would
	too_old = folio.first_answered_at or folio.registered_at < clock.now() - LONGEST_DELAY
	return not (
		too_old or _NO_REPLY.match(address) or _is_ours(address) or _was_often(folio.channel, address)
	)


def _is_ours(address: str) -> bool:
	staff = {"email": address, "enabled": 1, "user_type": "System User"}
	return our_addresses.includes(address) or bool(frappe.db.exists("User", staff))


def _was_often(channel: str, address: str) -> bool:
	"""The last resort against two machines that thank each other, and against a stranger who has us write to somebody."""
	if channel not in BY_STRANGERS:
		return False
	limit = settings.number("acknowledgements_per_hour", _DEFAULT_PER_HOUR)
	told = {
		"acknowledged_at": (">", clock.now() - timedelta(hours=1)),
		"email": address,
		"channel": ("in", BY_STRANGERS),
	}
	return frappe.db.count(DOCTYPE, told) >= limit


# What ---------------------------------------------------------------------------------------------------------


def _send(folio) -> tuple[str, str]:
	first = _first_message(folio)
	words = acknowledgement_text.facts(folio)
	subject, content = acknowledgement_text.rendered(words)
	# the link opens the folio: it goes to the customer and stays nowhere else
	_subject, kept = acknowledgement_text.rendered({**words, "tracking_url": ""})
	account = _mailbox(folio)
	message = frappe.new_doc("Communication")
	message.update(
		{
			"communication_type": "Automated Message",
			"communication_medium": "Email",
			"sent_or_received": "Sent",
			"service_automatic": domain.Automatic.OWN,
			"service_thread": first.get("service_thread") or folio.external_id,
			"subject": subject,
			"content": kept,
			"recipients": folio.email,
			"sender": account.email_id,
			"sender_full_name": account.name,
			"email_account": account.name,
			"message_id": frappe.email.email_body.get_message_id().strip("<>"),
			"in_reply_to": first.get("name"),
			"reference_doctype": folio.doctype,
			"reference_name": folio.name,
		}
	)
	message.flags.skip_add_signature = True
	# the system writes by itself; whoever registered the request needs no right to send mail
	message.insert(ignore_permissions=True)
	_post(folio, message, content, first.get("message_id"))
	return message.doctype, message.name


def _post(folio, message, content: str, answered: str | None) -> None:
	with without_person(is_reply=bool(answered)):
		frappe.sendmail(
			recipients=[folio.email],
			subject=message.subject,
			content=content,
			reply_to=message.sender,
			reference_doctype=folio.doctype,
			reference_name=folio.name,
			communication=message.name,
			message_id=message.message_id,
			in_reply_to=f"<{answered}>" if answered else None,
			add_unsubscribe_link=0,
		)


# Mail without a person behind it ------------------------------------------------------------------------------


@contextmanager
def without_person(is_reply: bool = False) -> Iterator[None]:
	"""Mails that are made inside say that no person wrote them (RFC 3834), so that no other machine answers them."""
	frappe.flags[_FLAG] = "auto-replied" if is_reply else "auto-generated"
	try:
		yield
	finally:
		frappe.flags[_FLAG] = None


def mark(email) -> None:
	"""Frappe's hook for every mail that is made: put the headers on those of `without_person`."""
	kind = frappe.flags.get(_FLAG)
	if kind:
		email.set_header("Auto-Submitted", kind)
		email.set_header("X-Auto-Response-Suppress", "All")
		email.set_header(domain.OWN_HEADER, "1")


def _first_message(folio) -> dict:
	# the message that made the folio, to be answered
	return (
		frappe.db.get_value(
			"Communication",
			{
				"reference_doctype": folio.doctype,
				"reference_name": folio.name,
				"sent_or_received": "Received",
			},
			["name", "message_id", "service_thread"],
			order_by="creation",
			as_dict=True,
		)
		or {}
	)


def _mailbox(folio):
	"""The Email Account that the customer is to answer to: the one that the request came by, else the one for folios."""
	if folio.channel == "E-mail" and folio.account and frappe.db.exists("Email Account", folio.account):
		return frappe.get_doc("Email Account", folio.account)
	incoming = EmailAccount.find_incoming(match_by_doctype=DOCTYPE)
	return incoming or EmailAccount.find_outgoing(match_by_doctype=DOCTYPE)
