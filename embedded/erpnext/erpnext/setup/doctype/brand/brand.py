from frappe.model.document import Document


class Brand(Document):
	"""A name to choose from; nothing to compute."""
