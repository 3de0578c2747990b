from frappe.model.document import Document


class ServiceDeputy(Document):
	pass
