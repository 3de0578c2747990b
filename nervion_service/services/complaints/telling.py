"""What a person of ours tells the customer about a complaint, in its folio: by letter, or on the telephone (G11, D18)."""

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.services import answers
from nervion_service.services.complaints import gates, words

FOLIO = "Service Folio"
EMAIL, PHONE = "E-mail", "Phone"
# by its path: importing it opens a log file, which a process outside a bench has no place for
SEND = "frappe.core.doctype.communication.email.make"


def tell(complaint, subject: str, content: str, means: str = EMAIL) -> str:
	"""Send a letter, HTML, or write down what was said; returns the Communication. ValidationError without an address."""
	if means == PHONE:
		return answers.log_call(complaint.folio, "Outbound", content)
	if not complaint.email:
		words.refuse(
			[_("There is no e-mail address to write to: call the customer, and choose Phone.")],
			_("Address Missing"),
		)
	# Frappe asks for the permission to send mail about the folio
	return frappe.get_attr(SEND)(
		doctype=FOLIO,
		name=complaint.folio,
		subject=subject,
		content=content,
		recipients=complaint.email,
		communication_medium="Email",
		send_email=True,
	)["name"]


def answer(complaint, text: str | None, means: str) -> str | None:
	"""Tell the customer the answer; returns the message that tells it. Without a text nothing is told, and the gate says so.

	means: E-mail or Phone; or the name of the message of ours that told it already, of those since the complaint was taken up.
	"""
	if means not in (EMAIL, PHONE):
		return _told_already(complaint, means)
	if not (text or "").strip():
		return None
	paragraphs = "".join(f"<p>{escape_html(line)}</p>" for line in text.strip().splitlines() if line.strip())
	return tell(complaint, _("{0}: our answer to your complaint").format(complaint.folio), paragraphs, means)


def _told_already(complaint, message: str) -> str:
	if message not in {name for _at, (_doctype, name) in gates.told_rows(complaint)}:
		words.refuse(
			[_("Choose the message that told the customer this answer, or send the answer now.")],
			_("Not Told Yet"),
		)
	return message
