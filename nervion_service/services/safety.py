"""Safety first (K1): the question of every way in, what to do at once, and the alarm that rings at any hour.

Yes starts a promise that somebody helps in minutes, by the clock and not by the calendar. Words of a mail that may speak of an
accident start a promise that a person asks. Neither waits for evidence, for a route or for the morning.
"""

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, get_url

from nervion_service.domain import safety as domain
from nervion_service.domain.taxonomy import SAFETY_KINDS, CommitmentKind, Events
from nervion_service.services import answers, clock, commitments, events, history, safety_reading, system

DOCTYPE = "Service Folio"
MOST_SHEETS = 300
# by its path, since what it calls needs the words of this module
RING = "nervion_service.services.safety_alarm.ring"
CONTAIN = "nervion_service.services.batches.watch.accident_reported"


def question() -> dict[str, Any]:
	"""The question for every form, in the reader's language: {"question", "answers", "kinds"}; options are {"value", "label"}."""
	return {
		"question": _("Was somebody hurt or exposed to the product, or was there fire or a spill?"),
		"answers": _options(domain.ANSWERS),
		"kinds": _options(domain.KINDS),
	}


def instructions(folio=None, product: str | None = None) -> dict[str, Any]:
	"""What to read out at once: {"emergency_line", "text", "data_sheets": [{"item", "url"}]}.

	folio: a document or a number, for its product; or the product alone, where there is no folio yet. People outside are given
	data sheets that everybody may open only.
	"""
	settings = frappe.get_cached_doc("Service Settings")
	line = settings.emergency_line or ""
	return {
		"emergency_line": line,
		"text": settings.emergency_instructions or _usual_instructions(line),
		"data_sheets": _data_sheets(product or _product(folio)),
	}


@frappe.whitelist()
def read_out(product: str | None = None) -> dict[str, Any]:
	"""The instructions for whoever registers an accident and has no folio yet, as `instructions` gives them."""
	system.require(DOCTYPE, "create")
	return instructions(product=product)


def public_sheets() -> list[dict[str, str]]:
	"""Safety data sheets that everybody may open, by the name of the product: {"code", "item", "url"}."""
	if not frappe.get_meta("Item").has_field("safety_data_sheet"):
		return []
	# what the company has published itself, by putting the sheet where everybody may read it
	rows = frappe.get_all(
		"Item",
		filters={"disabled": 0, "safety_data_sheet": ("is", "set")},
		or_filters={"safety_data_sheet": ("not like", "/private/%")},
		fields=["item_name", "name", "safety_data_sheet"],
		order_by="item_name, name",
		limit=MOST_SHEETS,
	)
	return [
		{"code": row.name, "item": row.item_name or row.name, "url": row.safety_data_sheet} for row in rows
	]


def needs_help_first(folio) -> bool:
	"""Whether somebody may still need help, so that nothing else is asked of the customer. folio: a document or a number."""
	if isinstance(folio, str):
		# whether help is still owed is no secret of the case
		answer, attended_at = frappe.db.get_value(DOCTYPE, folio, ["safety", "safety_attended_at"])
		return domain.is_open(answer, attended_at)
	return domain.is_open(folio.safety, folio.safety_attended_at)


# What the controller calls -----------------------------------------------------------------------------------


def check(folio) -> None:
	"""Give a reported accident the highest priority, mark words that may speak of one; refuse to take a Yes back.

	Runs before the folio is written, after the sealed fields were checked. History of another system alarms nobody.
	"""
	before = folio.get_doc_before_save()
	if history.is_import(folio) or folio.is_history:
		return
	if before and before.safety == domain.YES and folio.safety != domain.YES:
		frappe.throw(
			_("An accident that was reported stays reported. If it was none, attend it and write down so."),
			title=_("Not Allowed"),
		)
	if folio.safety == domain.YES and _is_told_now(folio, before):
		folio.priority = "Urgent"
	if before is None:
		words = " ".join((folio.subject or "", folio.description or ""))
		folio.safety_suspected = int(not folio.safety and safety_reading.speaks_of_an_accident(words))
	elif folio.safety != before.safety:
		folio.safety_suspected = 0


def follow(folio) -> None:
	"""Start or keep what this save said about an accident, and ring the alarm once it is stored. Runs after the write."""
	if folio.flags.history_import or folio.is_history:
		return
	before = folio.get_doc_before_save()
	if folio.safety == domain.YES and _is_told_now(folio, before):
		_reported(folio, _told_at(folio, before))
	elif before and before.safety_suspected and not folio.safety_suspected:
		_cleared(folio)
	elif before is None and folio.safety_suspected:
		_suspected(folio)
	elif folio.safety == domain.YES and folio.batch and folio.batch != before.batch:
		# which batch it was is often learnt on the telephone, after the accident was reported
		_contain(folio)


def read_message(message) -> None:
	"""Look for words of an accident in what a customer wrote about a folio; what they quote of ours is not read."""
	if message.reference_doctype != DOCTYPE or message.sent_or_received != "Received":
		return
	if message.communication_type != "Communication" or message.communication_medium == "Phone":
		return
	said = f"{message.subject or ''}\n{safety_reading.own_words(message.content or '')}"
	if not safety_reading.speaks_of_an_accident(said):
		return
	folio = frappe.get_doc(DOCTYPE, message.reference_name)
	if folio.safety_suspected or domain.is_open(folio.safety, folio.safety_attended_at) or folio.is_history:
		return
	# a fact that the message itself proves; whoever has the folio open is told that it changed
	folio.db_set("safety_suspected", 1, notify=True)
	_suspected(folio, (message.doctype, message.name))


