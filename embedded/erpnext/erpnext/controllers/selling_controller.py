"""What a Delivery Note and a Sales Invoice share: defaults, totals, batches and returns.

There is no stock ledger and no general ledger behind the stand-in: quantities and amounts are computed and
checked against each other, never against what lies in a warehouse or an account.
"""

import erpnext
import frappe
from erpnext.controllers.batches import (
	cancel_bundles,
	link_bundles,
	require_batches,
	submit_bundles,
	validate_batches,
)
from erpnext.controllers.packing import make_packing_list
from erpnext.controllers.sales_and_purchase_return import update_returned_qty, validate_return
from erpnext.utilities.transaction_base import TransactionBase
from frappe.contacts.doctype.contact.contact import get_default_contact
from frappe.utils import flt, round_based_on_smallest_currency_fraction

FROM_ITEM = {
	"item_name": "item_name",
	"description": "description",
	"item_group": "item_group",
	"brand": "brand",
}
FROM_CUSTOMER = ("customer_name", "customer_group", "territory")


class SellingController(TransactionBase):
	moves_stock = True

	def validate(self):
		self.validate_posting_time()
		self.set_missing_values()
		self.validate_uom_is_integer("uom", "qty")
		self.validate_uom_is_integer("stock_uom", "stock_qty")
		make_packing_list(self)
		self.calculate_taxes_and_totals()
		validate_return(self)
		validate_batches(self)
		self.set_status()

	def on_update(self):
		link_bundles(self)

	def before_submit(self):
		if self.moves_stock:
			require_batches(self)

	def on_submit(self):
		if self.moves_stock:
			submit_bundles(self)
		self.update_originals()
		self.set_status(update=True)

	def on_cancel(self):
		cancel_bundles(self)
		self.update_originals()
		self.set_status(update=True)

	def update_originals(self):
		"""Tell the documents that this one returns from or invoices."""
		if self.is_return and self.return_against:
			update_returned_qty(self)

	def set_missing_values(self, for_validate=False):
		"""Fill company, currency, customer's details and every line's item details where they are empty."""
		self.company = self.company or erpnext.get_default_company()
		self.currency = self.currency or erpnext.get_company_currency(self.company)
		self.conversion_rate = flt(self.conversion_rate) or 1
		self.set_customer_details()
		for row in self.items:
			self.set_item_details(row)

	def set_customer_details(self):
		"""Copy name, group, territory and the default contact of the customer."""
		if not self.customer:
			return
		details = frappe.db.get_value("Customer", self.customer, FROM_CUSTOMER, as_dict=True) or {}
		for fieldname, value in details.items():
			self.set(fieldname, self.get(fieldname) or value)
		self.contact_person = self.contact_person or get_default_contact("Customer", self.customer)
		if self.contact_person and not self.contact_display:
			self.set_contact_details()

	def set_contact_details(self):
		"""Copy how the contact is called and reached."""
		contact = frappe.get_doc("Contact", self.contact_person)
		self.contact_display = " ".join(filter(None, (contact.first_name, contact.last_name)))
		self.contact_email = contact.email_id
		self.contact_mobile = contact.mobile_no

	def set_item_details(self, row):
		"""Copy the item's texts and units to a line, and its warehouse from the document."""
		if not row.item_code:
			return
		item = frappe.get_cached_doc("Item", row.item_code)
		for target, source in FROM_ITEM.items():
			row.set(target, row.get(target) or item.get(source))
		row.stock_uom = item.stock_uom
		row.uom = row.uom or item.stock_uom
		row.conversion_factor = flt(row.conversion_factor) or 1
		row.rate = row.rate if row.rate is not None else item.standard_rate
		row.warehouse = row.warehouse or self.set_warehouse or default_warehouse(self.company)

	def calculate_taxes_and_totals(self):
		"""Amounts of every line and totals of the document; the stand-in knows no taxes."""
		for row in self.items:
			self.calculate_row(row)
		rate = flt(self.conversion_rate)
		self.total_qty = sum(flt(row.qty) for row in self.items)
		total = flt(sum(row.amount for row in self.items), 2)
		self.total = self.net_total = self.grand_total = total
		self.base_total = self.base_net_total = self.base_grand_total = flt(total * rate, 2)
		self.rounded_total = self.base_rounded_total = 0
		if not self.disable_rounded_total:
			self.rounded_total = round_based_on_smallest_currency_fraction(total, self.currency, 2)
			self.base_rounded_total = flt(self.rounded_total * rate, 2)

	def calculate_row(self, row):
		"""Quantity in the stock unit and amounts of a line, in both currencies."""
		row.stock_qty = flt(row.qty) * flt(row.conversion_factor)
		row.amount = row.net_amount = flt(flt(row.qty) * flt(row.rate), 2)
		row.net_rate = row.rate
		row.base_rate = flt(row.rate) * flt(self.conversion_rate)
		row.base_amount = flt(row.amount * flt(self.conversion_rate), 2)


def default_warehouse(company):
	"""The company's store for outgoing goods: its first warehouse that is not a group."""
	return frappe.db.get_value(
		"Warehouse", {"company": company, "is_group": 0, "disabled": 0}, "name", order_by="lft asc"
	)
