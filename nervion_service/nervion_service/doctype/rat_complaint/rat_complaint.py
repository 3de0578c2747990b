from frappe.model.document import Document


class RATComplaint(Document):
	pass
