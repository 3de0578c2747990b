"""What becomes of some of a held batch."""

from frappe.model.document import Document


class BatchDisposition(Document):
	pass
