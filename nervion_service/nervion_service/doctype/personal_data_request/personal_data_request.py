"""What a person asks about their personal data: wiring only. The rules stand in `services.personal_data_requests`."""

from frappe.model.document import Document

from nervion_service.services import personal_data_requests


class PersonalDataRequest(Document):
	def validate(self):
		personal_data_requests.check(self)

	def after_insert(self):
		personal_data_requests.register(self)

	def on_trash(self):
		personal_data_requests.refuse_deletion(self)
