import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint


class Item(Document):
	def validate(self):
		"""Fill name and description; batches and serial numbers are for items kept in stock."""
		self.item_code = self.item_code.strip()
		self.item_name = self.item_name or self.item_code
		self.description = self.description or self.item_name
		if (cint(self.has_batch_no) or cint(self.has_serial_no)) and not cint(self.is_stock_item):
			frappe.throw(_("Item {0} is not kept in stock, so it has no batches.").format(self.item_code))
