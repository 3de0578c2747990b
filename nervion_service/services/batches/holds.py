"""Holding a batch: nothing of it leaves until Quality ends the hold, which `releasing` does (K1, K6)."""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, flt

from nervion_service.domain import batches as domain
from nervion_service.domain import corrective
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import assignment, bells, clock, events, languages, system
from nervion_service.services.batches import reading, recall, refusal
from nervion_service.services.corrective import actions

DOCTYPE = "Service Batch Hold"
HELD, RELEASED = "Held", "Released"
RELEASERS = (Role.QUALITY, Role.ADMINISTRATOR)
# the cases that a hold may come from, and its field for them
SOURCES = {"Service Complaint": "complaint", "Service Folio": "folio"}
# who has to know that a batch stands still
TOLD = (Role.QUALITY, Role.PRODUCTION, Role.SALES)
STAMPS = (
	"stage", "item", "held_by", "held_at", "released_by", "released_at", "release_reason", "outcome", "outcome_words",
)  # fmt: skip
NOTICE_STAMPS = (
	"sent_at", "message", "acknowledged_at", "acknowledged_by", "kept_qty", "outcome_told_at", "qty", "delivery_type", "delivery",
)  # fmt: skip
DECISION_STAMPS = ("decided_by", "decided_at")


# What people do ----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def hold(batch: str, reason: str, company: str | None = None, complaint: str | None = None) -> str:
	"""Hold a batch; returns the hold's number. Raises ValidationError when it is held already or no reason is given."""
	system.require(DOCTYPE, "create")
	if complaint:
		system.permitted("Service Complaint", complaint, "read")
	values = {"batch": batch, "reason": reason, "company": company or _company(), "complaint": complaint}
	return frappe.get_doc({"doctype": DOCTYPE, **values}).insert().name


@frappe.whitelist(methods=["POST"])
def open_action(hold: str) -> str:
	"""Open the corrective action that a batch asks for, by eight disciplines; returns its number."""
	system.require(actions.DOCTYPE, "create")
	doc = system.permitted(DOCTYPE, hold, "read")
	values = {
		"subject": f"{doc.batch}: {doc.reason}"[:140],
		"company": doc.company,
		"source_type": DOCTYPE,
		"source": doc.name,
		"complaint": doc.complaint,
		"item": doc.item,
		"batch": doc.batch,
		"containment": doc.reason,
	}
	return actions.open_action(values, (corrective.Reason.BATCH,)).name


def hold_at_once(batch: str, company: str, reason: str, **source: str | None) -> str:
	"""Hold a batch for the system, as the first accident does (K1); a batch that is held already stays so. Returns the hold."""
	if known := refusal.is_held(batch):
		return known
	doc = frappe.get_doc({"doctype": DOCTYPE, "batch": batch, "company": company, "reason": reason, **source})
	# an accident holds its batch whoever reported it
	return doc.insert(ignore_permissions=True).name


# What the controller calls -----------------------------------------------------------------------------------


def prepare(doc) -> None:
	"""Stamp a new hold; refuse a second one. The batch's row is locked, so that two at once become one."""
	# whoever may hold learns whether there is such a batch
	item = frappe.db.get_value("Batch", doc.batch, "item", for_update=True) if doc.batch else None
	if known := doc.batch and refusal.is_held(doc.batch, locked=True):
		frappe.throw(
			_("Batch {0} is held already: {1}.").format(frappe.bold(escape_html(doc.batch)), known),
			title=_("Held Already"),
		)
	doc.update(dict.fromkeys(STAMPS))
	doc.update(
		{
			"stage": HELD,
			"item": item,
			"held_by": frappe.session.user,
			"held_at": clock.now(),
			"recovered_qty": 0,
		}
	)
	doc.set("notices", [])
	doc.set("disposition", [])


def check(doc) -> None:
	"""Keep stamps as they were, refuse to change a released hold, stamp decisions, and count what came back."""
	before = doc.get_doc_before_save()
	if before is None:
		return
	if before.stage == RELEASED and not doc.flags.by_service:
		_refuse(_("{0} was released: hold the batch again instead of changing it.").format(doc.name))
	if not doc.flags.by_service:
		doc.update({field: before.get(field) for field in STAMPS})
		_keep_what_was_done(doc, before)
		_restore(doc.notices, before.notices, NOTICE_STAMPS)
	_stamp_decisions(doc, before)
	_count(doc)


def begin(doc) -> None:
	"""A batch stands still: tell who has to know, note who received it, write the history."""
	recall.add_customers(doc)
	events.record(doc, Events.BATCH_HELD, reference=("Batch", doc.batch))
	for doctype, field in SOURCES.items():
		if doc.get(field):
			note(doctype, doc.get(field), doc)
	tell(doc, lambda: _("Batch {0} is held: {1}"))


