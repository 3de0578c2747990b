from frappe.model.document import Document


class PortalUser(Document):
	"""A user who sees a customer's documents on the portal."""
