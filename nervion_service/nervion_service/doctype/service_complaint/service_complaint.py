"""The complaint: wiring only. What it does stands in `services/complaints`."""

from frappe.model.document import Document

from nervion_service.domain.naming import COMPLAINT
from nervion_service.services.complaints import records


class ServiceComplaint(Document):
	def autoname(self):
		records.number(self, COMPLAINT)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)
