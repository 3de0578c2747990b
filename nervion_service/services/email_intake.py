"""Mail becomes folios, and replies become their messages (S1.6, G9): each letter once, whole, and told apart from machines' mail.

A letter is one transaction: folio, message and files are stored together or not at all, and only then the server is told. What
cannot be stored goes to Frappe's Unhandled Email with its reason; what a lock or a deadlock stopped comes again by itself.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

import frappe
from frappe import _
from frappe.utils import escape_html, get_link_to_form

from nervion_service.domain import mail as domain
from nervion_service.services import (
	acknowledgement,
	clock,
	email_files,
	email_threads,
	intake,
	mailbox,
	party,
	system,
	transactions,
	undelivered,
)
from nervion_service.services.email_message import NoSender, ReceivedMail

DOCTYPE = "Service Folio"
MAIL_LENGTH = 60 * 1024 * 1024
# the wait for another worker that is fetching: afterwards the next pull does it
_TURN_SECONDS = 20
_LATELY = timedelta(days=7)


class TooLarge(frappe.ValidationError):
	"""A mail beyond what any mail server should have let pass."""


def makes_folios(account) -> bool:
	"""Whether letters of this Email Account, or of one of its folders, become folios."""
	if account.use_imap:
		return any(folder.append_to == DOCTYPE for folder in account.imap_folder)
	return account.append_to == DOCTYPE


def receive(account) -> Counter:
	"""Fetch and store what is new in a mailbox, letter by letter; counts of what became of them."""
	done = Counter()
	with _alone() as is_mine:
		for letter in mailbox.letters(account) if is_mine else ():
			what = _receive_one(letter, account)
			done[what] += 1
			if what == "later":
				break
			try:
				letter.done()
			except mailbox.TROUBLE:
				# it comes again, and is known then
				account.log_error(title=f"Mailbox {account.name}")
				frappe.db.commit()
				break
	return done


def store(raw: bytes, account, uid=None, seen=None, append_to: str | None = DOCTYPE):
	"""Store one mail; returns its Communication, or None when it was here before. Commits nothing.

	Raises NoSender and TooLarge for what nobody could work on.
	"""
	if len(raw) > MAIL_LENGTH:
		raise TooLarge(_("The mail is larger than {0} MB.").format(MAIL_LENGTH // 1024 // 1024))
	letter = ReceivedMail(raw, account, uid, seen, append_to)
	if not letter.from_email:
		raise NoSender(_("The mail names no sender, so nobody could be answered."))
	if known := letter.is_exist_in_system():
		known.update_db(uid=letter.uid)
		return None
	with system.as_system():
		return _store_new(letter)


def _receive_one(letter, account) -> str:
	try:
		message = transactions.retried(
			lambda: store(letter.raw, account, letter.uid, letter.seen, letter.append_to)
		)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		# somebody holds what it needs: it stays on the server
		return "later"
	except Exception as error:
		_set_aside(letter, account, error)
		return "set aside"
	if message and message.reference_doctype == DOCTYPE and not message.service_automatic:
		_tell_colleagues(message)
	return "stored" if message else "known"


def _tell_colleagues(message) -> None:
	"""Frappe's own copy to whoever has the folio; a failure of it is no reason to lose the letter."""
	try:
		message.send_email(is_inbound_mail_communcation=True)
		frappe.db.commit()
	except Exception:
		frappe.db.rollback()
		frappe.log_error(title="Copy of a mail", message=f"{message.name}\n{frappe.get_traceback()}")
		frappe.db.commit()


def _set_aside(letter, account, error: Exception) -> None:
	frappe.db.rollback()
	uid = letter.uid or f"-{sha256(letter.raw).hexdigest()[:20]}"
	if frappe.db.exists("Unhandled Email", {"email_account": account.name, "uid": uid}):
		return
	reason = str(error) if isinstance(error, NoSender | TooLarge) else frappe.get_traceback()
	unhandled = frappe.new_doc("Unhandled Email")
	unhandled.update(
		{
			"email_account": account.name,
			"uid": uid,
			"reason": reason,
			"raw": letter.raw[: domain.SUBJECT_LENGTH * 1000].decode("ascii", "replace"),
		}
	)
	# the system's own record of what it could not read
	unhandled.insert(ignore_permissions=True)
	frappe.db.commit()


@contextmanager
def _alone() -> Iterator[bool]:
	"""One worker at a time: the same letter in two mailboxes is one message. The lock ends with its connection."""
	name = f"nervion_mail_{sha256(frappe.conf.db_name.encode()).hexdigest()[:32]}"
	# a lock of the database, no row: a killed worker leaves none behind
	is_mine = bool(frappe.db.sql("SELECT GET_LOCK(%s, %s)", (name, _TURN_SECONDS))[0][0])
	try:
		yield is_mine
	finally:
		if is_mine:
			# the same lock, which is no row
			frappe.db.sql("SELECT RELEASE_LOCK(%s)", name)


# One letter ---------------------------------------------------------------------------------------------------


