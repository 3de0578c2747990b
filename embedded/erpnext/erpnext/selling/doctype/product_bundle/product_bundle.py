import frappe
from frappe import _
from frappe.model.document import Document


class ProductBundle(Document):
	"""An item that is sold as one and leaves the warehouse as several."""

	def autoname(self):
		self.name = self.new_item_code

	def validate(self):
		"""The bundle itself is not kept in stock, and bundles do not nest."""
		if frappe.db.get_value("Item", self.new_item_code, "is_stock_item"):
			frappe.throw(_("Item {0} is kept in stock, so it cannot be a bundle.").format(self.new_item_code))
		for row in self.items:
			if frappe.db.exists("Product Bundle", {"name": row.item_code, "disabled": 0}):
				frappe.throw(_("Row {0}: item {1} is a bundle itself.").format(row.idx, row.item_code))
