import frappe
from frappe import _
from frappe.model.document import Document


class ServiceEvent(Document):
	"""One line of a case's history (X11). Written once by services.events; nobody changes or deletes it."""

	def validate(self):
		if not self.is_new():
			self._refuse()

	def on_trash(self):
		self._refuse()

	def _refuse(self):
		frappe.throw(
			_(
				"The history of a case cannot be changed or deleted. Record what happened as a new step instead."
			),
			frappe.PermissionError,
			title=_("History Is Kept"),
		)


def on_doctype_update():
	frappe.db.add_index("Service Event", ["case_type", "case_name", "happened_at"], "case_history")
	frappe.db.add_index("Service Event", ["happened_at", "company"], "happened_company")
