from frappe.model.document import Document


class ApplicationDeviation(Document):
	pass
