"""Evidence that a defect needs, and how many files of it."""

from frappe.model.document import Document


class DefectEvidence(Document):
	pass
