"""A held batch does not leave: asked of every sale, and of all that uses it up, on the server (K6).

To customers nothing of it goes, by delivery, invoice or till. What Quality decided about it may be carried out, and no more:
scrapped or counted away, worked into something else by ourselves or a subcontractor, given back to its supplier. What a hold ended by
withdrawing does not leave either, except to be cleared away.
"""

import frappe
from frappe import _
from frappe.utils import flt, format_datetime

from nervion_service.domain import batches as domain
from nervion_service.domain.batches import Disposition
from nervion_service.services.batches import reading

HOLD, HELD = "Service Batch Hold", "Held"
SENT, CONSUMED = "Send to Subcontractor", "Subcontracting Receipt"
# purposes of a stock entry that use a batch up, and the decision that allows it
ISSUES = {
	"Material Issue": Disposition.SCRAP,
	"Repack": Disposition.REWORK,
	"Manufacture": Disposition.REWORK,
	"Material Consumption for Manufacture": Disposition.REWORK,
	SENT: Disposition.REWORK,
}
# other documents that do: what they take out, less what they bring in
OTHERS = {
	CONSUMED: Disposition.REWORK,
	"Stock Reconciliation": Disposition.SCRAP,
	"Purchase Receipt": Disposition.RETURN_TO_SUPPLIER,
	"Purchase Invoice": Disposition.RETURN_TO_SUPPLIER,
}


def refuse_held(doc) -> None:
	"""ValidationError, naming the hold, when a batch that is held or withdrawn would leave by this delivery, invoice or sale at a till.

	What comes back is let in, and so is an invoice that moves no stock. What a till has sold was asked about there: its invoices
	are put together later, and what was lawful in the morning does not keep the till from closing.
	"""
	if doc.get("is_return") or (doc.doctype == "Sales Invoice" and not doc.get("update_stock")):
		return
	for hold in _held(reading.batches_leaving(doc, reading.sold_at_the_till(doc))):
		_refuse(hold)


def refuse_held_issue(doc) -> None:
	"""The same for a stock entry that uses a batch up; what was decided about it (rework, scrap) may be carried out, no more."""
	purpose = doc.get("purpose")
	if purpose in ISSUES:
		_refuse_undecided(doc, reading.batches_leaving(doc), purpose)


def refuse_held_otherwise(doc) -> None:
	"""The same for a return to a supplier, what a subcontractor consumed, and a count that lowers it; once its bundles are made."""
	_refuse_undecided(doc, reading.taken_out(doc), doc.doctype)


def is_held(batch: str, *, locked: bool = False) -> str | None:
	"""The hold on a batch, or None. locked: as it stands now, not when the transaction began; kept so until it ends."""
	# a fact of the house, which every delivery may learn
	return frappe.db.get_value(HOLD, {"batch": batch, "stage": "Held"}, "name", for_update=locked)


def withdrawn(batch: str) -> frappe._dict | None:
	"""The ended hold by which a batch was withdrawn for good: its name and outcome; None where it may leave, or is held again."""
	return next((row for row in standing([batch]) if row.stage != HELD), None)


def standing(batches) -> list[frappe._dict]:
	"""The holds by which these batches do not leave: name, batch, item, held_at, stage, outcome; those that last or that withdrew it."""
	return _held(batches, "")


def decision_of(doc) -> str | None:
	"""The decision that a document of stock carries out, if it takes out a held batch; None for any other document."""
	return ISSUES.get(doc.get("purpose")) if doc.doctype == "Stock Entry" else OTHERS.get(doc.doctype)


def used_up(hold, decision: str, current: str = "") -> float:
	"""What was used up under this decision since the hold; current: the document that is being submitted, left out."""
	return domain.used_in_all(_ways(hold, decision, current), SENT, CONSUMED)


def _refuse_undecided(doc, leaving: dict[str, float], way: str) -> None:
	decision = ISSUES.get(way) or OTHERS[way]
	# locked: of two that would use it up at once, the second one sees what the first took
	for hold in _held(leaving, "FOR UPDATE"):
		if hold.stage != HELD and decision in domain.CLEARED_AWAY:
			continue
		ways = _ways(hold, decision, doc.name)
		before = domain.used_in_all(ways, SENT, CONSUMED)
		ways[way] = ways.get(way, 0.0) + leaving[hold.batch]
		wanted = domain.used_in_all(ways, SENT, CONSUMED) - before
		decided = _decided(hold.name, decision)
		if not decided or not domain.may_use(wanted, decided, before):
			_refuse(hold)


