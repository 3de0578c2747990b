"""A product or batch that a complaint is about: what was delivered, claimed and accepted (K2)."""

from frappe.model.document import Document


class ComplaintLine(Document):
	pass
