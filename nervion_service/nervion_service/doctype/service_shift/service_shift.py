from frappe.model.document import Document


class ServiceShift(Document):
	pass
