"""Settings of complaints; shipped values are assumptions to confirm (D10, D11)."""

from frappe.model.document import Document


class ComplaintSettings(Document):
	pass