def _held(batches, lock: str = "LOCK IN SHARE MODE") -> list[frappe._dict]:
	"""The holds by which these batches do not leave: those that last, and what an ended one withdrew; the last word counts."""
	names = sorted(batches)
	if not names:
		return []
	# Whoever delivers learns of the hold and nothing else. Locking: a hold that somebody is storing right now is waited for and seen.
	rows = frappe.db.sql(
		f"""SELECT name, batch, item, held_at, stage, outcome FROM `tabService Batch Hold`
		WHERE batch IN %s ORDER BY stage = 'Held', released_at, name {lock}""",
		(tuple(names),),
		as_dict=True,
	)
	last = {row.batch: row for row in rows}
	return [row for row in last.values() if row.stage == HELD or row.outcome in domain.WITHDRAWN]


def _decided(hold: str, decision: str) -> float:
	# part of the question whether the hold lets it go; locked, as the hold is
	rows = frappe.db.sql(
		"SELECT qty FROM `tabBatch Disposition` WHERE parent = %s AND what = %s LOCK IN SHARE MODE",
		(hold, decision),
	)
	return sum(flt(qty) for (qty,) in rows)


def _ways(hold, decision: str, current: str) -> dict[str, float]:
	"""{purpose of a stock entry, or other document: what it used up under this decision since the hold}."""
	purposes = tuple(purpose for purpose, its in ISSUES.items() if its == decision)
	others = tuple(doctype for doctype, its in OTHERS.items() if its == decision)
	found: dict[str, float] = {}
	for way, qty in (*_issued(hold, purposes, current), *_taken_otherwise(hold, others, current)):
		found[way] = found.get(way, 0.0) + flt(qty)
	return found


def _issued(hold, purposes: tuple[str, ...], current: str) -> list[tuple]:
	if not (purposes and reading.is_counted()):
		return []
	# part of the question whether the hold lets it go; locked, so that what was stored meanwhile is seen
	return frappe.db.sql(
		"""SELECT s.purpose, ABS(e.qty) FROM `tabSerial and Batch Entry` e
		JOIN `tabSerial and Batch Bundle` b ON b.name = e.parent
		JOIN `tabStock Entry` s ON s.name = b.voucher_no
		WHERE e.batch_no = %s AND b.voucher_type = 'Stock Entry' AND b.type_of_transaction = 'Outward' AND b.docstatus = 1
			AND b.is_cancelled = 0 AND s.docstatus = 1 AND s.purpose IN %s AND s.modified >= %s AND s.name != %s
		LOCK IN SHARE MODE""",
		(hold.batch, purposes, hold.held_at, current),
	)


def _taken_otherwise(hold, doctypes: tuple[str, ...], current: str) -> list[tuple]:
	if not doctypes:
		return []
	# part of the question whether the hold lets it go; locked as above
	rows = frappe.db.sql(
		"""SELECT b.voucher_type, b.voucher_no, IF(b.type_of_transaction = 'Outward', 1, -1) * ABS(e.qty)
		FROM `tabSerial and Batch Entry` e JOIN `tabSerial and Batch Bundle` b ON b.name = e.parent
		WHERE e.batch_no = %s AND b.voucher_type IN %s AND b.docstatus = 1 AND b.is_cancelled = 0 AND b.modified >= %s
			AND b.voucher_no != %s LOCK IN SHARE MODE""",
		(hold.batch, doctypes, hold.held_at, current),
	)
	taken: dict[tuple[str, str], float] = {}
	for doctype, name, qty in rows:
		taken[doctype, name] = taken.get((doctype, name), 0.0) + flt(qty)
	# what brought more in than it took out used nothing up
	return [(doctype, qty) for (doctype, _name), qty in taken.items() if qty > 0]


def _refuse(hold) -> None:
	values = {
		"batch": frappe.bold(frappe.utils.escape_html(hold.batch)),
		"item": frappe.utils.escape_html(hold.item or ""),
		"hold": hold.name,
		"since": format_datetime(hold.held_at),
	}
	if hold.stage == HELD:
		frappe.throw(_(domain.MESSAGES["held"]).format(**values), title=_("Batch Held"))
	frappe.throw(_(domain.MESSAGES["withdrawn"]).format(**values), title=_("Batch Withdrawn"))
