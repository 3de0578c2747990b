"""A received mail, read so that nothing in it can stop the reading: broken encodings, missing headers, floods of anything.

Frappe's own parser does the work on parts; what it trusts or cuts (headers, charsets, the first word of a subject) is read here.
"""

from datetime import datetime
from email.utils import parseaddr

import frappe
from bs4 import BeautifulSoup
from frappe.email.receive import InboundMail
from frappe.utils import (
	convert_utc_to_system_timezone,
	escape_html,
	get_datetime,
	validate_email_address,
)
from frappe.utils.html_utils import clean_email_html

from nervion_service.domain import mail
from nervion_service.services import our_addresses

DESCRIPTION_LENGTH = 10_000
# a text that nobody could have typed: the rest of it is in the mailbox
CONTENT_LENGTH = 200_000
# addresses that are kept of each header
MOST_ADDRESSES = 50
_NAME_LENGTH = 140


class NoSender(frappe.ValidationError):
	"""A mail without a sender: nobody could be answered."""


class ReceivedMail(InboundMail):
	"""One mail of a mailbox that makes folios."""

	def __init__(self, raw: bytes, account, uid=None, seen=None, append_to=None):
		super().__init__(raw, account, uid, seen, append_to)
		self.message_id = mail.message_id(self.mail)
		self.ours = our_addresses.of_account(account)
		machines = (account.get("service_machines") or "").replace(",", " ").split()
		self.by_machine = mail.is_by_machine(self.mail, machines)
		self.kind = mail.automatic(self.mail, self.ours, machines)

	# What Frappe reads otherwise -----------------------------------------------------------------------------

	def set_subject(self):
		self.full_subject = mail.plain_header(self.mail.get("Subject"))
		self.subject = self.full_subject[:500]

	def set_from(self):
		sender = mail.plain_header(self.mail.get("X-Original-From") or self.mail.get("From"))
		name, written = parseaddr(sender)
		written = written.strip().lower() if "@" in written else ""
		answered = mail.addresses(mail.plain_header(self.mail.get("Reply-To")))
		self.written_by = written or None
		# a form of our web page writes as us and names its visitor here; a group names itself
		named = answered[0] if answered and not self._is_ours(answered[0]) else None
		if named in self.readers and written and not self._is_ours(written):
			# a group that nobody has told us of: whoever wrote to it is who asks
			named = None
		self.from_email = named or self.written_by
		self.from_real_name = name[:_NAME_LENGTH] if written else ""

	def get_payload(self, part):
		content = part.get_payload(decode=True)
		if content is None:
			return ""
		for charset in (part.get_content_charset(), "utf-8"):
			try:
				return content.decode(charset or "utf-8").replace("\x00", "")
			except (LookupError, UnicodeDecodeError):
				continue
		return content.decode("latin-1").replace("\x00", "")

	def show_attached_email_headers_in_content(self, part):
		if part.is_multipart():
			super().show_attached_email_headers_in_content(part)

	# What the intake asks ------------------------------------------------------------------------------------

	@property
	def sent_at(self) -> datetime:
		"""When it was written by its sender's clock, in the site's time; never later than now."""
		return get_datetime(self.date)

	@property
	def reached_at(self) -> datetime | None:
		"""When our mail server took it, in the site's time; None where the server did not say."""
		at = mail.reached_at(self.mail)
		return convert_utc_to_system_timezone(at).replace(tzinfo=None) if at else None

	@property
	def valid_sender(self) -> str:
		"""The sender's address where one can write to it, else ""."""
		address = self.from_email or ""
		return address if len(address) <= _NAME_LENGTH and validate_email_address(address) else ""

	@property
	def readers(self) -> tuple[str, ...]:
		"""The addresses that it was written to."""
		return mail.addresses(*(mail.plain_header(self.mail.get(name)) for name in ("To", "Cc")))

	@property
	def own_words(self) -> str:
		"""The text of the mail without markup."""
		text = self.text_content
		if not text.strip() and self.html_content:
			soup = BeautifulSoup(self.html_content[:CONTENT_LENGTH], "html.parser")
			for element in soup(["script", "style", "title"]):
				element.decompose()
			text = soup.get_text("\n")
		return mail.tidy_text(mail.harmless(text), DESCRIPTION_LENGTH)

	@property
	def page(self) -> str:
		"""The mail as markup: its own, cleaned, or its text, escaped. Frappe cleans every Communication once more."""
		if self.html_content.strip():
			return clean_email_html(self.html_content[:CONTENT_LENGTH])
		text = mail.tidy_text(self.text_content, CONTENT_LENGTH)
		return f"<div>{escape_html(text)}</div>".replace("\n", "<br>") if text else ""

	def header_addresses(self, name: str) -> str:
		"""The addresses of a header, the first MOST_ADDRESSES of them."""
		found = mail.addresses(mail.plain_header(self.mail.get(name)))
		return ", ".join(found[:MOST_ADDRESSES])

	def _is_ours(self, address: str) -> bool:
		return our_addresses.includes(address)
