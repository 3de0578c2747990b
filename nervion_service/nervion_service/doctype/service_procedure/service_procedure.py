from frappe.model.document import Document


class ServiceProcedure(Document):
	pass
