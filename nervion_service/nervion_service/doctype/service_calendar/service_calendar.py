import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from nervion_service.services import calendars, recomputation, system


class ServiceCalendar(Document):
	"""When a company works: shifts of the week, less the days of a Holiday List (S1.4, D1-D3)."""

	def validate(self):
		recomputation.keep_state(self)
		calendars.validate(self)

	def on_update(self):
		calendars.forget()
		before = self.get_doc_before_save()
		if before and calendars.as_it_was(before) != calendars.as_it_was(self):
			recomputation.ask_for(self.name, calendars.as_it_was(before))

	def on_trash(self):
		calendars.forget()

	def after_delete(self):
		calendars.forget()


@frappe.whitelist()
def add_official_holidays(calendar: str, year: int | str) -> int:
	"""Put a year's official days on the calendar's Holiday List; returns how many were added."""
	system.permitted("Service Calendar", calendar, "write")
	if not 1970 <= cint(year) <= 2100:
		frappe.throw(_("Give the year with four digits, such as {0}.").format(2027), title=_("Wrong Year"))
	return calendars.add_official_holidays(calendar, cint(year))
