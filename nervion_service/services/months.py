"""The month whose figures may be told by now: the last one that is over, from the first working day of the next."""

from datetime import date, datetime

import frappe

from nervion_service.domain import months
from nervion_service.services import calendars


def newest_over(now: datetime) -> date:
	"""The first day of that month, by the calendar of the default company."""
	this = months.first_day(now.date())
	over = months.previous(this)
	return over if now.date() >= _first_working_day(this) else months.previous(over)


def _first_working_day(first: date) -> date:
	company = frappe.db.get_single_value("Service Settings", "default_company")
	_name, calendar = calendars.for_company(company)
	return calendar.business_date(datetime.combine(first, datetime.min.time()))
