"""Service Calendars: what they refuse, what they give the domain, and official days (S1.4, D1-D3)."""

from datetime import date, datetime, timedelta

import frappe
import pytest

from nervion_service.nervion_service.doctype.service_calendar import service_calendar
from nervion_service.services import calendars
from tests import factories
from tests.site.spine import at, make_calendar


def count(doctype="Service Calendar"):
	return frappe.db.count(doctype)


def test_a_request_of_sunday_starts_on_monday_at_nine():
	hours = calendars.get(make_calendar().name)
	assert hours.next_open(datetime(2026, 11, 8, 12)) == datetime(2026, 11, 9, 9)


def test_a_shift_that_ends_at_midnight_lasts_until_the_day_is_over():
	hours = calendars.get(make_calendar([("Monday", "20:00:00", "00:00:00")]).name)
	assert hours.elapsed(at(0), at(24)) == timedelta(hours=4)
	assert hours.is_open(datetime(2026, 11, 9, 23, 59, 59))


def test_the_days_of_the_holiday_list_are_closed():
	days = factories.make_holiday_list([date(2026, 11, 9)])
	hours = calendars.get(make_calendar(holiday_list=days.name).name)
	assert hours.next_open(at(10)) == at(9, day=1)


def test_a_second_look_at_a_calendar_costs_no_query_and_gives_the_same_object(monkeypatch):
	name = make_calendar(holiday_list=factories.make_holiday_list([date(2026, 11, 9)]).name).name
	first = calendars.get(name)
	asked = []
	sql = frappe.db.sql
	monkeypatch.setattr(
		frappe.local.db, "sql", lambda *args, **kwargs: asked.append(args) or sql(*args, **kwargs)
	)
	assert calendars.get(name) is first
	assert asked == []


def test_changed_hours_count_at_once():
	doc = make_calendar()
	assert calendars.get(doc.name).next_open(at(7)) == at(9)
	doc.shifts[0].start_time = "08:00:00"
	doc.save()
	assert calendars.get(doc.name).next_open(at(7)) == at(8)


@pytest.mark.parametrize(
	("shifts", "message"),
	[
		([], "Add at least one shift"),
		(
			[
				("Monday", "09:00:00", "14:00:00"),
				("Tuesday", "09:00:00", "14:00:00"),
				("Monday", "13:00:00", "18:00:00"),
			],
			"Rows 1 and 3, Monday: the shifts overlap",
		),
		(
			[("Monday", "09:00:00", "14:00:00"), ("Monday", "18:00:00", "15:00:00")],
			"Row 2, Monday: the shift ends at or before",
		),
		([("Monday", "09:00:00", "09:00:00")], "Row 1, Monday: the shift ends at or before"),
		(
			[("Monday", "09:00:00", "14:00:00"), ("Lunes", "09:00:00", "10:00:00")],
			"Row 2: choose the weekday",
		),
	],
)
def test_hours_that_cannot_be_are_refused_with_the_row_and_nothing_is_stored(shifts, message):
	before = count()
	values = {
		"doctype": "Service Calendar",
		"calendar_name": factories.unique("Horario"),
		"shifts": [dict(zip(("weekday", "start_time", "end_time"), row, strict=True)) for row in shifts],
	}
	with pytest.raises(frappe.ValidationError, match=message):
		frappe.get_doc(values).insert()
	assert count() == before


def test_an_edit_that_makes_shifts_overlap_is_refused_and_leaves_the_hours_alone():
	doc = make_calendar()
	doc.append("shifts", {"weekday": "Friday", "start_time": "17:00:00", "end_time": "20:00:00"})
	with pytest.raises(frappe.ValidationError, match="Rows 5 and 6, Friday"):
		doc.save()
	assert len(frappe.get_doc("Service Calendar", doc.name).shifts) == 5


def test_a_company_has_one_default_calendar_only():
	company = factories.make_company().name
	frappe.db.set_value("Service Calendar", {"company": company}, "is_default", 0)
	first = make_calendar(company=company, is_default=1)
	with pytest.raises(frappe.ValidationError, match=f"{first.name} is already the default"):
		make_calendar(company=company, is_default=1)
	assert calendars.for_company(company)[0] == first.name


def test_a_company_without_a_calendar_of_its_own_works_by_that_of_the_settings():
	company = factories.make_company().name
	frappe.db.set_value("Service Calendar", {"company": company}, "is_default", 0)
	general = make_calendar()
	settings = frappe.get_doc("Service Settings")
	settings.default_calendar = general.name
	settings.save()
	assert calendars.for_company(company)[0] == general.name
	own = make_calendar(company=company, is_default=1)
	assert calendars.for_company(company) == (own.name, calendars.get(own.name))


def test_no_calendar_at_all_is_refused_with_the_way_out():
	frappe.db.set_value("Service Calendar", {}, "is_default", 0)
	frappe.db.set_single_value("Service Settings", "default_calendar", None)
	calendars.forget()
	with pytest.raises(frappe.ValidationError, match="There is no working calendar for Nadie S.A."):
		calendars.for_company("Nadie S.A.")


def test_official_days_of_2024_have_the_change_of_government_in_spanish():
	days = calendars.official_holidays(2024)
	assert days[date(2024, 10, 1)] == "Transmisión del Poder Ejecutivo Federal"
	assert days[date(2024, 11, 18)] == "Día de la Revolución"
	assert date(2023, 10, 1) not in calendars.official_holidays(2023)


def test_official_days_are_added_once_and_widen_the_list():
	days = factories.make_holiday_list([date(2026, 12, 24), date(2026, 12, 25)])
	calendar = make_calendar(holiday_list=days.name)
	assert service_calendar.add_official_holidays(calendar.name, "2027") == 7
	assert service_calendar.add_official_holidays(calendar.name, 2027) == 0
	days.reload()
	assert (days.from_date, days.to_date) == (date(2026, 1, 1), date(2027, 12, 31))
	assert [row.description for row in days.holidays if row.holiday_date == date(2027, 9, 16)] == [
		"Día de la Independencia"
	]
	assert calendars.covers(calendar.name, 2027)


def test_a_calendar_without_a_holiday_list_gets_one_with_the_official_days():
	calendar = make_calendar()
	assert not calendars.covers(calendar.name, 2026)
	assert service_calendar.add_official_holidays(calendar.name, 2026) == 7
	calendar.reload()
	assert calendar.holiday_list
	assert not calendars.get(calendar.name).is_open(datetime(2026, 11, 16, 12))


def test_official_days_are_not_added_by_whoever_may_only_read_the_calendar(run_as):
	calendar = make_calendar()
	reader = factories.make_user(roles=["Service Executive"]).name
	with run_as(reader), pytest.raises(frappe.PermissionError):
		service_calendar.add_official_holidays(calendar.name, 2026)
	assert not frappe.db.get_value("Service Calendar", calendar.name, "holiday_list")


def test_a_year_that_is_none_is_refused():
	with pytest.raises(frappe.ValidationError, match="four digits"):
		service_calendar.add_official_holidays(make_calendar().name, "26")
