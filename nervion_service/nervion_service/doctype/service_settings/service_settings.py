from frappe.model.document import Document


class ServiceSettings(Document):
	pass
