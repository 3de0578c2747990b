import frappe
from frappe import _
from frappe.model.document import Document


class ServiceOpposition(Document):
	"""An address or number whose owner wants no letters that nobody asked for; the name is a digest of it, so nobody is named."""

	def validate(self):
		frappe.throw(
			_("An opposition is noted when its request is answered."),
			frappe.PermissionError,
			title=_("Not Editable"),
		)
