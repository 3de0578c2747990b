"""What a person asks about their personal data: wiring only. The rules stand in `services.personal_data_checks`."""

from frappe.model.document import Document

from nervion_service.services import personal_data_checks


class PersonalDataRequest(Document):
	def validate(self):
		personal_data_checks.check(self)

	def after_insert(self):
		personal_data_checks.register(self)

	def on_trash(self):
		personal_data_checks.refuse_deletion(self)
