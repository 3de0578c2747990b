"""Settings of complaints; shipped values are assumptions to confirm (D10, D11)."""

from frappe.model.document import Document

from nervion_service.services.exports import packages


class ComplaintSettings(Document):
	def validate(self):
		packages.keep_secret(self)
