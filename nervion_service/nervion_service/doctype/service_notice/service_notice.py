import frappe
from frappe import _
from frappe.model.document import Document


class ServiceNotice(Document):
	"""The outbox: one row per step that fell due (recipient empty), and one per person who hears of it."""

	def validate(self):
		if not self.is_new():
			frappe.throw(
				_("Notices are written by the system. Change the steps of the promise instead."),
				frappe.PermissionError,
				title=_("Not Editable"),
			)


def on_doctype_update():
	# no step is announced twice: the database itself refuses; an empty recipient is '' because NULLs never collide
	frappe.db.add_unique("Service Notice", ["commitment", "step", "recipient"], "one_notice_per_person")
	frappe.db.add_index("Service Notice", ["status", "announce_at"], "notices_waiting")
