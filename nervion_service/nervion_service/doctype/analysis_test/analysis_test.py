from frappe.model.document import Document


class AnalysisTest(Document):
	pass
