import frappe
from frappe import _
from frappe.model.document import Document


class ServiceCommitment(Document):
	"""One promise with its time: what a procedure owes by when, and what became of it. Written by services.commitments."""

	def validate(self):
		if not self.is_new():
			self._refuse(_("A promise cannot be edited: it changes with what happens to its case."))

	def on_trash(self):
		self._refuse(_("A promise cannot be deleted: the indicators are counted from it."))

	def _refuse(self, message):
		frappe.throw(message, frappe.PermissionError, title=_("Promises Are Kept"))


def on_doctype_update():
	frappe.db.add_index("Service Commitment", ["next_check_at", "name"], "next_check")
	frappe.db.add_index("Service Commitment", ["case_type", "case_name"], "of_case")
	frappe.db.add_index("Service Commitment", ["responsible", "status", "due_at"], "of_person")
	# every column that the indicators count by or sum: they never touch the rows themselves. Another index that begins with
	# the kind would mislead the database into reading those.
	frappe.db.add_index(
		"Service Commitment",
		[
			"kind", "status", "started_at", "company", "channel", "request_type", "fulfilled_at", "original_due_at",
			"due_at", "paused_at", "elapsed_seconds", "paused_seconds",
		],
		"indicators",
	)  # fmt: skip
