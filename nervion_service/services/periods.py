"""The days that a report is about."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import add_months, formatdate, getdate

from nervion_service.services import clock

DEFAULT_MONTHS = 3


def asked_for(from_date=None, to_date=None) -> tuple[date, date]:
	"""First and last day of what was asked for: until today, and DEFAULT_MONTHS long, where that is not said.

	Raises ValidationError for a period that ends before it begins.
	"""
	last = getdate(to_date or clock.now())
	first = getdate(from_date or add_months(last, -DEFAULT_MONTHS))
	if first > last:
		message = _("The period ends ({0}) before it begins ({1}): change one of its dates.")
		frappe.throw(message.format(formatdate(last), formatdate(first)), title=_("No Such Period"))
	return first, last
