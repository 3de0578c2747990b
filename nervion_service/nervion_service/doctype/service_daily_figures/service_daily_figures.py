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
	"""The figures of one slice and kind are read by day; one day's rows are brought together."""
	frappe.db.add_index("Service Daily Figures", ["dimension", "value", "kind", "day"], "slice")
	frappe.db.add_index("Service Daily Figures", ["day"], "day")
