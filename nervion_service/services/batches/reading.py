"""What ERPNext knows about a batch: read from bundles of deliveries, packed items and stock entries, and from older ledgers (K6).

Every line that moves a batch, packed items included, has a bundle once it is submitted; sites that are older than bundles
have the batch on their stock ledger.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.utils import flt, get_datetime

from nervion_service.domain.batches import Kind, Movement

LEDGER = "Stock Ledger Entry"
SALES = ("Delivery Note", "Sales Invoice", "POS Invoice")
# what a document of stock moves, batch by batch
_ITS_BUNDLES = """FROM `tabSerial and Batch Bundle` b JOIN `tabSerial and Batch Entry` e ON e.parent = b.name
	WHERE b.voucher_type = %(doctype)s AND b.voucher_no = %(name)s AND b.is_cancelled = 0 AND b.docstatus < 2
		AND b.type_of_transaction IN ('Inward', 'Outward') AND e.batch_no IS NOT NULL"""


def is_counted() -> bool:
	"""Whether the site keeps count of stock at all, so that "nothing left" means something."""
	return bool(frappe.db.exists("DocType", LEDGER))


def batch_facts(batch: str) -> dict[str, Any] | None:
	"""Item, name, unit and dates of a batch; None when there is none of that name."""
	# the caller has asked whether the user may look at batches at all
	row = frappe.db.get_value(
		"Batch", batch, ["name", "item", "manufacturing_date", "expiry_date", "stock_uom"], as_dict=True
	)
	if row and row.item:
		named = frappe.db.get_value("Item", row.item, ["item_name", "stock_uom"], as_dict=True)
		row.update({"item_name": named.item_name, "stock_uom": row.stock_uom or named.stock_uom})
	return row


def movements(batch: str, companies: Collection[str] | None = None) -> list[Movement]:
	"""Every submitted movement of a batch, in its stock unit; of some companies only, where they are given.

	What goes to a customer and comes back stands for itself; of every other document only what it brought in or took out counts,
	so that moving a batch between warehouses changes nothing.
	"""
	sales, others = [], defaultdict(float)
	moments: dict[tuple[str, str], datetime] = {}
	rows = _rows(batch, companies)
	customers = _customers({(row.voucher_type, row.voucher_no) for row in rows})
	for row in rows:
		key = (row.voucher_type, row.voucher_no)
		moments[key] = _moment(row)
		if key in customers:
			kind = Kind.DELIVERED if row.qty < 0 else Kind.RETURNED
			sales.append(Movement(kind, abs(row.qty), moments[key], row.voucher_no, customers[key]))
		else:
			others[key] += row.qty
	return sales + [
		Movement(Kind.MADE if qty > 0 else Kind.USED, abs(qty), moments[key], key[1])
		for key, qty in others.items()
		if flt(qty, 6)
	]


def made_in(batch: str) -> str | None:
	"""The warehouse into which a batch first came, by its making or its purchase; None where no document of stock says so."""
	rows = _rows(batch, None)
	customers = _customers({(row.voucher_type, row.voucher_no) for row in rows})
	brought: dict[tuple[str, str], float] = defaultdict(float)
	for row in rows:
		brought[row.voucher_type, row.voucher_no] += row.qty
	first = [
		row
		for row in rows
		if row.qty > 0
		and brought[row.voucher_type, row.voucher_no] > 0
		# what a customer gave back was made before
		and (row.voucher_type, row.voucher_no) not in customers
	]
	return min(first, key=lambda row: (_moment(row), -row.qty)).warehouse if first else None


def stock(batch: str, companies: Collection[str] | None = None) -> list[dict[str, Any]]:
	"""What is left of a batch by warehouse: {"warehouse", "qty"}, the most first; [] where nothing is, or nobody counts."""
	if not is_counted():
		return []
	left = defaultdict(float)
	for row in _rows(batch, companies):
		left[row.warehouse] += row.qty
	found = [{"warehouse": name, "qty": flt(qty, 6)} for name, qty in left.items() if flt(qty, 6)]
	return sorted(found, key=lambda one: (-one["qty"], one["warehouse"] or ""))


def batches_leaving(doc, let_go: Collection[str] = ()) -> dict[str, float]:
	"""{batch: quantity in stock units} of the lines and packed items of a document by which they leave, as far as it says so.

	Of a stock entry only lines that take from a warehouse count. let_go: names of rows, and of their bundles, that are not asked.
	"""
	found: dict[str, float] = defaultdict(float)
	for row in (*(doc.get("items") or []), *(doc.get("packed_items") or [])):
		if row.name in let_go or (row.doctype == "Stock Entry Detail" and not row.s_warehouse):
			continue
		for batch, qty in _of_row(row).items():
			found[batch] += qty
	for batch, qty in _of_bundles(doc, let_go).items():
		found[batch] = max(found[batch], qty)
	return dict(found)


def sold_at_the_till(doc) -> set[str]:
	"""The rows, and their bundles, of an invoice that puts sales of a till together, as far as a submitted one of them has them."""
	if not (doc.get("is_consolidated") and frappe.db.exists("DocType", "POS Invoice")):
		return set()
	bundles = [row.serial_and_batch_bundle for row in doc.get("items") if row.get("serial_and_batch_bundle")]
	# what was sold was asked about at the till, whoever closes it
	sold = frappe.get_all(
		"POS Invoice Item",
		filters={"serial_and_batch_bundle": ("in", bundles or [""]), "docstatus": 1},
		pluck="serial_and_batch_bundle",
		order_by="name",
	)
	return {*sold, *(row.name for row in doc.get("items") if row.get("serial_and_batch_bundle") in sold)}


def taken_out(doc) -> dict[str, float]:
	"""{batch: what a submitted document took out in all, less what it brought in}, by its bundles."""
	# as for its outward bundles
	rows = frappe.db.sql(
		f"""SELECT e.batch_no, SUM(IF(b.type_of_transaction = 'Outward', 1, -1) * ABS(e.qty)) AS qty {_ITS_BUNDLES}
		GROUP BY e.batch_no HAVING qty > 0""",
		{"doctype": doc.doctype, "name": doc.name},
	)
	return {batch: flt(qty) for batch, qty in rows}


def value_taken_out(doc) -> dict[str, float]:
	"""{batch: what a submitted document took out of it in all, in company currency}, by the values of its bundles."""
	# as for its quantities
	rows = frappe.db.sql(
		f"""SELECT e.batch_no, SUM(IF(b.type_of_transaction = 'Outward', 1, -1) * ABS(IFNULL(e.stock_value_difference, 0)))
		{_ITS_BUNDLES} GROUP BY e.batch_no""",
		{"doctype": doc.doctype, "name": doc.name},
	)
	return {batch: flt(value) for batch, value in rows}


def _of_row(row) -> dict[str, float]:
	if bundle := row.get("serial_and_batch_bundle"):
		# the lines of the document that is being submitted
		entries = frappe.get_all(
			"Serial and Batch Entry",
			filters={"parent": bundle, "batch_no": ("is", "set")},
			fields=["batch_no", "qty"],
			order_by="idx",
		)
		if entries:
			return _summed((entry.batch_no, entry.qty) for entry in entries)
	qty = row.get("transfer_qty") or row.get("stock_qty") or row.get("qty")
	return {row.batch_no: abs(flt(qty))} if row.get("batch_no") else {}


def _of_bundles(doc, let_go: Collection[str] = ()) -> dict[str, float]:
	"""Batches that ERPNext chose by itself while it submitted the document: they stand in its bundles only."""
	# the document that is being submitted, by whoever may submit it
	rows = frappe.db.sql(
		f"""SELECT e.batch_no, SUM(ABS(e.qty)) {_ITS_BUNDLES} AND b.type_of_transaction = 'Outward' AND b.name NOT IN %(let_go)s
		GROUP BY e.batch_no""",
		{"doctype": doc.doctype, "name": doc.name, "let_go": tuple(let_go) or ("",)},
	)
	return {batch: flt(qty) for batch, qty in rows}


def _summed(pairs) -> dict[str, float]:
	found: dict[str, float] = defaultdict(float)
	for batch, qty in pairs:
		found[batch] += abs(flt(qty))
	return dict(found)


def _rows(batch: str, companies: Collection[str] | None) -> list[frappe._dict]:
	"""Signed movements by voucher and warehouse; those of other companies left out."""
	if companies is not None and not companies:
		return []
	values = {"batch": batch, "companies": tuple(companies or ())}
	rows = _bundle_rows(values) + (_ledger_rows(values) if is_counted() else [])
	return [frappe._dict(row, qty=flt(row.qty)) for row in rows if flt(row.qty, 6)]


def _bundle_rows(values) -> list[frappe._dict]:
	# What is on a pick list has not moved: the delivery that follows has bundles of its own.
	# Sums over documents of stock, for people who may see a batch's way; the caller says of which companies
	return frappe.db.sql(
		f"""SELECT b.voucher_type, b.voucher_no, COALESCE(e.warehouse, b.warehouse) AS warehouse, b.posting_date,
			b.posting_time, SUM(IF(b.type_of_transaction = 'Outward', -1, 1) * ABS(e.qty)) AS qty
		FROM `tabSerial and Batch Entry` e JOIN `tabSerial and Batch Bundle` b ON b.name = e.parent
		WHERE e.batch_no = %(batch)s AND b.docstatus = 1 AND b.is_cancelled = 0 AND b.voucher_no IS NOT NULL
			AND b.type_of_transaction IN ('Inward', 'Outward') AND b.voucher_type != 'Pick List' {_of_companies("b", values)}
		GROUP BY b.voucher_type, b.voucher_no, COALESCE(e.warehouse, b.warehouse), b.posting_date, b.posting_time""",
		values,
		as_dict=True,
	)


def _ledger_rows(values) -> list[frappe._dict]:
	# as above; rows of the time before bundles
	return frappe.db.sql(
		f"""SELECT s.voucher_type, s.voucher_no, s.warehouse, s.posting_date, s.posting_time, SUM(s.actual_qty) AS qty
		FROM `tabStock Ledger Entry` s
		WHERE s.batch_no = %(batch)s AND s.is_cancelled = 0 AND IFNULL(s.serial_and_batch_bundle, '') = ''
			{_of_companies("s", values)}
		GROUP BY s.voucher_type, s.voucher_no, s.warehouse, s.posting_date, s.posting_time""",
		values,
		as_dict=True,
	)


def _of_companies(table: str, values) -> str:
	return f"AND {table}.company IN %(companies)s" if values["companies"] else ""


def _customers(vouchers) -> dict[tuple[str, str], str]:
	found = {}
	for doctype in SALES:
		names = [name for kind, name in vouchers if kind == doctype]
		if names:
			# who received what is what the question is about
			rows = frappe.get_all(
				doctype, filters={"name": ("in", names)}, fields=["name", "customer"], order_by="name"
			)
			found |= {(doctype, row.name): row.customer or "" for row in rows}
	return found


def _moment(row) -> datetime:
	return get_datetime(row.posting_date) + (row.posting_time or timedelta(0))
