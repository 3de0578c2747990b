"""Mails for tests, as mail programs and machines write them, and a mailbox that receives them without a server."""

import email.policy
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone, now_datetime

from nervion_service.services import email_intake
from tests import factories

OURS = "atencion@pinturas.example"
PNG = bytes.fromhex(
	"89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
	"0000000049454e44ae426082"
)


def forget_accounts() -> None:
	"""Frappe remembers for the length of a request by which account it sends; tests are many requests in one process."""
	for remembered in ("incoming_email_account", "outgoing_email_account"):
		if hasattr(frappe.local, remembered):
			delattr(frappe.local, remembered)


def mailbox(**values):
	"""An Email Account whose letters become folios, and by which the site sends."""
	forget_accounts()
	return factories.insert(
		"Email Account",
		{
			"email_account_name": factories.unique("Servicio"),
			"email_id": OURS,
			"enable_incoming": 1,
			"use_imap": 1,
			"email_server": "127.0.0.1",
			"imap_folder": [{"folder_name": "INBOX", "append_to": "Service Folio"}],
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "127.0.0.1",
			"no_smtp_authentication": 1,
			**values,
		},
	)


def letter(
	text="Se desprende el esmalte de la puerta.", files=(), html=None, headers=None, **fields
) -> bytes:
	"""A mail of a customer; `fields` are its headers with "_" for "-", None leaves one out."""
	message = EmailMessage(policy=email.policy.SMTP)
	said = {
		"From": "Ana Ruiz <ana@cliente.test>",
		"To": OURS,
		"Subject": "Se desprende el esmalte",
		"Date": format_datetime(now_datetime().replace(tzinfo=ZoneInfo(get_system_timezone()))),
		"Message_ID": f"<{factories.unique('letter', '.')}@cliente.test>",
		**fields,
	}
	for name, value in said.items():
		if value is not None:
			message[name.replace("_", "-")] = value
	if text is not None:
		message.set_content(text)
	if html:
		message.add_alternative(html, subtype="html")
	for name, content, kind in files:
		maintype, subtype = kind.split("/")
		message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
	return message.as_bytes()


def post(account, raw: bytes):
	"""The mailbox receives a mail; returns the Communication, or None for one that it knows."""
	return email_intake.store(raw, account)


def folio_of(message):
	"""The folio that a message belongs to."""
	assert message.reference_doctype == "Service Folio", message.reference_doctype
	return frappe.get_doc("Service Folio", message.reference_name)


def id_of(message) -> str:
	return f"<{message.message_id}>"
