"""A remedy of a complaint: wiring only. What it does stands in `services/remedies`."""

from frappe.model.document import Document

from nervion_service.domain.naming import REMEDY
from nervion_service.services.complaints import records
from nervion_service.services.remedies import ledger, promising


class ComplaintRemedy(Document):
	def autoname(self):
		records.number(self, REMEDY)

	def validate(self):
		promising.check(self)

	def after_insert(self):
		ledger.promised(self)

	def on_update(self):
		ledger.saved(self)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)
