"""Where else the same cause was looked for."""

from frappe.model.document import Document


class SimilarCase(Document):
	pass
