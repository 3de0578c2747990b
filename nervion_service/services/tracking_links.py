"""The link by which a customer follows and answers a folio: sent by a press at the desk, or in an answer that names its place (X5).

While an answer is written, and in the copy that is kept, there stands the address of the page alone. The key is made and put
behind it only in the letter that leaves, and only where its readers are the customer alone.
"""

import re
from email.message import Message

import frappe
from frappe import _
from frappe.utils import get_url

from nervion_service.domain import mail as domain
from nervion_service.domain.taxonomy import Events
from nervion_service.services import access_tokens, customer_letters, events, languages, party, system

DOCTYPE = customer_letters.DOCTYPE


def door(folio_name: str) -> str:
	"""The address that stands for the folio's link until the letter leaves: it opens the page, and no folio."""
	return f"{get_url(f'/{access_tokens.TRACKING_PATH}')}?folio={folio_name}"


@frappe.whitelist(methods=["POST"])
def send(folio: str) -> str:
	"""Send the customer a fresh link to their folio; returns the address that it went to. Earlier links stay good."""
	doc = system.permitted(DOCTYPE, folio, "write")
	if not customer_letters.can_be_written(doc):
		frappe.throw(
			_("The folio has no e-mail address of the customer: fill in {0} first.").format(
				frappe.bold(_(doc.meta.get_label("email")))
			),
			title=_("E-mail Missing"),
		)
	if not customer_letters.has_account():
		frappe.throw(_("There is no outgoing e-mail account."), title=_("Not Now"))
	letter = _write(doc)
	events.record(doc, Events.TRACKING_LINK_SENT, reference=letter)
	return doc.email


def _write(folio) -> tuple[str, str]:
	with languages.speaking(languages.of_customer(folio.customer)):
		days = access_tokens.tracking_days()
		return customer_letters.write(
			folio,
			_("{0}: the link to your request").format(folio.name),
			(
				_(
					"With this link you follow your request, folio {0}, and write to us without an account."
				).format(folio.name),
				_(
					"It is good for {0} days. Whoever has it can do the same as you: keep it to yourself."
				).format(days),
			),
			_("See how your request goes on"),
		)


# Letters that leave -------------------------------------------------------------------------------------------


def open_doors(email) -> None:
	"""Frappe's hook for every mail that is made: the place of a link becomes the link, where its readers may have it."""
	parts = [part for part in email.msg_root.walk() if part.get_content_maintype() == "text"]
	texts = [_text(part) for part in parts]
	for name in domain.folio_numbers("\n".join(texts)):
		place = re.compile(rf"{re.escape(door(name))}(?!\d)")
		if any(map(place.search, texts)) and _may_have(email, name):
			link = access_tokens.tracking_url(frappe.get_doc(DOCTYPE, name))
			texts = [place.sub(link, text) for text in texts]
	for part, text in zip(parts, texts, strict=True):
		if text != _text(part):
			_write_back(part, text)


def _text(part: Message) -> str:
	return (part.get_payload(decode=True) or b"").decode(part.get_content_charset() or "utf-8", "replace")


def _write_back(part: Message, text: str) -> None:
	# as the part was made: Frappe puts more into it before it is sent
	del part["Content-Transfer-Encoding"]
	part.set_payload(text, "utf-8")


def _may_have(email, name: str) -> bool:
	"""Whether who sends it may write the folio, and every reader is its customer: whoever has the link speaks for them."""
	if not frappe.db.exists(DOCTYPE, {"name": name}):
		return False
	folio = frappe.get_doc(DOCTYPE, name)
	if not folio.has_permission("write"):
		return False
	readers = set(domain.addresses(*email.recipients, *email.cc, *email.bcc))
	return bool(readers) and readers <= party.emails_of(folio)
