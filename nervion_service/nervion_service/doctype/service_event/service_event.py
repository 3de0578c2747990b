from frappe.model.document import Document


class ServiceEvent(Document):
	pass
