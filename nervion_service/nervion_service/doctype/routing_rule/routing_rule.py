from frappe.model.document import Document


class RoutingRule(Document):
	pass
