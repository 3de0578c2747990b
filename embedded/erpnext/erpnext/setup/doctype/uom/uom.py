from frappe.model.document import Document


class UOM(Document):
	"""A name to choose from; nothing to compute."""
