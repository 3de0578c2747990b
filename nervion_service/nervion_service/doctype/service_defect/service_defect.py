"""A defect that customers report, and the evidence it needs (G5)."""

from frappe.model.document import Document


class ServiceDefect(Document):
	pass
