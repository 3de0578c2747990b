from frappe.model.document import Document


class RATSampleLink(Document):
	pass
