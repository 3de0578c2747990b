"""An audit: wiring only. What it does stands in `services/auditing`."""

from frappe.model.document import Document

from nervion_service.domain.naming import AUDIT
from nervion_service.services.auditing import audits
from nervion_service.services.complaints import records


class ServiceAudit(Document):
	def autoname(self):
		records.number(self, AUDIT)

	def before_insert(self):
		audits.prepare(self)

	def _validate(self):
		# called by Frappe on every save, also where validation is skipped
		super()._validate()
		audits.check(self)

	def after_insert(self):
		audits.tell(self)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)
