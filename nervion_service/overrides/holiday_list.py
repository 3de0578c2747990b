"""ERPNext's Holiday List: a day added or taken away changes every Service Calendar that rests on the list (D20, F13)."""

import frappe
from frappe.utils import getdate

from nervion_service.services import calendars, recomputation


def on_update(doc, method: str | None = None) -> None:
	"""Recompute open promises after the commit, unless the days are the same as before."""
	before = doc.get_doc_before_save()
	if not before or _days(before) == _days(doc):
		return
	for name in calendars.using(doc.name):
		calendar = frappe.get_doc(calendars.DOCTYPE, name)
		recomputation.ask_for(name, calendars.as_it_was(calendar, _days(before)))


def _days(doc) -> tuple:
	return tuple(sorted(getdate(row.holiday_date) for row in doc.holidays))
