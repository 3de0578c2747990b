from frappe.model.document import Document

from nervion_service.services import reconciliation


class ChannelGapExplanation(Document):
	"""Why a channel's arrivals and its folios differ on a day, and who says so (K13)."""

	def validate(self):
		reconciliation.validate_explanation(self)
