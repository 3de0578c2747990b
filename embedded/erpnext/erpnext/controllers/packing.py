"""Packed items: what really travels when a product bundle is sold."""

import frappe
from frappe.utils import flt


def make_packing_list(doc):
	"""Make the packed items of a transaction from its bundles; rows that still apply keep their batches."""
	kept = {packing_key(row): row for row in doc.packed_items}
	doc.set("packed_items", [])
	for line in doc.items:
		if not line.item_code or not frappe.db.exists(
			"Product Bundle", {"name": line.item_code, "disabled": 0}
		):
			continue
		for component in frappe.get_cached_doc("Product Bundle", line.item_code).items:
			row = doc.append("packed_items", kept.get((line.item_code, component.item_code, line.name)) or {})
			fill_packed_item(row, line, component)


def packing_key(row):
	"""What makes a packed row the same one after an edit."""
	return (row.parent_item, row.item_code, row.parent_detail_docname)


def fill_packed_item(row, line, component):
	"""Copy item, unit, warehouse and quantity of one component of a line's bundle."""
	item = frappe.get_cached_doc("Item", component.item_code)
	row.parent_item = line.item_code
	row.parent_detail_docname = line.name
	row.item_code = component.item_code
	row.item_name = item.item_name
	row.description = component.description or item.description
	row.uom = item.stock_uom
	row.qty = flt(component.qty) * flt(line.qty) * flt(line.conversion_factor or 1)
	row.warehouse = row.warehouse or line.warehouse
