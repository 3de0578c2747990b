from frappe.model.document import Document


class ServiceReportReader(Document):
	pass