def note(doctype: str, name: str, hold) -> None:
	"""Write into the history of a complaint or folio that it had this batch held; once."""
	if not is_noted(doctype, (name,), hold.batch):
		case = frappe._dict(doctype=doctype, name=name, company=hold.company)
		events.record(case, Events.BATCH_HELD, reference=("Batch", hold.batch), details={"hold": hold.name})


def is_noted(doctype: str, names, batch: str) -> bool:
	"""Whether the history of one of these cases says that it had this batch held: what was released is not held again by it."""
	line = {"case_type": doctype, "case_name": ("in", [name for name in names if name] or [""])}
	return bool(
		frappe.db.exists(events.DOCTYPE, {**line, "event": Events.BATCH_HELD, "reference_name": batch})
	)


def recovered(doc) -> float:
	"""What came back since the hold, by documents of return or by what people wrote down."""
	trace = domain.trace(reading.movements(doc.batch), counted=False, held_at=doc.held_at)
	by_hand: dict[str, float] = {}
	for row in doc.notices:
		by_hand[row.customer] = by_hand.get(row.customer, 0.0) + flt(row.recovered_qty)
	return domain.recovered(trace.customers, by_hand)


def _keep_what_was_done(doc, before) -> None:
	"""Who was told stays on the hold, and what was decided: the recall is proved by it, and the customer's link leads there."""
	now = {row.name: row for row in (*doc.notices, *doc.disposition)}
	for row in before.notices:
		is_told = row.sent_at or row.acknowledged_at
		if is_told and (row.name not in now or now[row.name].customer != row.customer):
			_refuse(_("{0} was told already: that notice stays as it is.").format(escape_html(row.customer)))
	for row in before.disposition:
		if row.decided_at and row.name not in now:
			_refuse(
				_("What was decided about {0} is not removed: correct it in its row.").format(
					f"{flt(row.qty):g} ({_(row.what)})"
				)
			)


def _count(doc) -> None:
	for row in (*doc.notices, *doc.disposition):
		if flt(row.get("recovered_qty")) < 0 or flt(row.get("qty")) < 0:
			_refuse(_("Row {0}: a quantity cannot be negative.").format(row.idx))
	for row in doc.notices:
		# of who bought it from somebody else nobody knows how much that was
		if flt(row.qty) and flt(row.recovered_qty) > flt(row.qty) + domain.TINY:
			_refuse(
				_("{0} had {1} of it: more than that cannot have come back.").format(
					escape_html(row.customer), domain.plain(flt(row.qty))
				)
			)
	doc.recovered_qty = recovered(doc)
	decided = [flt(row.qty) for row in doc.disposition]
	left = sum(row["qty"] for row in reading.stock(doc.batch))
	# what was used up by an earlier decision is gone from the stock, and was there
	before = doc.get_doc_before_save()
	changed = _quantities(doc) != _quantities(before)
	if changed and domain.disposed_too_much(decided, doc.recovered_qty, left + _carried_out(doc)):
		_refuse(
			_(domain.MESSAGES["too_much_disposed"]).format(
				available=domain.plain(doc.recovered_qty + left), given=domain.plain(sum(decided))
			)
		)


def _carried_out(doc) -> float:
	if not reading.is_counted():
		return 0.0
	return sum(refusal.used_up(doc, kind) for kind in domain.CARRIED_OUT)


def _quantities(doc) -> list[tuple]:
	return [(row.what, flt(row.qty)) for row in doc.disposition]


def _stamp_decisions(doc, before) -> None:
	earlier = {row.name: row for row in before.disposition}
	for row in doc.disposition:
		known = earlier.get(row.name)
		if known and (known.what, flt(known.qty)) == (row.what, flt(row.qty)):
			row.update({field: known.get(field) for field in DECISION_STAMPS})
		else:
			row.update({"decided_by": frappe.session.user, "decided_at": clock.now()})


def _restore(rows, earlier, stamps) -> None:
	known = {row.name: row for row in earlier}
	for row in rows:
		was: Any = known.get(row.name) or frappe._dict()
		row.update({field: was.get(field) for field in stamps})


def tell(doc, sentence: Callable[[], str]) -> None:
	"""Ring for every role that has to know; sentence: the words in the language that is spoken when it is called."""
	people = {user for role in TOLD for user in assignment.answering_for(role, doc.company)}
	for user in sorted(people - {frappe.session.user}):
		with languages.speaking(frappe.db.get_value("User", user, "language")):
			words = sentence().format(escape_html(doc.batch), escape_html(doc.release_reason or doc.reason))
		bells.ring(user, words, DOCTYPE, doc.name)


def _company() -> str | None:
	return (
		frappe.defaults.get_user_default("Company")
		or frappe.get_cached_doc("Service Settings").default_company
	)


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Not Yet"))
