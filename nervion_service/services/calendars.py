"""Service Calendars as the domain sees them, and official holidays."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import frappe
from frappe import _
from frappe.utils import getdate, to_timedelta

from nervion_service.domain.business_calendar import WEEKDAYS, BusinessCalendar, OverlappingShifts, Shift
from nervion_service.services import system

DOCTYPE = "Service Calendar"
_OF_COMPANY = "nervion_service:calendar_of_company"
_MIDNIGHT = timedelta(0)
_DAY_END = timedelta(hours=24)
# (site, calendar) → the documents it was last read from, and what they say; reading the rows anew costs a sweep a third
_latest: dict[tuple[str, str], tuple] = {}


def get(name: str) -> BusinessCalendar:
	"""The calendar of that name, with the days of its Holiday List. DoesNotExistError when there is none.

	Documents come from Frappe's cache, and the same documents give the very same object again: a look-up, not a query.
	"""
	doc = frappe.get_cached_doc(DOCTYPE, name)
	days_off = frappe.get_cached_doc("Holiday List", doc.holiday_list) if doc.holiday_list else None
	key = (frappe.local.site, name)
	known = _latest.get(key)
	# by identity: what was edited is another object in the cache, even at the same moment of a stopped clock
	if not known or known[0] is not doc or known[1] is not days_off:
		known = _latest[key] = (doc, days_off, as_it_was(doc))
	return known[2]


def for_company(company: str | None) -> tuple[str, BusinessCalendar]:
	"""Name and calendar by which `company` works: its own default, else that of the settings, else the one for every
	company. Refuses when there is none at all."""
	name = system.remembered(_OF_COMPANY, company or "*", lambda: _name_for(company))
	if not name:
		frappe.throw(
			_("There is no working calendar for {0}: mark a Service Calendar as its default.").format(
				company or _("any company")
			),
			title=_("No Calendar"),
		)
	return name, get(name)


def forget() -> None:
	"""Called when a calendar or the settings change: which calendar a company uses is looked up again."""
	system.forget(_OF_COMPANY)


def validate(doc) -> None:
	"""Refuse a calendar by which nothing could fall due, with the row and the way out; one default per company."""
	if not doc.shifts:
		frappe.throw(
			_("Add at least one shift: without working hours nothing could ever fall due."),
			title=_("No Working Hours"),
		)
	shifts = {row.idx: _shift_of_row(row) for row in doc.shifts}
	_refuse_overlaps(shifts)
	_refuse_second_default(doc)


def official_holidays(year: int, country: str = "MX") -> dict[date, str]:
	"""Official days of `year` with their names in the country's own language, as the `holidays` library has them."""
	import holidays

	language = getattr(holidays, country).default_language
	found = holidays.country_holidays(country, years=[int(year)], language=language)
	return dict(sorted(found.items()))


def add_official_holidays(calendar_name: str, year: int, country: str = "MX") -> int:
	"""Put a year's official days on the calendar's Holiday List and widen the list's dates to hold them.

	Days already there stay as they are. Returns how many were added. The caller has checked permission to write.
	"""
	doc = frappe.get_doc(DOCTYPE, calendar_name)
	holiday_list = _holiday_list_of(doc, int(year))
	present = {getdate(row.holiday_date) for row in holiday_list.holidays}
	missing = {day: name for day, name in official_holidays(year, country).items() if day not in present}
	for day, name in missing.items():
		holiday_list.append("holidays", {"holiday_date": day, "description": name})
	holiday_list.from_date = min(getdate(holiday_list.from_date), date(int(year), 1, 1))
	holiday_list.to_date = max(getdate(holiday_list.to_date), date(int(year), 12, 31))
	# permission to write the calendar includes its days: only human resources may write Holiday Lists otherwise
	holiday_list.save(ignore_permissions=True)
	if doc.holiday_list != holiday_list.name:
		doc.holiday_list = holiday_list.name
		doc.save()
	return len(missing)


