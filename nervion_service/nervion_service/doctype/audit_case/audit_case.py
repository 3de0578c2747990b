from frappe.model.document import Document


class AuditCase(Document):
	pass
