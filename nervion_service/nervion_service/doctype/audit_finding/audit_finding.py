from frappe.model.document import Document


class AuditFinding(Document):
	pass
