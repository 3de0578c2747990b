"""That the alarm about a batch rang: one row a batch, so that it rings once."""

from frappe.model.document import Document

from nervion_service.services.complaints import records


class ServiceBatchAlert(Document):
	def on_trash(self):
		records.refuse_deletion(self)
