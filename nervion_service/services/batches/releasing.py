"""How a hold ends: what was decided is done, customers hear what to do with what they have, and the batch leaves again or never (K6).

Who may use the batch may be sold it as well; what customers must not use is withdrawn: nothing of it leaves after the hold either.
"""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html, flt

from nervion_service.domain import batches as domain
from nervion_service.domain.batches import Outcome
from nervion_service.domain.taxonomy import Events
from nervion_service.services import clock, events, languages, system
from nervion_service.services.batches import holds, reading, recall, refusal


@frappe.whitelist(methods=["POST"])
def release(hold: str, reason: str, outcome: str, words: str = "", tell: bool = False) -> dict[str, Any]:
	"""End a hold with its outcome for customers (domain.OUTCOMES); {"stage", "sent": number, "without_address": customers}.

	words: what the customers' page says, by default the usual sentence of that outcome. tell: also write to them now.
	Raises ValidationError while something that came back is undecided, or something that was decided is not done.
	"""
	doc = _permitted(hold)
	if doc.stage != holds.HELD:
		frappe.throw(_("{0} was released already.").format(doc.name), title=_("Not Needed"))
	_check(doc, reason, outcome)
	if outcome in domain.WITHDRAWN:
		# whoever has some by now must hear it
		recall.add_customers(doc)
	_end(
		doc,
		reason.strip(),
		outcome,
		(words or "").strip()[: recall.LONGEST_TEXT] or usual_words(doc)[outcome],
	)
	return {"stage": doc.stage, **(_write(doc) if cint(tell) else {"sent": 0, "without_address": []})}


@frappe.whitelist()
def draft(hold: str) -> dict[str, str]:
	"""{outcome: the words that are offered for it}, in the language of the site."""
	return usual_words(system.permitted(holds.DOCTYPE, hold, "read"))


@frappe.whitelist()
def untold(hold: str) -> list[str]:
	"""The customers who have not heard yet how a hold ended."""
	return [row.customer for row in waiting(system.permitted(holds.DOCTYPE, hold, "read"))]


@frappe.whitelist(methods=["POST"])
def tell_outcome(hold: str) -> dict[str, Any]:
	"""Write the outcome of an ended hold to every customer who has not heard it; {"sent": number, "without_address": customers}."""
	return _write(_ended(hold))


@frappe.whitelist(methods=["POST"])
def log_told(hold: str, customer: str) -> None:
	"""Write down that a customer was told the outcome by telephone or in person."""
	doc = _ended(hold)
	rows = [row for row in waiting(doc) if row.customer == customer]
	if not rows:
		frappe.throw(
			_("{0} was told already, or is not in the notices of {1}.").format(
				escape_html(customer), doc.name
			),
			title=_("Not Needed"),
		)
	_mark(doc, rows)


def waiting(hold) -> list:
	"""The notices of an ended hold whose customers have to hear its outcome and have not; none of the time before outcomes."""
	if not hold.outcome:
		return []
	return [
		row
		for row in hold.notices
		if not row.outcome_told_at
		and domain.hears_outcome(hold.outcome, bool(row.sent_at or row.acknowledged_at))
	]


def usual_words(hold) -> dict[str, str]:
	"""{outcome: its usual sentence for customers}, in the language of the site."""
	item = (reading.batch_facts(hold.batch) or {}).get("item_name") or hold.item or ""
	with languages.speaking():
		sentences = {
			Outcome.MAY_BE_USED: _(
				"The review of batch {0} of {1} has ended: you may use and sell what you have of it. Thank you for your patience."
			),
			Outcome.BRING_BACK: _(
				"The review of batch {0} of {1} has ended: please do not use or sell what you still have of it. Keep it apart; we will "
				"agree with you on how it comes back to us."
			),
			Outcome.DESTROYED: _(
				"Batch {0} of {1} was withdrawn, and what came back to us was destroyed. If you still find some of it, please do not use "
				"or sell it, and tell us."
			),
		}
		return {outcome: words.format(hold.batch, item) for outcome, words in sentences.items()}


# The end ------------------------------------------------------------------------------------------------------


def _permitted(hold: str):
	doc = system.permitted(holds.DOCTYPE, hold, "write")
	system.require_role(holds.RELEASERS, _("Batches are released by one of these roles: {0}."))
	return doc


def _ended(hold: str):
	doc = _permitted(hold)
	if doc.stage == holds.HELD:
		_refuse(_("{0} has not ended: there is no outcome to tell yet.").format(doc.name))
	return doc


def _check(doc, reason: str, outcome: str) -> None:
	if not (reason or "").strip():
		_refuse(_(domain.MESSAGES["no_release_reason"]))
	if outcome not in domain.OUTCOMES:
		known = ", ".join(_(one) for one in domain.OUTCOMES)
		_refuse(_(domain.MESSAGES["no_outcome"]).format(outcomes=known))
	left = domain.undecided([flt(row.qty) for row in doc.disposition], holds.recovered(doc))
	if left:
		_refuse(_(domain.MESSAGES["undecided"]).format(left=domain.plain(left)))
	# where nobody keeps count of stock, no document can prove it
	if reading.is_counted():
		_check_stock(doc, outcome)


def _check_stock(doc, outcome: str) -> None:
	stock = sum(row["qty"] for row in reading.stock(doc.batch))
	used = {what: refusal.used_up(doc, what) for what in domain.CARRIED_OUT}
	undone = domain.not_carried_out([(row.what, flt(row.qty)) for row in doc.disposition], used)
	if undone:
		what = ", ".join(f"{_(one)} {domain.plain(qty)}" for one, qty in undone.items())
		_refuse(
			_(domain.MESSAGES["not_carried_out"]).format(
				left=domain.plain(sum(undone.values())), what=what, stock=domain.plain(stock)
			)
		)
	if outcome == Outcome.DESTROYED and stock > domain.TINY:
		_refuse(_(domain.MESSAGES["not_destroyed"]).format(left=domain.plain(stock)))


def _end(doc, reason: str, outcome: str, words: str) -> None:
	doc.update(
		{
			"stage": holds.RELEASED,
			"release_reason": reason,
			"outcome": outcome,
			"outcome_words": words,
			"released_by": frappe.session.user,
			"released_at": clock.now(),
		}
	)
	recall.store(doc)
	events.record(doc, Events.BATCH_RELEASED, reference=("Batch", doc.batch), details={"outcome": outcome})
	holds.tell(doc, lambda: _sentence(outcome))


def _sentence(outcome: str) -> str:
	return (
		_("Batch {0} was withdrawn: {1}") if outcome in domain.WITHDRAWN else _("Batch {0} was released: {1}")
	)


# What customers hear ------------------------------------------------------------------------------------------


def _write(doc) -> dict[str, Any]:
	rows = waiting(doc)
	reachable = recall.reachable(rows)
	for row in reachable:
		recall.write_to(doc, row, doc.outcome_words, lambda: _("Open the notice"))
	_mark(doc, reachable)
	return {"sent": len(reachable), "without_address": [row.customer for row in rows if row not in reachable]}


def _mark(doc, rows) -> None:
	now = clock.now()
	for row in rows:
		row.update({"outcome_told_at": now, "sent_at": row.sent_at or now})
	if rows:
		recall.store(doc)
	for row in rows:
		events.record(
			doc,
			Events.BATCH_NOTICE_SENT,
			reference=("Customer", row.customer),
			details={"outcome": doc.outcome},
		)


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Not Yet"))
