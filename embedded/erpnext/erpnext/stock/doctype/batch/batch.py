import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.utils import add_days


class Batch(Document):
	def autoname(self):
		"""The number on the can; made up only where the item says so."""
		if not self.batch_id:
			self.batch_id = self.new_batch_id()
		self.name = self.batch_id

	def new_batch_id(self):
		"""A number from the item's series, or a random one; MandatoryError if the item has people type it."""
		item = self.get_item("create_new_batch", "batch_number_series")
		if not item.create_new_batch:
			frappe.throw(_("Batch ID is mandatory"), frappe.MandatoryError)
		if item.batch_number_series:
			return make_autoname(item.batch_number_series, doc=self)
		return frappe.generate_hash(length=7).upper()

	def validate(self):
		"""The item is kept in batches; the expiry date follows from its shelf life."""
		item = self.get_item("has_batch_no", "has_expiry_date", "shelf_life_in_days")
		if not item.has_batch_no:
			frappe.throw(_("Item {0} is not kept in batches.").format(self.item))
		if self.expiry_date or not item.has_expiry_date:
			return
		if not (item.shelf_life_in_days and self.manufacturing_date):
			frappe.throw(_("Batch {0} needs an expiry date.").format(self.batch_id))
		self.expiry_date = add_days(self.manufacturing_date, item.shelf_life_in_days)

	def get_item(self, *fields):
		"""Values of the batch's item, as a dict; empty when there is no such item."""
		return frappe.db.get_value("Item", self.item, fields, as_dict=True) or frappe._dict()
