"""One piece of evidence of a complaint or a visit, or why that kind does not apply (G5)."""

from frappe.model.document import Document


class ServiceEvidence(Document):
	pass
