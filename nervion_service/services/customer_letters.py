"""Letters that the system writes to a customer by itself: to whom, from which address, in which thread, and marked as a machine's.

None is an answer (D18). Each is kept on the folio without its tracking link, since whoever has that link speaks for the customer.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html, validate_email_address

from nervion_service.domain import mail as domain
from nervion_service.services import (
	access_tokens,
	acknowledgement_text,
	languages,
	oppositions,
	our_addresses,
	system,
)

DOCTYPE = "Service Folio"
SENT, NOT_NEEDED = "Sent", "Not Needed"
# ways in whose customers are written to at the address that they left; networks answer on the network
BY_MAIL = ("E-mail", "Web Page", "Portal", "API", "Phone", "Store")
# ways in by which somebody can have us write to an address that is not theirs; whoever signed in, or called, is told always
BY_STRANGERS = ("E-mail", "Web Page")
_NO_REPLY = re.compile(
	r"^(no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply|no[-_.]?responder|bounces?|postmaster)\b", re.I
)
# what is older is a person's to take up
LONGEST_DELAY = timedelta(days=1)
_FLAG = "service_mail_without_person"


def can_be_written(folio) -> bool:
	"""Whether the folio's customer has an address at which somebody else than a machine or one of us reads."""
	address = (folio.email or "").strip().lower()
	if not validate_email_address(address) or _NO_REPLY.match(address):
		return False
	return not (our_addresses.includes(address) or our_addresses.of_staff((address,)))


def is_wanted(folio) -> bool:
	"""Whether a letter that the customer did not ask for may go out about a folio (I3)."""
	if folio.is_history or folio.merged_into or folio.channel not in BY_MAIL:
		return False
	# a stranger whose requests were too many to be acknowledged has us write to nobody (X9)
	if folio.channel in BY_STRANGERS and folio.acknowledgement != SENT:
		return False
	return can_be_written(folio) and oppositions.accepts(folio.email) and not _is_of_machine(folio)


def has_account() -> bool:
	"""Whether there is an Email Account to write from."""
	return bool(EmailAccount.find_outgoing(match_by_doctype=DOCTYPE))


def write(folio, subject: str, paragraphs: Iterable[str], link: str) -> tuple[str, str]:
	"""Send a letter of plain paragraphs with a fresh tracking link under the words `link`; returns (doctype, name) of its copy."""
	with system.as_system(), languages.speaking(languages.of_customer(folio.customer)):
		lines = [_greeting(folio), *paragraphs]
		door = f'<p><a href="{escape_html(access_tokens.tracking_url(folio))}">{escape_html(link)}</a></p>'
		end = f"<p>{escape_html(_('Kind regards,'))}<br>{escape_html(folio.company)}</p>"
		said = "\n".join(f"<p>{escape_html(line)}</p>" for line in lines)
		return send(folio, subject, f"{said}\n{door}\n{end}", f"{said}\n{end}")


def send(folio, subject: str, content: str, kept: str) -> tuple[str, str]:
	"""Send a page to the folio's customer and keep `kept` as its copy; returns (doctype, name) of the copy."""
	first = _first_message(folio)
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


def _greeting(folio) -> str:
	name = acknowledgement_text.spoken_name(folio)
	return _("Dear {0}:").format(name) if name else _("Dear customer:")


def _is_of_machine(folio) -> bool:
	"""Whether a machine sent it, as a customer's system that orders: machines do not answer each other's mail (RFC 3834)."""
	if folio.channel != "E-mail":
		return False
	if _first_message(folio).get("service_automatic"):
		return True
	machines = folio.account and frappe.db.get_value("Email Account", folio.account, "service_machines")
	return domain.is_machine(folio.email, (machines or "").replace(",", " ").split())


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
			["name", "message_id", "service_thread", "service_automatic"],
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
