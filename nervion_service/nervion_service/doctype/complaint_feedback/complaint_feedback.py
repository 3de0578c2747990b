"""What an area was told about a complaint, and who acknowledged it (G11, G18)."""

from frappe.model.document import Document


class ComplaintFeedback(Document):
	pass