def covers(name: str, year: int) -> bool:
	"""Whether the calendar's Holiday List has any day in `year`; a health check asks before the year begins."""
	return any(day.year == year for day in get(name).holidays)


def using(holiday_list: str) -> list[str]:
	"""Names of the calendars that rest on that Holiday List."""
	# a look-up of names for the system's own recomputation, whoever edited the list
	return frappe.get_all(DOCTYPE, filters={"holiday_list": holiday_list}, pluck="name", order_by="name")


def as_it_was(doc, days_off: Iterable[date] | None = None) -> BusinessCalendar:
	"""The calendar of a document that need not be the stored one; days_off instead of those its Holiday List has now."""
	days = _days_off(doc.holiday_list) if days_off is None else tuple(days_off)
	return _built(tuple(_hours(row) for row in doc.shifts), days)


def _hours(row):
	return WEEKDAYS.index(row.weekday), to_timedelta(row.start_time), _end(row.end_time)


def _end(value) -> timedelta:
	# a Time field has no 24:00, so midnight at the end of a shift means the day's end
	return to_timedelta(value) or _DAY_END


def _days_off(holiday_list: str | None) -> tuple[date, ...]:
	if not holiday_list:
		return ()
	return tuple(
		getdate(row.holiday_date) for row in frappe.get_cached_doc("Holiday List", holiday_list).holidays
	)


@lru_cache(maxsize=256)
def _built(hours: tuple, days_off: tuple[date, ...]) -> BusinessCalendar:
	return BusinessCalendar((Shift(*row) for row in hours), days_off)


def _name_for(company: str | None) -> str | None:
	own = company and frappe.db.get_value(DOCTYPE, {"company": company, "is_default": 1})
	return (
		own
		or frappe.db.get_single_value("Service Settings", "default_calendar")
		or frappe.db.get_value(DOCTYPE, {"company": ("is", "not set"), "is_default": 1})
	)


def _shift_of_row(row) -> Shift:
	if row.weekday not in WEEKDAYS:
		frappe.throw(
			_("Row {0}: choose the weekday of the shift.").format(row.idx), title=_("Shift Without Weekday")
		)
	start, end = to_timedelta(row.start_time) or _MIDNIGHT, _end(row.end_time)
	if not _MIDNIGHT <= start < end:
		frappe.throw(
			_(
				"Row {0}, {1}: the shift ends at or before its start. For a night shift, end it at 00:00:00 "
				"and add the morning to the next day."
			).format(row.idx, _(row.weekday)),
			title=_("Shift Without Hours"),
		)
	return Shift(WEEKDAYS.index(row.weekday), start, end)


def _refuse_overlaps(shifts: dict[int, Shift]):
	try:
		BusinessCalendar(shifts.values())
	except OverlappingShifts as error:
		rows = [idx for idx, shift in shifts.items() if shift in (error.first, error.second)]
		frappe.throw(
			_("Rows {0} and {1}, {2}: the shifts overlap. Change their hours or join them into one.").format(
				rows[0], rows[-1], _(WEEKDAYS[error.first.weekday])
			),
			title=_("Overlapping Shifts"),
		)


def _refuse_second_default(doc):
	if not doc.is_default:
		return
	same_company = doc.company or ("is", "not set")
	other = frappe.db.get_value(DOCTYPE, {"company": same_company, "is_default": 1, "name": ("!=", doc.name)})
	if other:
		frappe.throw(
			_("{0} is already the default calendar for {1}. Clear its mark first.").format(
				other, doc.company or _("every company")
			),
			title=_("Second Default"),
		)


def _holiday_list_of(doc, year: int):
	if doc.holiday_list:
		return frappe.get_doc("Holiday List", doc.holiday_list)
	return frappe.new_doc(
		"Holiday List",
		holiday_list_name=f"{doc.name} {year}",
		from_date=date(year, 1, 1),
		to_date=date(year, 12, 31),
	)
