from frappe.model.document import Document


class SampleCustody(Document):
	pass
