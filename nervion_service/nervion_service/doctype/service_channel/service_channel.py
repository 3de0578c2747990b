from frappe.model.document import Document


class ServiceChannel(Document):
	pass
