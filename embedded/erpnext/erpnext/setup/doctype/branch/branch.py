from frappe.model.document import Document


class Branch(Document):
	"""A name to choose from; nothing to compute."""
