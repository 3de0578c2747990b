from frappe.model.document import Document


class Holiday(Document):
	"""A day of a Holiday List."""
