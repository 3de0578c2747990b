"""A kind of evidence that a complaint may need (G5)."""

from frappe.model.document import Document


class EvidenceKind(Document):
	pass
