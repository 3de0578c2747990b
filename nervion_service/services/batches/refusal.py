"""A held batch does not leave: asked of every delivery, counter sale and issue of stock, on the server (K6)."""

import frappe
from frappe import _
from frappe.utils import format_datetime

from nervion_service.domain import batches as domain
from nervion_service.domain.batches import Disposition
from nervion_service.services.batches import reading

HOLD = "Service Batch Hold"
# purposes of a stock entry that use a batch up, and the decision that allows it
ISSUES = {
	"Material Issue": Disposition.SCRAP,
	"Repack": Disposition.REWORK,
	"Manufacture": Disposition.REWORK,
	"Material Consumption for Manufacture": Disposition.REWORK,
	"Send to Subcontractor": Disposition.REWORK,
}


def refuse_held(doc) -> None:
	"""ValidationError, naming the hold, when a batch that is held would leave by this delivery or invoice.

	What comes back is let in, and so is an invoice that moves no stock.
	"""
	if doc.get("is_return") or (doc.doctype != "Delivery Note" and not doc.get("update_stock")):
		return
	for hold in _held(reading.batches_leaving(doc)):
		_refuse(hold)


def refuse_held_issue(doc) -> None:
	"""The same for a stock entry that uses a batch up; what was decided about it (rework, scrap) may be carried out, no more."""
	decision = ISSUES.get(doc.get("purpose"))
	if not decision:
		return
	leaving = reading.batches_leaving(doc)
	for hold in _held(leaving):
		decided = _decided(hold.name, decision)
		if not decided or not domain.may_use(leaving[hold.batch], decided, used_up(hold, decision, doc.name)):
			_refuse(hold)


def is_held(batch: str) -> str | None:
	"""The hold on a batch, or None."""
	# a fact of the house, which every delivery may learn
	return frappe.db.get_value(HOLD, {"batch": batch, "stage": "Held"}, "name")


def _held(batches) -> list[frappe._dict]:
	names = sorted(batches)
	if not names:
		return []
	# Whoever delivers learns of the hold and nothing else. Locking: a hold that somebody is storing right now is waited for and seen.
	return frappe.db.sql(
		"""SELECT name, batch, item, held_at FROM `tabService Batch Hold`
		WHERE batch IN %s AND stage = 'Held' ORDER BY name LOCK IN SHARE MODE""",
		(tuple(names),),
		as_dict=True,
	)


def _decided(hold: str, decision: str) -> float:
	# part of the question whether the hold lets it go
	rows = frappe.get_all(
		"Batch Disposition", filters={"parent": hold, "what": decision}, pluck="qty", order_by="idx"
	)
	return sum(rows)


def used_up(hold, decision: str, current: str = "") -> float:
	"""What stock entries have used up under this decision since the hold; current: the one that is being submitted, left out."""
	purposes = tuple(purpose for purpose, kind in ISSUES.items() if kind == decision)
	# part of the question whether the hold lets it go
	found = frappe.db.sql(
		"""SELECT SUM(ABS(e.qty)) FROM `tabSerial and Batch Entry` e
		JOIN `tabSerial and Batch Bundle` b ON b.name = e.parent
		JOIN `tabStock Entry` s ON s.name = b.voucher_no
		WHERE e.batch_no = %s AND b.voucher_type = 'Stock Entry' AND b.type_of_transaction = 'Outward' AND b.docstatus = 1
			AND b.is_cancelled = 0 AND s.docstatus = 1 AND s.purpose IN %s AND s.modified >= %s AND s.name != %s""",
		(hold.batch, purposes, hold.held_at, current),
	)
	return found[0][0] or 0.0


def _refuse(hold) -> None:
	values = {
		"batch": frappe.bold(frappe.utils.escape_html(hold.batch)),
		"item": frappe.utils.escape_html(hold.item or ""),
		"hold": hold.name,
		"since": format_datetime(hold.held_at),
	}
	frappe.throw(_(domain.MESSAGES["held"]).format(**values), title=_("Batch Held"))
