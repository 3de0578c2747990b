from frappe.model.document import Document


class CommitmentStep(Document):
	pass
