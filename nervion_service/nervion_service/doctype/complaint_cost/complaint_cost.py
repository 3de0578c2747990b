"""A row of the ledger of what poor quality costs: wiring only."""

import frappe
from frappe.model.document import Document

from nervion_service.services.complaints import records
from nervion_service.services.remedies import costs


class ComplaintCost(Document):
	def validate(self):
		costs.check(self)

	def on_trash(self):
		records.refuse_deletion(self)


def on_doctype_update():
	"""A row is taken back once, whoever presses at the same moment."""
	frappe.db.add_unique("Complaint Cost", ["reversal_of"], constraint_name="one_reversal")
