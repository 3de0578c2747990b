from frappe.model.document import Document


class SerialandBatchEntry(Document):
	"""A batch of a bundle, with its signed quantity."""
