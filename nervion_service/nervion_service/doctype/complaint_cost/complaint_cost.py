"""A row of the ledger of what poor quality costs: wiring only."""

from frappe.model.document import Document

from nervion_service.services.complaints import records
from nervion_service.services.remedies import costs


class ComplaintCost(Document):
	def validate(self):
		costs.check(self)

	def on_trash(self):
		records.refuse_deletion(self)
