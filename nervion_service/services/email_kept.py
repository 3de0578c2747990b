"""Mail that came in and made no folio, as an automatic reply or a machine's order: whoever reads it makes one by one click (K13)."""

from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from nervion_service.domain import mail as domain
from nervion_service.services import (
	acknowledgement,
	clock,
	email_intake,
	email_message,
	intake,
	party,
	reconciliation,
	system,
)

FOLIO, MESSAGE = email_intake.DOCTYPE, "Communication"
# of one list; the report's days narrow it
MOST = 100
_EXCERPT = 240
# what the health check looks at: the last week's, the latest of them
_LATELY = timedelta(days=7)
_MOST_LOOKED_AT = 500
# what the intake kept: received by one of its mailboxes, and put under nothing
_KEPT = {"communication_medium": "Email", "sent_or_received": "Received", "reference_name": ("is", "not set")}


@frappe.whitelist()
def waiting(from_date: str, to_date: str) -> list[dict[str, Any]]:
	"""Mails of those days that belong to nothing, the latest first: [{"name", "at", "sender", "subject", "excerpt", "kind"}]."""
	_require()
	begin, end = clock.span(getdate(from_date), getdate(to_date))
	# mailboxes are nobody's own: who may was asked
	rows = frappe.get_all(
		MESSAGE,
		[
			*([name, *_condition(value)] for name, value in _filters().items()),
			["communication_date", ">=", begin],
			["communication_date", "<", end],
		],
		[
			"name",
			"communication_date as at",
			"sender",
			"subject",
			"text_content",
			"service_automatic as kind",
		],
		order_by="communication_date desc, name",
		limit_page_length=MOST,
	)
	for row in rows:
		row.excerpt = domain.tidy_line(row.pop("text_content") or "")[:_EXCERPT]
	return rows


@frappe.whitelist(methods=["POST"])
def make_folio(message: str) -> str:
	"""Register the folio of a kept mail, which came when it came; returns its number. The mail is then its first message."""
	_require()
	# two who press the button at the same moment make one
	name = frappe.db.get_value(MESSAGE, {"name": str(message), **_filters()}, "name", for_update=True)
	if not name:
		frappe.throw(
			_("This mail is not kept without a folio any more: look at the list again."), title=_("Not Now")
		)
	mail = frappe.get_doc(MESSAGE, name)
	by = frappe.session.user
	with system.as_system():
		folio = frappe.get_doc(_values(mail)).insert()
		# no person waits for a machine's acknowledgement, and machines must not answer each other (RFC 3834)
		not_needed = {"acknowledgement": acknowledgement.NOT_NEEDED}
		frappe.db.set_value(FOLIO, folio.name, not_needed, update_modified=False)
		about = {"reference_doctype": FOLIO, "reference_name": folio.name}
		# its registration, and no word more: no hook has anything new to hear
		mail.db_set({**about, "communication_type": "Communication"}, update_modified=False)
		words = _("Registered by {0} from a mail that was kept without a folio.").format(by)
		folio.add_comment("Info", words)
	return folio.name


def of_customers(now: datetime) -> int:
	"""How many mails of the last week were taken for a list's, have no folio, and come from somebody we know as a customer."""
	lately = {
		**_filters(),
		"service_automatic": domain.Automatic.BULK,
		"communication_date": (">", now - _LATELY),
		"email_status": ("not in", reconciliation.NO_REQUEST),
	}
	# for the report of the site's health, which shows the number alone
	senders = frappe.get_all(MESSAGE, lately, pluck="sender", order_by="creation desc", limit=_MOST_LOOKED_AT)
	known = {sender for sender in set(senders) if sender and _is_customers(sender)}
	return sum(sender in known for sender in senders)


def _is_customers(address: str) -> bool:
	who = party.party_by_email(address)
	is_known = who.customer or who.lead or who.candidates
	return bool(is_known or frappe.db.exists(FOLIO, {"email": address}))


def _require() -> None:
	system.require(FOLIO, "create")
	# whoever reconciles the channels
	system.require(reconciliation.COUNT, "read")


def _filters() -> dict[str, Any]:
	return {**_KEPT, "email_account": ("in", reconciliation.accounts() or [""])}


def _condition(value: Any) -> tuple:
	return value if isinstance(value, tuple) else ("=", value)


def _values(mail) -> dict[str, Any]:
	sender = (mail.sender or "").lower()
	who = party.party_by_email(sender)
	account = frappe.get_cached_doc("Email Account", mail.email_account)
	words = domain.tidy_text(domain.harmless(mail.text_content or ""), email_message.DESCRIPTION_LENGTH)
	return {
		"doctype": FOLIO,
		"company": account.get("service_company")
		or frappe.get_cached_doc("Service Settings").default_company,
		"channel": intake.DEFAULT_CHANNEL,
		"request_type": email_intake.request_type(),
		"account": account.name,
		"external_id": mail.message_id,
		"subject": domain.clean_subject(mail.subject or "") or _("Mail without a subject"),
		"description": words,
		"email": sender,
		"party_name": (mail.sender_full_name or sender)[: domain.SUBJECT_LENGTH],
		"customer": who.customer,
		"lead": who.lead,
		"contact": who.contact,
		"received_at": mail.communication_date,
		"received_stamp": "Machine",
	}
