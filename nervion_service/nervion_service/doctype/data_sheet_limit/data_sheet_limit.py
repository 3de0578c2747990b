from frappe.model.document import Document


class DataSheetLimit(Document):
	pass
