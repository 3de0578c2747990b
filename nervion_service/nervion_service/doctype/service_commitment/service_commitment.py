from frappe.model.document import Document


class ServiceCommitment(Document):
	pass
