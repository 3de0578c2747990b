"""What a customer does with a folio: answer, confirm, take up again, withdraw (S1.11, D16, D17).

Everything goes through the ordinary gates and workflow, as the system on the customer's behalf. Who may do it was asked
before: these functions are called by pages and endpoints that check, and are not whitelisted themselves. Doing the same
thing twice, as a double click does, leaves what doing it once left. A word that ends a case is kept even where a person of ours
has to act before: the case stays open, and they are told.
"""

import hashlib
from collections.abc import Iterable

import frappe
from frappe import _

from nervion_service.domain.taxonomy import CONFIRMATION_MEANS, ENDED_STAGES, Stage
from nervion_service.services import (
	bells,
	clock,
	customer_messages,
	duplicates,
	gates,
	stages,
	system,
	uploads,
)

DOCTYPE = "Service Folio"
LONGEST_TEXT = 10_000
PORTAL = "Portal"
_BEFORE_THE_STEP = "before_the_step"


def reply(
	folio: str, text: str, files: Iterable[tuple[str, bytes]] = (), by: str = "", key: str | None = None
) -> str:
	"""Keep what the customer wrote and sent as a received message; returns the name of its Communication.

	What is written about a folio that was merged is told in the one that goes on for it.
	by: the portal user's address, or the name of who writes. key: made by the browser, the same for a repeated sending.
	Raises ValidationError before anything is stored: nothing written, an ended folio, a file that is not taken.
	"""
	files = uploads.check_all(files)
	text = _checked(text, files)
	doc = _locked(folio)
	told_in = _locked(duplicates.survivor_of(doc)) if doc.merged_into else doc
	if sent := _sent_before(doc, key, told_in.name):
		return sent
	if told_in.stage in ENDED_STAGES:
		_refuse(_ended(doc))
	with system.as_system():
		return _store(doc, text, files, by, key, told_in.name).name


def confirm(folio: str, satisfied: bool, comment: str = "", by: str = "", means: str = PORTAL) -> str:
	"""Record the customer's word about an answered folio: satisfied closes it, otherwise it is attended again.

	Returns the stage, which is still Answered where a person of ours has to act before. An unsatisfied customer says what is
	missing, in `comment`.
	"""
	doc = _locked(folio)
	if _said_already(doc, satisfied):
		return doc.stage
	if doc.stage != Stage.ANSWERED:
		_refuse(_("We have not given this request as answered yet, so there is nothing to confirm."))
	comment = limited(comment)
	if not satisfied and not comment:
		_refuse(_("Tell us what is missing, so that we can attend it."))
	with system.as_system():
		_store_once(doc, comment, by)
		target = Stage.CLOSED if satisfied else Stage.IN_ATTENTION
		return _say(_locked(folio), target, _word(doc, satisfied, by, means))


def reopen(folio: str, reason: str, by: str = "") -> str:
	"""Take an ended folio up again inside its window, with what the customer says; returns the stage."""
	doc = _locked(folio)
	if doc.stage == Stage.REOPENED:
		return doc.stage
	if doc.stage not in ENDED_STAGES:
		_refuse(_("This request is still open: write to us below."))
	if doc.merged_into:
		_refuse(_("We attend this request together with another one: it cannot be reopened by itself."))
	if not gates.reopening_verdict(doc):
		_refuse(_("The time to reopen this request is over. Send us a new one and mention this folio."))
	doc.reopen_reason = _required(reason, _("Tell us why you reopen it."))
	with system.as_system():
		_move(doc, Stage.REOPENED)
		_store(doc, doc.reopen_reason, (), by, None)
	return doc.stage


def withdraw(folio: str, reason: str, by: str = "") -> str:
	"""End an open folio because the customer no longer wants it; returns the stage, as it was where it cannot end yet."""
	doc = _locked(folio)
	if doc.stage == Stage.WITHDRAWN:
		return doc.stage
	if doc.stage in ENDED_STAGES:
		_refuse(_("This request has ended already."))
	reason = _required(reason, _("Tell us in a few words why you withdraw it."))
	if by:
		reason = _("{0} ({1})").format(reason, _name_of(by))
	with system.as_system():
		return _say(doc, Stage.WITHDRAWN, {"withdrawal_reason": reason})


# The steps ---------------------------------------------------------------------------------------------------


def _locked(folio: str):
	"""The folio as it stands now, held until this is stored: the second of two clicks sees what the first did."""
	return frappe.get_doc(DOCTYPE, folio, for_update=True)


def _move(doc, stage: str) -> None:
	doc.workflow_state = stages.state_of(stage)
	doc.save()


