from frappe.model.document import Document


class CommitmentPolicy(Document):
	pass
