"""What one customer who received a held batch was told, and what came of it."""

from frappe.model.document import Document


class BatchNotice(Document):
	pass
