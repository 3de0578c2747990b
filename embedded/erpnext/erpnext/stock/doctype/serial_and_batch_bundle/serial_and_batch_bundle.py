import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class SerialandBatchBundle(Document):
	"""The batches of one line of a transaction, when there may be several."""

	def validate(self):
		"""Batches belong to the item; what goes out counts below zero."""
		self.validate_batches()
		outward = self.type_of_transaction == "Outward"
		for entry in self.entries:
			entry.qty = -abs(flt(entry.qty)) if outward else abs(flt(entry.qty))
			entry.is_outward = int(outward)
			entry.warehouse = self.warehouse
		self.total_qty = sum(entry.qty for entry in self.entries)

	def validate_batches(self):
		"""Throw when an entry names no batch, or the batch of another item."""
		for entry in self.entries:
			if not entry.batch_no:
				frappe.throw(_("Row {0}: name the batch.").format(entry.idx))
			if frappe.db.get_value("Batch", entry.batch_no, "item") != self.item_code:
				frappe.throw(
					_("Row {0}: batch {1} is not of item {2}.").format(
						entry.idx, entry.batch_no, self.item_code
					)
				)

	def on_cancel(self):
		self.db_set("is_cancelled", 1)
