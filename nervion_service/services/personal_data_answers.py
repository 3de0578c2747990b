"""Tell a person what became of what they asked about their data: the letter is what proves it (I3).

By e-mail a letter goes out. Whoever gave no address is told by a person of ours, who says how.
"""

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import cint, escape_html, validate_email_address

from nervion_service.domain.taxonomy import CommitmentKind, Events
from nervion_service.services import clock, commitments, events, languages
from nervion_service.services.personal_data_letters import GONE, MESSAGE, QUEUED
from nervion_service.services.personal_data_scope import pluck

EMAIL = "E-mail"
# how a person can be told → what Frappe calls it
MEDIUMS = {EMAIL: "Email", "Phone": "Phone", "In Person": "Visit", "Letter": "Other"}
# what most mailboxes take
LARGEST_ENCLOSURE = 10 * 1024 * 1024


def moved(doc, status: str) -> str:
	doc.flags.by_service = True
	# a record that was decided about may be gone by now
	doc.flags.ignore_links = True
	doc.status = status
	# the right to do so was asked by the action; an erasure is finished by the system
	doc.save(ignore_permissions=True)
	return doc.status


def tell(doc, text: str, means: str | None, enclosure: str | None = None) -> None:
	"""Tell the person: that keeps the legal term, and the message is what proves it."""
	if not (text or "").strip():
		frappe.throw(_("Write what the person is told."), title=_("Missing"))
	means = means_of(doc, means)
	message, now = letter_or_note(doc, text, means, enclosure), clock.now()
	doc.update(
		{
			"answer": text.strip(),
			"answer_means": means,
			"answer_message": message,
			"answered_at": now,
			"answered_by": frappe.session.user,
		}
	)
	commitments.fulfil(doc.doctype, doc.name, (CommitmentKind.PERSONAL_DATA,), now, (MESSAGE, message))


def end(doc, status: str) -> str:
	doc.hold = None
	moved(doc, status)
	events.record(doc, Events.CLOSED, reference=(MESSAGE, doc.answer_message))
	return doc.status


def means_of(request, means: str | None) -> str:
	"""How the person is told: as it was said, else by e-mail. ValidationError where that cannot be."""
	means = means or EMAIL
	if means not in MEDIUMS:
		frappe.throw(_("Say how the person was told."), title=_("Missing"))
	if means == EMAIL and not validate_email_address(request.email or ""):
		frappe.throw(
			_("There is no e-mail address to write to: tell the person in another way, and say how."),
			title=_("Address Missing"),
		)
	if means == EMAIL and not EmailAccount.find_outgoing():
		frappe.throw(
			_("No mail account sends letters: tell the person in another way, and say how."),
			title=_("Not Possible"),
		)
	return means


def letter_or_note(request, text: str, means: str | None, enclosure: str | None = None) -> str:
	"""Send the letter, or note what the person was told in another way; returns the Communication that proves it.

	enclosure: address of a File that goes along by e-mail; one that is too large for a letter is refused.
	"""
	means = means_of(request, means)
	files = _enclosed(enclosure) if means == EMAIL and enclosure else []
	with languages.speaking():
		subject = _("{0}: our answer about your personal data").format(request.name)
	message = frappe.new_doc(MESSAGE)
	message.update(
		{
			"communication_type": "Communication",
			"communication_medium": MEDIUMS[means],
			"sent_or_received": "Sent",
			"subject": subject,
			"content": _paragraphs(text),
			"recipients": request.email if means == EMAIL else None,
			"message_id": frappe.email.email_body.get_message_id().strip("<>"),
			"reference_doctype": request.doctype,
			"reference_name": request.name,
		}
	)
	message.flags.skip_add_signature = True
	# whoever may change the request, which was asked, may answer it
	message.insert(ignore_permissions=True)
	if means == EMAIL:
		_post(request, message, files)
	return message.name


def delay_of(message: str) -> str | None:
	"""Why a letter has not reached the mail server yet, in words; None once it has, or where nothing was to be sent."""
	if frappe.are_emails_muted():
		return None
	for name in pluck(QUEUED, {"communication": message, "status": ("not in", GONE)}):
		_send_now(name)
	states = set(pluck(QUEUED, {"communication": message}, field="status"))
	if "Error" in states:
		return _("The letter to the person could not be sent: tell them in another way.")
	return _("The letter to the person has not gone out yet.") if states - {"Sent"} else None


def _send_now(name: str) -> None:
	try:
		frappe.get_doc(QUEUED, name).send()
	except Exception:
		# Frappe has noted the attempt with the letter, and tries again by itself
		frappe.log_error(title="Answer about personal data", reference_doctype=QUEUED, reference_name=name)


def _post(request, message, files: list[dict]) -> None:
	frappe.sendmail(
		recipients=[request.email],
		subject=message.subject,
		content=message.content,
		reference_doctype=request.doctype,
		reference_name=request.name,
		communication=message.name,
		message_id=message.message_id,
		attachments=files,
		add_unsubscribe_link=0,
	)


def _enclosed(url: str) -> list[dict]:
	name, size = frappe.db.get_value("File", {"file_url": url}, ["name", "file_size"])
	if cint(size) > LARGEST_ENCLOSURE:
		frappe.throw(
			_("The export is too large for a letter: hand it over in another way, and say how."),
			title=_("Not Possible"),
		)
	return [{"fid": name}]


def _paragraphs(text: str) -> str:
	lines = (escape_html(line.strip()) for line in text.strip().splitlines())
	return "".join(f"<p>{line}</p>" for line in lines if line)
