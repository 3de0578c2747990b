"""What a held batch costs when it is thrown away (K3): booked by the stock's own document, against the hold, and taken back with it.

Goods that came back and were replaced or credited have been paid for by their remedy: only what goes beyond them is a cost here.
"""

import frappe
from frappe.utils import flt

from nervion_service.domain import batches, costs
from nervion_service.domain.batches import Disposition
from nervion_service.domain.costs import CostKind
from nervion_service.domain.remedies import Kind, RemedyStage
from nervion_service.services.batches import reading, refusal
from nervion_service.services.remedies import costs as ledger
from nervion_service.services.remedies import proofs

# what pays for the goods themselves
PAYING = (Kind.CREDIT_NOTE, Kind.REPLACEMENT)


def book(doc) -> None:
	"""A document of stock was submitted: what it throws away of held or withdrawn batches is written into the ledger."""
	if refusal.decision_of(doc) != Disposition.SCRAP:
		return
	gone = reading.taken_out(doc)
	holds = refusal.standing(gone)
	values = reading.value_taken_out(doc) if holds else {}
	for hold in holds:
		_book(doc, hold, gone[hold.batch], values.get(hold.batch, 0.0))


def take_back(doc) -> None:
	"""It was cancelled: what it wrote is taken back."""
	# the books write the ledger, whoever cancels a document
	names = frappe.get_all(
		ledger.DOCTYPE,
		filters={
			"reference_type": doc.doctype,
			"reference": doc.name,
			"hold": ("is", "set"),
			"reversal_of": ("is", "not set"),
		},
		pluck="name",
		order_by="name",
	)
	for name in names:
		if not frappe.db.exists(ledger.DOCTYPE, {"reversal_of": name}):
			ledger.reverse(frappe.get_doc(ledger.DOCTYPE, name))


def _book(doc, hold, gone: float, value: float) -> None:
	qty = costs.written_off(gone, _gone_before(doc, hold), _paid(hold.batch))
	amount = proofs.money(value / gone * qty)
	if amount <= 0:
		return
	ledger.book(
		hold=hold.name,
		company=doc.company,
		cost_kind=CostKind.PRODUCT,
		paid_amount=flt(amount),
		posting_date=doc.posting_date,
		item=hold.item,
		plant=reading.made_in(hold.batch),
		reference_type=doc.doctype,
		reference=doc.name,
	)


def _gone_before(doc, hold) -> float:
	"""What was thrown away of the batch since it was first held."""
	first = frappe.db.get_value(refusal.HOLD, {"batch": hold.batch}, "held_at", order_by="held_at")
	return refusal.used_up(frappe._dict(hold, held_at=first), Disposition.SCRAP, doc.name)


def _paid(batch: str) -> float:
	"""What came back of the batch and was replaced or credited."""
	# sums over what the books themselves wrote
	rows = frappe.get_all(
		"Complaint Remedy",
		filters={"batch": batch, "kind": ("in", PAYING), "stage": RemedyStage.DONE},
		pluck="stock_qty",
		order_by="name",
	)
	back = batches.trace(reading.movements(batch), counted=False).returned
	return min(back, sum(map(flt, rows)))
