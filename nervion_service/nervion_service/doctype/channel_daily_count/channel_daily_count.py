from frappe.model.document import Document

from nervion_service.services import reconciliation


class ChannelDailyCount(Document):
	"""How many came in by a channel on a day, where nothing but a person or an exchange knows it (K13)."""

	def validate(self):
		reconciliation.validate_count(self)
