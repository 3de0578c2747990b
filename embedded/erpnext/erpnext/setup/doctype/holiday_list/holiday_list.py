import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, getdate


class HolidayList(Document):
	def validate(self):
		"""Keep the days inside the list's period, once each, in order, and counted."""
		if getdate(self.from_date) > getdate(self.to_date):
			frappe.throw(_("To Date cannot be before From Date"))
		self.refuse_days_outside()
		self.refuse_repeated_days()
		self.holidays.sort(key=lambda row: getdate(row.holiday_date))
		for index, row in enumerate(self.holidays, 1):
			row.idx = index
		self.total_holidays = len(self.holidays)

	def refuse_days_outside(self):
		"""Throw on the first day before or after the list's period."""
		for row in self.holidays:
			if not getdate(self.from_date) <= getdate(row.holiday_date) <= getdate(self.to_date):
				day = formatdate(row.holiday_date)
				frappe.throw(_("Holiday {0} lies outside the period of the list.").format(day))

	def refuse_repeated_days(self):
		"""Throw on the first day that is listed twice."""
		seen = set()
		for row in self.holidays:
			day = getdate(row.holiday_date)
			if day in seen:
				frappe.throw(_("Holiday {0} is listed twice.").format(formatdate(day)))
			seen.add(day)
