"""One cell of the matrix: severity and urgency give the priority (I1, D10)."""

from frappe.model.document import Document


class SeverityTerm(Document):
	pass
