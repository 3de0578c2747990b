"""Returns: a document with negative quantities against one that was submitted."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt, get_datetime

# the field of a returned line that names the line it returns
LINE_REFERENCE = {"Delivery Note": "dn_detail", "Sales Invoice": "sales_invoice_item"}


class StockOverReturnError(frappe.ValidationError):
	"""More comes back than went out."""


def validate_return(doc):
	"""Throw when a return holds what its original does not, or more of it, or was posted before it."""
	if not (doc.is_return and doc.return_against):
		return
	original = frappe.get_doc(doc.doctype, doc.return_against)
	if posting_moment(doc) < posting_moment(original):
		frappe.throw(_("A return cannot be posted before {0}.").format(original.name))
	validate_returned_items(doc, original)


def posting_moment(doc):
	"""When the document was posted, as a datetime."""
	return get_datetime(f"{doc.posting_date} {doc.posting_time or '00:00:00'}")


def validate_returned_items(doc, original):
	"""Throw on an item that the original lacks, and StockOverReturnError on too much of one."""
	delivered = quantities(original)
	returned = returned_quantities(doc)
	for row in doc.items:
		if row.item_code not in delivered:
			frappe.throw(_("Row {0}: item {1} is not in {2}.").format(row.idx, row.item_code, original.name))
		returned[row.item_code] -= flt(row.stock_qty)
		if returned[row.item_code] > delivered[row.item_code]:
			frappe.throw(
				_("Row {0}: of item {1} only {2} can still be returned.").format(
					row.idx,
					row.item_code,
					delivered[row.item_code] - returned[row.item_code] - flt(row.stock_qty),
				),
				StockOverReturnError,
			)


def quantities(doc):
	"""Quantity in the stock unit per item of a document."""
	totals = defaultdict(float)
	for row in doc.items:
		totals[row.item_code] += flt(row.stock_qty)
	return totals


def returned_quantities(doc):
	"""Quantity per item that other submitted returns against the same original brought back already."""
	totals = defaultdict(float)
	for name in submitted_returns(doc):
		if name != doc.name:
			for item, quantity in quantities(frappe.get_doc(doc.doctype, name)).items():
				totals[item] -= quantity
	return totals


def submitted_returns(doc):
	"""Names of the submitted returns against the original of `doc`."""
	# get_all: what came back counts, whoever of the team recorded it
	return frappe.get_all(
		doc.doctype,
		filters={"return_against": doc.return_against, "is_return": 1, "docstatus": 1},
		pluck="name",
		order_by="creation",
	)


def update_returned_qty(doc):
	"""Recount what came back on the lines of the original, and let it derive its status."""
	original = frappe.get_doc(doc.doctype, doc.return_against)
	if not original.meta.has_field("per_returned"):
		original.set_status(update=True)
		return
	back = returned_per_line(doc)
	for row in original.items:
		row.db_set("returned_qty", back[row.name], update_modified=False)
	delivered = sum(flt(row.stock_qty) for row in original.items)
	share = sum(min(back[row.name], flt(row.stock_qty)) for row in original.items) / delivered * 100
	original.db_set("per_returned", flt(share, 2))
	original.set_status(update=True)


def returned_per_line(doc):
	"""Quantity that came back per line of the original of `doc`, over all submitted returns."""
	totals = defaultdict(float)
	for name in submitted_returns(doc):
		for row in frappe.get_doc(doc.doctype, name).items:
			totals[row.get(LINE_REFERENCE[doc.doctype])] -= flt(row.stock_qty)
	return totals


def make_return_doc(doctype, source_name, target_doc=None):
	"""An unsaved return of everything in a submitted document; lines that came back already are left out."""
	reference = LINE_REFERENCE[doctype]
	returned = returned_per_line(frappe._dict(doctype=doctype, return_against=source_name, name=None))

	def negate(source, target, source_parent):
		target.qty = returned[source.name] / flt(source.conversion_factor or 1) - flt(source.qty)
		target.set(reference, source.name)

	def mark(source, target):
		target.is_return = 1
		target.return_against = source.name
		target.run_method("calculate_taxes_and_totals")

	tables = {
		doctype: {"doctype": doctype, "validation": {"docstatus": ["=", 1]}},
		f"{doctype} Item": {
			"doctype": f"{doctype} Item",
			"postprocess": negate,
			"condition": lambda row: flt(row.stock_qty) > returned[row.name],
		},
	}
	return get_mapped_doc(doctype, source_name, tables, target_doc, mark)
