import frappe
from frappe import _
from frappe.model.document import Document


class ServiceDailyFigures(Document):
	"""Part of the indicators' roll-up: sums of what began on a day and is over. Written by services.daily_figures alone."""

	def validate(self):
		self._refuse(_("The daily figures are added up by the system and cannot be typed."))

	def on_trash(self):
		self._refuse(_("The daily figures are added up by the system and cannot be deleted."))

	def _refuse(self, message):
		frappe.throw(message, frappe.PermissionError, title=_("Not Allowed"))


def on_doctype_update():
	"""The figures of one slice and kind are read by day from the index alone; one day's rows are brought together."""
	key = ["dimension", "value", "kind", "day", "status", "company", "channel"]
	sums = ["everything", "kept", "seconds", "paused", "late", "late_with_pauses"]
	frappe.db.add_index("Service Daily Figures", [*key, *sums], "slice_sums")
	frappe.db.add_index("Service Daily Figures", ["day"], "day")
	# what the first one takes the place of; the structure of a table, no rows
	frappe.db.sql_ddl("ALTER TABLE `tabService Daily Figures` DROP INDEX IF EXISTS `slice`")
