import frappe
from frappe import _
from frappe.model.document import Document


class ServiceAccessToken(Document):
	"""One link that opens one document to whoever holds it (X5); only the hash of its secret is kept."""

	def validate(self):
		frappe.throw(
			_("Links are given and taken back by the system. Use the actions of the document instead."),
			frappe.PermissionError,
			title=_("Not Editable"),
		)


def on_doctype_update():
	frappe.db.add_unique("Service Access Token", ["token_hash"], "one_row_per_token")
	frappe.db.add_index("Service Access Token", ["reference_doctype", "reference_name"], "tokens_of_document")
	frappe.db.add_index("Service Access Token", ["expires_at"], "tokens_by_age")
