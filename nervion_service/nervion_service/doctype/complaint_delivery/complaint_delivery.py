"""A delivery note or invoice that a complaint is about."""

from frappe.model.document import Document


class ComplaintDelivery(Document):
	pass
