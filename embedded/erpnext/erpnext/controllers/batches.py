"""Batches of a transaction's lines: one named on the line itself, or several in a bundle."""

import frappe
from erpnext.controllers.sales_and_purchase_return import LINE_REFERENCE
from frappe import _
from frappe.utils import flt


def rows_with_stock(doc):
	"""Lines and packed items that move stock, in order."""
	return [row for row in (*doc.items, *doc.packed_items) if row.item_code]


def validate_batches(doc):
	"""Throw when a line names the batch of another item."""
	for row in rows_with_stock(doc):
		if row.batch_no and frappe.db.get_value("Batch", row.batch_no, "item") != row.item_code:
			frappe.throw(
				_("Row {0}: batch {1} is not of item {2}.").format(row.idx, row.batch_no, row.item_code)
			)


def link_bundles(doc):
	"""Write the voucher into bundles that were made ahead of it."""
	for row in rows_with_stock(doc):
		if row.serial_and_batch_bundle:
			values = {"voucher_no": doc.name, "voucher_detail_no": row.name}
			frappe.db.set_value("Serial and Batch Bundle", row.serial_and_batch_bundle, values)


def submit_bundles(doc):
	"""Give every line with a batch its bundle, and submit all of them with the document."""
	for row in rows_with_stock(doc):
		entries = bundle_entries(doc, row)
		if entries and not row.serial_and_batch_bundle:
			row.db_set("serial_and_batch_bundle", make_bundle(doc, row, entries))
		submit_bundle(row)


def bundle_entries(doc, row):
	"""Batches and quantities of a line: those it returns, else the one it names, else none."""
	if original := original_bundle(doc, row):
		return take(original, line_quantity(row))
	if row.batch_no:
		return [{"batch_no": row.batch_no, "qty": line_quantity(row)}]
	return []


def line_quantity(row):
	"""Quantity of a line in the stock unit, without its sign."""
	return abs(flt(row.get("stock_qty") or row.qty))


def original_bundle(doc, row):
	"""The bundle of the line that `row` brings back; None where there is none."""
	if not (doc.is_return and doc.return_against):
		return None
	name = original_bundle_name(doc, row)
	return frappe.get_doc("Serial and Batch Bundle", name) if name else None


def original_bundle_name(doc, row):
	"""Name of that bundle: a line names the one it returns, a packed item is found by what it is part of."""
	if row.doctype != "Packed Item":
		line = row.get(LINE_REFERENCE[doc.doctype])
		return line and frappe.db.get_value(row.doctype, line, "serial_and_batch_bundle")
	same = {"parent": doc.return_against, "parent_item": row.parent_item, "item_code": row.item_code}
	return frappe.db.get_value("Packed Item", same, "serial_and_batch_bundle")


def take(bundle, quantity):
	"""Batches of a bundle, in order, until `quantity` is reached."""
	entries = []
	for entry in bundle.entries:
		part = min(abs(flt(entry.qty)), quantity)
		if part > 0:
			entries.append({"batch_no": entry.batch_no, "qty": part})
			quantity -= part
	return entries


def require_batches(doc):
	"""Throw when an item that is kept in batches is about to leave, or come back, without one."""
	for row in rows_with_stock(doc):
		if row.serial_and_batch_bundle or bundle_entries(doc, row):
			continue
		if frappe.get_cached_value("Item", row.item_code, "has_batch_no"):
			frappe.throw(
				_("Row {0}: item {1} is kept in batches; name the batch.").format(row.idx, row.item_code),
				frappe.MandatoryError,
			)


def make_bundle(doc, row, entries):
	"""Insert the bundle of a line; returns its name."""
	bundle = frappe.get_doc(
		{
			"doctype": "Serial and Batch Bundle",
			"company": doc.company,
			"item_code": row.item_code,
			"warehouse": row.warehouse,
			"type_of_transaction": "Outward" if flt(row.qty) > 0 else "Inward",
			"voucher_type": doc.doctype,
			"voucher_no": doc.name,
			"voucher_detail_no": row.name,
			"posting_date": doc.posting_date,
			"posting_time": doc.posting_time,
			"entries": entries,
		}
	)
	# a bundle is part of its transaction: whoever may submit that one may have it made
	return bundle.insert(ignore_permissions=True).name


def submit_bundle(row):
	"""Submit the bundle of a line, after checking that it holds the line's quantity."""
	if not row.serial_and_batch_bundle:
		return
	bundle = frappe.get_doc("Serial and Batch Bundle", row.serial_and_batch_bundle)
	quantity = line_quantity(row)
	if abs(bundle.total_qty) != quantity:
		frappe.throw(
			_("Row {0}: the batches hold {1}, the line {2}.").format(row.idx, abs(bundle.total_qty), quantity)
		)
	if bundle.docstatus.is_draft():
		# part of the transaction that is being submitted, as above
		bundle.flags.ignore_permissions = True
		bundle.submit()


def cancel_bundles(doc):
	"""Cancel the bundles with their document."""
	doc.ignore_linked_doctypes = ("Serial and Batch Bundle",)
	for row in rows_with_stock(doc):
		if not row.serial_and_batch_bundle:
			continue
		bundle = frappe.get_doc("Serial and Batch Bundle", row.serial_and_batch_bundle)
		if bundle.docstatus.is_submitted():
			bundle.flags.ignore_permissions = bundle.flags.ignore_links = True
			bundle.cancel()
