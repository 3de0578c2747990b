import frappe
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from erpnext.controllers.selling_controller import SellingController
from frappe.utils import flt, getdate


class SalesInvoice(SellingController):
	@property
	def moves_stock(self):
		return bool(self.update_stock)

	def validate(self):
		self.due_date = self.due_date or self.posting_date
		super().validate()

	def calculate_taxes_and_totals(self):
		"""Totals, and what remains to be paid: nothing at the counter, everything else otherwise."""
		super().calculate_taxes_and_totals()
		payable = flt(self.rounded_total) or flt(self.grand_total)
		self.paid_amount = payable if self.is_pos else 0
		self.base_paid_amount = flt(self.paid_amount * flt(self.conversion_rate), 2)
		self.outstanding_amount = payable - self.paid_amount

	def update_originals(self):
		super().update_originals()
		for name in {row.delivery_note for row in self.items if row.delivery_note}:
			frappe.get_doc("Delivery Note", name).update_billing()

	def set_status(self, update=False, status=None):
		"""Derive the status from docstatus, what is outstanding and returns; `update` also stores it."""
		self.status = status or self.derive_status()
		if update:
			self.db_set("status", self.status)

	def derive_status(self):
		"""One of ERPNext's statuses; partial payments do not exist here."""
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus == 2 else "Draft"
		if flt(self.outstanding_amount) > 0:
			return "Overdue" if getdate(self.due_date) < getdate() else "Unpaid"
		if self.is_return:
			return "Return"
		credited = frappe.db.exists(
			"Sales Invoice", {"return_against": self.name, "is_return": 1, "docstatus": 1}
		)
		return "Credit Note Issued" if credited else "Paid"


@frappe.whitelist()
def make_sales_return(source_name, target_doc=None):
	"""An unsaved credit note of a submitted invoice."""
	frappe.has_permission("Sales Invoice", "read", source_name, throw=True)
	return make_return_doc("Sales Invoice", source_name, target_doc)
