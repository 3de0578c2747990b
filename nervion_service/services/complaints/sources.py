"""What a delivery note or an invoice delivered: item, batch, quantity in the stock unit, less what came back (K2, K6).

Batches stand on the line, in Serial and Batch Bundles and on packed items: all of them are read. Only what was submitted counts.
An invoice that moved no stock is read through the delivery notes that it bills.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import frappe
from frappe.utils import flt

NOTE, INVOICE = "Delivery Note", "Sales Invoice"


@dataclass(frozen=True)
class Part:
	"""A quantity of one batch of an item, "" where the item has none, and the document that moved it."""

	item: str
	batch: str
	qty: float
	uom: str
	doctype: str
	name: str


def batches_of_delivery(doctype: str, name: str) -> list[dict]:
	"""What a submitted delivery brought, less what was returned: [{"item", "batch", "qty", "uom"}], one row per batch.

	Empty for a draft, a cancelled document or a return. Quantities in the item's stock unit, "" for what has no batch.
	"""
	totals: dict[tuple[str, str], dict] = {}
	for part in parts(doctype, name):
		row = totals.setdefault(
			(part.item, part.batch), {"item": part.item, "batch": part.batch, "qty": 0.0, "uom": part.uom}
		)
		row["qty"] = flt(row["qty"] + part.qty, 9)
	return [row for row in totals.values() if row["qty"] > 0]


def parts(doctype: str, name: str) -> list[Part]:
	"""What a delivery brought and, below zero, what came back of it, by the documents that moved the stock."""
	if not is_delivery(doctype, name):
		return []
	if moves_stock(doctype, name):
		return [*_moved(doctype, name), *_returned(doctype, name)]
	return list(_billed(name))


def is_delivery(doctype: str, name: str | None) -> bool:
	"""Whether it is a submitted delivery note or invoice that brought something, and no return."""
	if doctype not in (NOTE, INVOICE) or not name:
		return False
	# whether a document of sales exists; what it says of the customer is checked by `quantities`
	return bool(frappe.db.exists(doctype, {"name": name, "docstatus": 1, "is_return": 0}))


def same_goods(doctype: str, name: str) -> set[tuple[str, str]]:
	"""The documents that speak of the same goods: a delivery note and the invoices that bill it, or the other way round."""
	notes = set(_lines_of_notes(name)) if doctype == INVOICE else {name}
	if not notes:
		return {(doctype, name)}
	wanted = {"parent": ("in", list(notes)), "against_sales_invoice": ("is", "set")}
	billed = {"delivery_note": ("in", list(notes)), "docstatus": 1}
	# lines of documents that exist, for a sum; nobody is shown them
	invoices = {
		*frappe.get_all("Delivery Note Item", wanted, pluck="against_sales_invoice"),
		*frappe.get_all("Sales Invoice Item", billed, pluck="parent"),
	}
	return {(doctype, name), *((NOTE, note) for note in notes), *((INVOICE, one) for one in invoices)}


def moves_stock(doctype: str, name: str) -> bool:
	"""Whether a delivery stands for itself: an invoice that goes with delivery notes only repeats them."""
	if doctype == NOTE or frappe.db.get_value(INVOICE, name, "update_stock"):
		return True
	# of an invoice that no delivery note goes with, nothing more is known
	return not _lines_of_notes(name)


def _lines_of_notes(invoice: str) -> dict[str, set[str]]:
	"""The delivery notes that an invoice goes with, whichever was made first, and their lines that it bills."""
	# as in `same_goods`
	after = frappe.get_all(
		"Sales Invoice Item",
		{"parent": invoice, "delivery_note": ("is", "set")},
		["delivery_note as note", "dn_detail as line"],
		order_by="idx",
	)
	before = frappe.get_all(
		"Delivery Note Item",
		{"against_sales_invoice": invoice, "docstatus": 1},
		["parent as note", "name as line"],
		order_by="parent, idx",
	)
	found: dict[str, set[str]] = {}
	for row in (*after, *before):
		if is_delivery(NOTE, row.note):
			found.setdefault(row.note, set()).add(row.line)
	return found


def _billed(invoice: str) -> Iterator[Part]:
	"""The lines of delivery notes that an invoice bills, and what came back of them."""
	for note, rows in _lines_of_notes(invoice).items():
		yield from _moved(NOTE, note, rows)
		yield from _returned(NOTE, note, rows)


def _moved(doctype: str, name: str, rows: Iterable[str] | None = None) -> Iterator[Part]:
	doc = frappe.get_doc(doctype, name)
	packed = {row.parent_detail_docname for row in doc.get("packed_items") or []}
	lines = [row for row in doc.items if row.item_code and row.name not in packed]
	components = doc.get("packed_items") or []
	bundles = _bundles((*lines, *components))
	for row in (*lines, *components):
		line = row.get("parent_detail_docname") or row.name
		if rows is None or line in rows:
			yield from _of_row(doc, row, bundles)


def _returned(doctype: str, name: str, rows: Iterable[str] | None = None) -> Iterator[Part]:
	reference = "dn_detail" if doctype == NOTE else "sales_invoice_item"
	# what came back counts, whoever recorded it
	found = frappe.get_all(
		doctype,
		{"return_against": name, "is_return": 1, "docstatus": 1},
		pluck="name",
		order_by="creation",
	)
	for one in found:
		doc = frappe.get_doc(doctype, one)
		lines = {row.name for row in doc.items if rows is None or row.get(reference) in rows}
		yield from _moved(doctype, one, lines)


def _of_row(doc, row, bundles: dict[str, list[tuple[str, float]]]) -> Iterator[Part]:
	"""The batches of one line: those of its bundle, else the one that it names, else none. Below zero for a return."""
	sign = -1 if doc.get("is_return") else 1
	whole = abs(flt(row.get("stock_qty")) or flt(row.qty) * flt(row.get("conversion_factor") or 1))
	uom = row.get("stock_uom") or frappe.get_cached_value("Item", row.item_code, "stock_uom")
	batches = bundles.get(row.get("serial_and_batch_bundle"))
	for batch, quantity in batches or [(row.get("batch_no") or "", whole)]:
		yield Part(row.item_code, batch, sign * quantity, uom, doc.doctype, doc.name)


def _bundles(rows) -> dict[str, list[tuple[str, float]]]:
	"""Bundle → its batches and their quantities, of all the lines of a document at once."""
	names = [row.get("serial_and_batch_bundle") for row in rows if row.get("serial_and_batch_bundle")]
	found: dict[str, list[tuple[str, float]]] = {}
	if not names:
		return found
	# part of the document that was asked for
	entries = frappe.get_all(
		"Serial and Batch Entry",
		{"parent": ("in", names), "batch_no": ("is", "set")},
		["parent", "batch_no", "qty"],
		order_by="parent, idx",
		limit_page_length=0,
	)
	for entry in entries:
		found.setdefault(entry.parent, []).append((entry.batch_no, abs(flt(entry.qty))))
	return found
