import frappe
from frappe import _
from frappe.model.document import Document


class ServiceRetry(Document):
	"""Work of the system's own that failed and is tried again: how often, when next, and why it failed last."""

	def validate(self):
		if not self.is_new():
			frappe.throw(
				_("Retries are written by the system. Mend what the last error names, and choose Try Again."),
				frappe.PermissionError,
				title=_("Not Editable"),
			)


def on_doctype_update():
	# one row a piece of work: two passes that fail at once count on the same one
	frappe.db.add_unique("Service Retry", ["document_type", "document_name", "task"], "one_retry_per_task")