# What people do ----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def attend(folio: str, what_was_done: str) -> str:
	"""Help was given: keep who said what to whom as a logged call, which proves it; returns the Communication's name.

	Raises ValidationError where nobody waits for help, or nothing is written.
	"""
	doc = system.permitted(DOCTYPE, folio, "write")
	if not domain.is_open(doc.safety, doc.safety_attended_at):
		frappe.throw(_("Nobody waits for help in {0}.").format(doc.name), title=_("Not Needed"))
	call = answers.log_call(doc.name, "Outbound", what_was_done)
	evidence = ("Communication", call)
	now = clock.now()
	doc.reload()
	# whoever may write the folio may attend it; the call is the evidence
	doc.db_set({"safety_attended_by": frappe.session.user, "safety_attended_at": now}, notify=True)
	commitments.fulfil(doc.doctype, doc.name, SAFETY_KINDS, now, evidence)
	events.record(doc, Events.SAFETY_ATTENDED, happened_at=now, reference=evidence)
	return call


@frappe.whitelist(methods=["POST"])
def clear(folio: str) -> None:
	"""A person asked, and there was no accident: what the words of a message made doubtful is settled."""
	doc = system.permitted(DOCTYPE, folio, "write")
	if not doc.safety_suspected:
		frappe.throw(_("Nothing is to be checked in {0}.").format(doc.name), title=_("Not Needed"))
	doc.flags.by_service = True
	doc.safety_suspected, doc.safety = 0, doc.safety or domain.NO
	doc.save()


def banner(folio) -> dict[str, Any] | None:
	"""What the form shows in red above everything else: {"open", "suspected", "kind", "details", "instructions"}; None without."""
	needs_help = needs_help_first(folio)
	if not (needs_help or folio.safety_suspected):
		return None
	return {
		"open": needs_help,
		"suspected": bool(folio.safety_suspected),
		"kind": _(folio.safety_kind) if folio.safety_kind else "",
		"details": folio.safety_details or "",
		"phone": folio.phone or "",
		"instructions": instructions(folio),
	}


def _is_told_now(folio, before) -> bool:
	"""Whether this save is the first to say Yes, or says it of another accident than the one that was attended."""
	return before is None or before.safety != domain.YES or bool(folio.flags.accident_again)


def _told_at(folio, before) -> datetime:
	if before is None:
		return get_datetime(folio.received_at)
	return folio.flags.accident_told_at or clock.now()


def raise_alarm(folio) -> None:
	"""Let the on-call ladder hear as soon as the present transaction is stored, whatever the hour.

	The promise is stored with the folio, so that the minute's sweep tells what a dead queue did not.
	"""
	frappe.db.after_commit.add(lambda: _at_once(RING))


def _at_once(path: str, **values: str) -> None:
	if system.enqueue(path, queue="short", **values):
		return
	try:
		# nobody works the queue off: whoever reported the accident waits a moment longer
		frappe.get_attr(path)(**values)
	except Exception:
		# the report is stored, and its sender must not read that it failed; the sweep rings once it is back
		frappe.db.rollback()
		frappe.log_error(title="Safety alarm")
		frappe.db.commit()


def _reported(folio, at) -> None:
	case = (folio.doctype, folio.name)
	commitments.fulfil(*case, (CommitmentKind.SAFETY_CHECK,), clock.now(), case)
	commitments.start(folio, (CommitmentKind.SAFETY,), at)
	events.record(folio, Events.SAFETY_REPORTED, happened_at=at, details=_kind_of(folio))
	raise_alarm(folio)
	if folio.batch:
		_contain(folio)


def _contain(folio) -> None:
	# contained at the first case, beside the registration, which nothing may hinder
	frappe.db.after_commit.add(lambda: _at_once(CONTAIN, folio=folio.name))


def _suspected(folio, evidence: tuple[str, str] | None = None) -> None:
	commitments.start(folio, (CommitmentKind.SAFETY_CHECK,), clock.now())
	events.record(folio, Events.SAFETY_SUSPECTED, reference=evidence)
	raise_alarm(folio)


def _cleared(folio) -> None:
	case = (folio.doctype, folio.name)
	commitments.fulfil(*case, (CommitmentKind.SAFETY_CHECK,), clock.now(), case)
	events.record(folio, Events.SAFETY_CLEARED)


def _kind_of(folio) -> dict[str, str] | None:
	return {"kind": folio.safety_kind} if folio.safety_kind else None


def _options(values) -> list[dict[str, str]]:
	return [{"value": value, "label": _(value)} for value in values]


def _usual_instructions(line: str) -> str:
	text = _("Get away from the product, the smoke or the spill, and into fresh air. Keep its label at hand.")
	if line:
		return _("If anybody is in danger, call {0} first.").format(line) + " " + text
	return text


def _product(folio) -> str | None:
	if isinstance(folio, str):
		# the product's safety data sheet is meant for everybody who handles it
		return frappe.db.get_value(DOCTYPE, folio, "product")
	return folio.product if folio else None


def _data_sheets(product: str | None) -> list[dict[str, str]]:
	# the Item's own field, which set-up adds; a site that is being updated may not have it yet
	if not (product and frappe.get_meta("Item").has_field("safety_data_sheet")):
		return []
	# as in `_product`
	sheet = frappe.db.get_value("Item", product, "safety_data_sheet")
	if not sheet or (sheet.startswith("/private/") and not _at_the_desk()):
		return []
	return [{"item": product, "url": get_url(sheet)}]


def _at_the_desk() -> bool:
	user = frappe.session.user
	return user != "Guest" and frappe.get_cached_value("User", user, "user_type") == "System User"