def _say(doc, stage: str, word: dict[str, str]) -> str:
	"""Write the customer's word into the folio and take the step that it asks for; returns the stage.

	Where a gate that is the staff's business stands before the step, the word is kept all the same and they are told.
	"""
	if _has_moved(doc, stage, word):
		return stage
	doc = _locked(doc.name)
	if all(doc.get(name) == value for name, value in word.items()):
		return doc.stage
	doc.update(word)
	doc.flags.by_service = True
	doc.save()
	bells.ring_for_holder(doc, _ends_later)
	return doc.stage


def _has_moved(doc, stage: str, word: dict[str, str]) -> bool:
	"""Whether the step is taken; a refusal leaves everything as it was, and its sentence, which is for the staff, unsaid."""
	said = len(frappe.local.message_log)
	frappe.db.savepoint(_BEFORE_THE_STEP)
	try:
		doc.update(word)
		_move(doc, stage)
	except frappe.ValidationError:
		frappe.db.rollback(save_point=_BEFORE_THE_STEP)
		del frappe.local.message_log[said:]
		return False
	return True


def _ends_later(language: str | None) -> str:
	return _(
		"The customer has said their last word about {0}, which cannot end yet: see what is missing", language
	)


def _word(doc, satisfied: bool, by: str, means: str) -> dict[str, str]:
	return {
		"satisfaction": "Satisfied" if satisfied else "Not Satisfied",
		"satisfaction_means": means if means in CONFIRMATION_MEANS else PORTAL,
		"satisfaction_by": (_name_of(by) or doc.party_name)[:140],
	}


def _said_already(doc, satisfied: bool) -> bool:
	if satisfied:
		return doc.stage == Stage.CLOSED
	return doc.stage == Stage.IN_ATTENTION and doc.satisfaction == "Not Satisfied"


def _store_once(doc, comment: str, by: str) -> None:
	"""Keep what comes with a word about this answer; pressing the button again brings nothing new."""
	key = hashlib.sha256(f"{doc.answered_at}|{comment}".encode()).hexdigest()[:32]
	if comment and not _sent_before(doc, key):
		_store(doc, comment, (), by, key)


def _store(doc, text: str, files, by: str, key: str | None, told_in: str | None = None):
	is_address = bool(frappe.utils.validate_email_address(by)) if by else False
	message = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Chat",
			"sent_or_received": "Received",
			"communication_date": clock.now(),
			"reference_doctype": doc.doctype,
			"reference_name": told_in or doc.name,
			"subject": doc.subject,
			"content": customer_messages.as_html(text or _("(files)")),
			"sender": by if is_address else doc.email,
			"sender_full_name": _name_of(by),
			"message_id": _message_id(doc, key),
		}
		# the system keeps what the customer wrote; the caller made sure that it is the customer
	).insert(ignore_permissions=True)
	for filename, content in files:
		uploads.attach(message, filename, content)
	return message


def _message_id(doc, key: str | None) -> str | None:
	return f"{frappe.scrub(key)[:80]}{customer_messages.written_from(doc)}" if key else None


def _sent_before(doc, key: str | None, told_in: str | None = None) -> str | None:
	wanted = {
		"reference_doctype": doc.doctype,
		"reference_name": told_in or doc.name,
		"message_id": _message_id(doc, key),
	}
	# a locking read sees what the first of two clicks has stored since this transaction began
	return frappe.db.get_value("Communication", wanted, for_update=True) if key else None


def _name_of(by: str) -> str:
	"""The full name of a user, or the name that was said."""
	return (frappe.db.get_value("User", by, "full_name") or by) if by else ""


def _ended(doc) -> str:
	if doc.merged_into:
		return _("If there is more to do, send us a new request that mentions this folio.")
	return _("This request has ended. Reopen it, or send us a new one.")


# What is said ------------------------------------------------------------------------------------------------


def _checked(text: str, files) -> str:
	text = limited(text)
	if not text and not files:
		_refuse(_("Write something, or choose a file."))
	return text


def _required(text: str, message: str) -> str:
	return limited(text) or _refuse(message)


def limited(text: str) -> str:
	"""What a customer wrote, tidied; ValidationError where it is too long or cannot be read."""
	text = (text or "").strip()
	try:
		text.encode("utf-8")
	except UnicodeEncodeError:
		_refuse(_("The text holds characters that cannot be read. Write it again without them."))
	if len(text) > LONGEST_TEXT:
		_refuse(_("The text is too long: {0} characters at most.").format(LONGEST_TEXT))
	return text


def _refuse(message: str):
	return frappe.throw(message, title=_("Not Now"))
