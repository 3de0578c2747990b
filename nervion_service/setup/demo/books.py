"""Documents of the books behind the demo's complaints: goods received and delivered, what made them good again.

Masters are looked up, never named: a site's wizard may have written them in any language. Where nobody keeps stock, nothing is received.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import frappe
from frappe.utils import getdate

NOTE, INVOICE, RECEIPT = "Delivery Note", "Sales Invoice", "Stock Entry"
# goods that replace others are of a batch of which nobody complained
SPARE = "R-{item}"
SPARE_QTY = 2_000
_MAKERS = {
	NOTE: "erpnext.stock.doctype.delivery_note.delivery_note",
	INVOICE: "erpnext.accounts.doctype.sales_invoice.sales_invoice",
}


def receive(lots: Iterable[dict], company: str, day: date) -> None:
	"""Make the batches that are not there yet and receive them in one document: {"item", "batch", "qty", "made", "cost"} each."""
	new = [lot for lot in lots if not frappe.db.exists("Batch", lot["batch"])]
	for lot in new:
		values = {"batch_id": lot["batch"], "item": lot["item"], "manufacturing_date": lot["made"]}
		frappe.get_doc({"doctype": "Batch", **values}).insert()
	if new and frappe.db.exists("DocType", RECEIPT):
		open_books(company, day)
		rows = [_received(lot, company) for lot in new]
		_submitted(
			{
				"doctype": RECEIPT,
				"stock_entry_type": frappe.db.get_value("Stock Entry Type", {"purpose": "Material Receipt"}),
				"purpose": "Material Receipt",
				"company": company,
				**_on(day),
				"items": rows,
			}
		)


def deliver(customer: str, company: str, day: date, item: str, batch: str, qty: float, rate: float):
	"""A delivery note of one batch, submitted on that day; returns it."""
	open_books(company, day)
	row = {"item_code": item, "qty": qty, "rate": rate, "warehouse": warehouse(company)}
	row |= {"batch_no": batch, "use_serial_batch_fields": 1}
	return _submitted({"doctype": NOTE, "customer": customer, "company": company, **_on(day), "items": [row]})


def delivered(customer: str, batch: str) -> str | None:
	"""The delivery note by which a customer received a batch."""
	# the demo's own deliveries
	notes = frappe.get_all(f"{NOTE} Item", {"batch_no": batch, "docstatus": 1}, pluck="parent")
	wanted = {"name": ("in", notes or [""]), "customer": customer, "is_return": 0}
	return frappe.db.get_value(NOTE, wanted, "name", order_by="creation")


def credit(delivery: str, day: date, qty: float):
	"""The invoice of a delivery, and a credit note of so much of it, both of that day; returns the credit note."""
	invoice = _mapped(NOTE, "make_sales_invoice", delivery)
	invoice.update(_on(day))
	invoice.insert().submit()
	return _returned(INVOICE, invoice.name, day, qty)


def take_back(delivery: str, day: date, qty: float):
	"""What came back of a delivery, so much of it, on that day; returns the return."""
	return _returned(NOTE, delivery, day, qty)


def warehouse(company: str) -> str | None:
	"""The first warehouse of the company that holds stock."""
	wanted = {"company": company, "is_group": 0, "disabled": 0}
	return frappe.db.get_value("Warehouse", wanted, "name", order_by="lft")


def open_books(company: str, day: date) -> None:
	"""Make the fiscal year of that day and a price list to sell by, where the site keeps books and lacks them."""
	if not frappe.db.exists("DocType", "Fiscal Year"):
		return
	if not frappe.db.exists("Fiscal Year", {"year_start_date": ("<=", day), "year_end_date": (">=", day)}):
		year = {
			"year": str(day.year),
			"year_start_date": f"{day.year}-01-01",
			"year_end_date": f"{day.year}-12-31",
		}
		frappe.get_doc({"doctype": "Fiscal Year", **year}).insert()
	if not frappe.db.exists("Price List", {"selling": 1, "enabled": 1}):
		currency = frappe.get_cached_value("Company", company, "default_currency")
		values = {"price_list_name": company, "selling": 1, "currency": currency}
		frappe.get_doc({"doctype": "Price List", **values}).insert()


def _received(lot: dict, company: str) -> dict:
	return {
		"item_code": lot["item"],
		"qty": lot["qty"],
		"t_warehouse": warehouse(company),
		"basic_rate": lot["cost"],
		"conversion_factor": 1,
		"batch_no": lot["batch"],
		"use_serial_batch_fields": 1,
	}


def _returned(doctype: str, name: str, day: date, qty: float):
	doc = _mapped(doctype, "make_sales_return", name)
	for row in doc.items:
		row.qty = -qty
	doc.update(_on(day))
	doc.insert()
	return _submitted(doc)


def _mapped(doctype: str, function: str, name: str):
	return frappe.get_attr(f"{_MAKERS[doctype]}.{function}")(name)


def _submitted(values):
	doc = frappe.get_doc(values).insert() if isinstance(values, dict) else values
	# read again first, as a form does: ERPNext settles while loading what a return will update
	doc = frappe.get_doc(doc.doctype, doc.name)
	doc.submit()
	return doc


def _on(day: date) -> dict:
	day = getdate(day)
	return {
		"set_posting_time": 1,
		"posting_date": day,
		"posting_time": "08:00:00",
		"due_date": day + timedelta(days=30),
	}
