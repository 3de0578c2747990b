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
	# every column that the indicators count by or sum, first whether the daily figures hold the row: what they do not hold
	# is found at once, and rows themselves are never touched
	frappe.db.add_index(
		"Service Commitment",
		[
			"in_figures", "status", "kind", "started_at", "company", "channel", "request_type", "fulfilled_at",
			"original_due_at", "due_at", "paused_at", "breached_at", "cancelled_at", "elapsed_seconds", "paused_seconds",
		],
		"figures",
	)  # fmt: skip
	# what it takes the place of; the structure of a table, no rows
	frappe.db.sql_ddl("ALTER TABLE `tabService Commitment` DROP INDEX IF EXISTS `indicators`")
