import frappe
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from erpnext.controllers.selling_controller import SellingController
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt


class DeliveryNote(SellingController):
	def set_status(self, update=False, status=None):
		"""Derive the status from docstatus, returns and invoices; `update` also stores it."""
		self.status = status or self.derive_status()
		if update:
			self.db_set("status", self.status)

	def derive_status(self):
		"""Draft, To Bill, Completed, Return Issued or Cancelled; a closed note stays closed."""
		if self.docstatus == 2:
			return "Cancelled"
		if self.docstatus == 0:
			return "Draft"
		if self.status == "Closed":
			return "Closed"
		if flt(self.per_billed) >= 100:
			return "Completed"
		return "Return Issued" if flt(self.per_returned) >= 100 else "To Bill"

	def update_billing(self):
		"""Recount what submitted invoices bill per line, and the share of the whole."""
		for row in self.items:
			row.db_set("billed_amt", billed_amount(row.name), update_modified=False)
		total = sum(abs(flt(row.amount)) for row in self.items)
		billed = sum(min(abs(flt(row.billed_amt)), abs(flt(row.amount))) for row in self.items)
		self.db_set("per_billed", flt(billed / total * 100, 2) if total else 0)
		self.set_status(update=True)


def billed_amount(line):
	"""Amount that submitted invoices bill for a line of a delivery note."""
	# get_all: what was billed counts, whoever of the team did it
	rows = frappe.get_all(
		"Sales Invoice Item", filters={"dn_detail": line, "docstatus": 1}, pluck="amount", order_by="creation"
	)
	return sum(map(flt, rows))


@frappe.whitelist()
def make_sales_return(source_name, target_doc=None):
	"""An unsaved return of a submitted delivery note."""
	frappe.has_permission("Delivery Note", "read", source_name, throw=True)
	return make_return_doc("Delivery Note", source_name, target_doc)


@frappe.whitelist()
def make_sales_invoice(source_name, target_doc=None):
	"""An unsaved invoice for a submitted delivery note."""
	frappe.has_permission("Delivery Note", "read", source_name, throw=True)
	tables = {
		"Delivery Note": {"doctype": "Sales Invoice", "validation": {"docstatus": ["=", 1]}},
		"Delivery Note Item": {
			"doctype": "Sales Invoice Item",
			"field_map": {
				"name": "dn_detail",
				"parent": "delivery_note",
				"against_sales_order": "sales_order",
			},
		},
	}
	return get_mapped_doc("Delivery Note", source_name, tables, target_doc)