def _store_new(letter: ReceivedMail):
	thread = email_threads.find(letter)
	folio = thread.folio
	opens = not folio and not letter.kind and letter.append_to == DOCTYPE
	if opens:
		folio = _open_folio(letter)
	message = _message(letter, folio, thread, opens)
	email_files.keep(letter, message)
	if opens:
		_note_for_reviewers(folio, thread, letter)
	if letter.kind == domain.Automatic.BOUNCE and thread.answered:
		undelivered.bounced(thread.answered, letter.mail)
	return message


def _open_folio(letter: ReceivedMail) -> str:
	who = party.party_by_email(letter.from_email)
	words = letter.own_words
	subject = domain.clean_subject(letter.full_subject)
	if len(domain.tidy_line(letter.full_subject)) > domain.SUBJECT_LENGTH:
		words = domain.harmless(f"{letter.full_subject[:2000]}\n\n{words}").strip()
	folio = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"company": letter.email_account.get("service_company")
			or frappe.get_cached_doc("Service Settings").default_company,
			"channel": intake.DEFAULT_CHANNEL,
			"request_type": request_type(),
			"account": letter.email_account.name,
			"external_id": letter.message_id,
			"subject": subject or _first_words(words) or _("Mail without a subject"),
			"description": words,
			"email": letter.valid_sender,
			"party_name": domain.harmless(letter.from_real_name or letter.from_email)[
				: domain.SUBJECT_LENGTH
			],
			"customer": who.customer,
			"lead": who.lead,
			"contact": who.contact,
			"received_at": _received_at(letter),
			"received_stamp": "Machine",
		}
	)
	name = folio.insert().name
	if letter.by_machine:
		# machines do not acknowledge each other's mail (RFC 3834)
		frappe.db.set_value(
			DOCTYPE, name, "acknowledgement", acknowledgement.NOT_NEEDED, update_modified=False
		)
	return name


def request_type() -> str:
	"""What a mail is about, until a person has read it: the shipped type, or the first that is in use."""
	in_use = {"name": intake.DEFAULT_REQUEST_TYPE, "disabled": 0}
	if frappe.db.exists("Request Type", in_use):
		return intake.DEFAULT_REQUEST_TYPE
	# the catalogue, for a mail that nobody has read yet
	return frappe.db.get_value("Request Type", {"disabled": 0}, "name", order_by="sequence") or ""


def _first_words(text: str) -> str:
	return domain.clean_subject(text.split("\n", 1)[0]) if text else ""


def _received_at(letter: ReceivedMail):
	"""When it came: as our mail server says; by the sender's clock only where the server left no word (D3)."""
	now = clock.now()
	at = letter.reached_at or letter.sent_at
	# a clock that is weeks behind says nothing of when the mail came, and none is ahead of us
	return min(at, now) if at > now - intake.MAIL_UNDER_WAY else now


def _message(letter: ReceivedMail, folio: str | None, thread, opens: bool):
	message = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Automated Message" if letter.kind else "Communication",
			"communication_medium": "Email",
			"sent_or_received": "Sent" if thread.colleague else "Received",
			"user": thread.colleague,
			"subject": domain.harmless(letter.subject) or _("Mail without a subject"),
			"content": letter.page,
			"text_content": letter.own_words,
			"sender": letter.valid_sender or None,
			"sender_full_name": letter.from_real_name or letter.from_email[: domain.SUBJECT_LENGTH],
			"recipients": letter.header_addresses("To"),
			"cc": letter.header_addresses("Cc"),
			"email_account": letter.email_account.name,
			"uid": letter.uid,
			"message_id": letter.message_id,
			"communication_date": _received_at(letter),
			"in_reply_to": thread.answered,
			"reference_doctype": DOCTYPE if folio else None,
			"reference_name": folio,
			"has_attachment": int(bool(letter.attachments)),
			"service_automatic": letter.kind,
			"service_thread": domain.thread_root(letter.mail),
		}
	)
	message.flags.in_receive = True
	message.flags.skip_add_signature = True
	# the first message of a folio is its registration, and no word more
	message.flags.opens_folio = opens
	# a mailbox is nobody's: the system stores what it received
	return message.insert(ignore_permissions=True)


# What people should know --------------------------------------------------------------------------------------


def _note_for_reviewers(folio: str, thread, letter: ReceivedMail) -> None:
	who = party.party_by_email(letter.from_email)
	if who.candidates:
		names = ", ".join(get_link_to_form(*candidate) for candidate in who.candidates)
		_comment(
			folio,
			_("Several have the address {0}: {1}. Choose whose folio it is.").format(
				escape_html(letter.from_email), names
			),
		)
	for number in thread.foreign:
		text = _(
			"The subject names the folio {0}, which the sender has no part in: look whether they belong together."
		)
		_comment(folio, text.format(get_link_to_form(DOCTYPE, number)))


def _comment(folio: str, text: str) -> None:
	frappe.get_doc(DOCTYPE, folio).add_comment("Comment", text)


def set_aside_lately() -> int:
	"""How many letters of the last week could not be stored."""
	return frappe.db.count("Unhandled Email", {"creation": (">", clock.now() - _LATELY)})
