from frappe.model.document import Document


class ServiceFolio(Document):
	pass
