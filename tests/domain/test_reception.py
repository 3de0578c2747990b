"""The real time, the effective time, and registration the same day (S1.1, S1.4, D3)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.business_calendar import BusinessCalendar, Shift
from nervion_service.domain.reception import StampError, effective_at, registered_in_time, validate_stamps

HOLIDAY = date(2026, 3, 16)  # a Monday
CALENDAR = BusinessCalendar(
	[Shift(day, timedelta(hours=9), timedelta(hours=18)) for day in range(5)], holidays=[HOLIDAY]
)
NOW = datetime(2026, 3, 4, 12, 0)
SUNDAY_NIGHT = datetime(2026, 3, 1, 22, 15, 7)


def test_a_sunday_request_starts_on_monday():
	assert effective_at(SUNDAY_NIGHT, CALENDAR) == datetime(2026, 3, 2, 9, 0)


def test_a_request_in_working_hours_starts_at_once():
	assert effective_at(NOW, CALENDAR) == NOW


def test_a_web_request_registered_on_sunday_is_in_time():
	assert registered_in_time(SUNDAY_NIGHT, SUNDAY_NIGHT, CALENDAR)


def test_a_sunday_request_may_be_registered_until_the_end_of_monday():
	assert registered_in_time(SUNDAY_NIGHT, datetime(2026, 3, 2, 23, 59, 59), CALENDAR)
	assert not registered_in_time(SUNDAY_NIGHT, datetime(2026, 3, 3, 0, 0), CALENDAR)


def test_a_request_after_closing_time_belongs_to_the_next_working_day():
	after_hours = datetime(2026, 3, 13, 18, 0)  # Friday at closing; Monday is a holiday
	assert effective_at(after_hours, CALENDAR) == datetime(2026, 3, 17, 9, 0)
	assert registered_in_time(after_hours, datetime(2026, 3, 17, 20, 0), CALENDAR)
	assert not registered_in_time(after_hours, datetime(2026, 3, 18, 0, 0), CALENDAR)


def test_a_request_in_working_hours_must_be_registered_that_day():
	assert not registered_in_time(NOW, datetime(2026, 3, 5, 0, 0, 1), CALENDAR)


@pytest.mark.parametrize(
	("code", "received_at", "registered_at"),
	[
		("received_missing", None, NOW),
		("received_in_future", NOW + timedelta(seconds=1), NOW + timedelta(seconds=2)),
		("registered_before_received", NOW, NOW - timedelta(seconds=1)),
	],
)
def test_a_stamp_that_cannot_be_true_is_refused_with_its_code(code, received_at, registered_at):
	with pytest.raises(StampError) as refusal:
		validate_stamps(received_at, registered_at, NOW)
	assert refusal.value.code == code
	assert isinstance(refusal.value, ValueError)


def test_the_refusal_tells_the_times():
	with pytest.raises(StampError, match="2026-03-04 13:00:00.*it is 2026-03-04 12:00:00 now"):
		validate_stamps(NOW + timedelta(hours=1), NOW, NOW)


def test_stamps_of_this_very_moment_are_accepted():
	assert validate_stamps(NOW, NOW, NOW) is None


def test_another_machines_clock_may_run_ahead_by_the_tolerance_and_no_more():
	ahead = NOW + timedelta(seconds=90)
	assert validate_stamps(ahead, NOW, NOW, tolerance=timedelta(seconds=90)) is None
	with pytest.raises(StampError, match="future"):
		validate_stamps(ahead, NOW, NOW, tolerance=timedelta(seconds=89))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1))


@given(moments)
def test_registering_at_once_is_always_in_time(received_at):
	assert registered_in_time(received_at, received_at, CALENDAR)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=10)))
def test_waiting_longer_never_brings_a_late_registration_into_time(received_at, delay):
	late = not registered_in_time(received_at, received_at + delay, CALENDAR)
	assert not (late and registered_in_time(received_at, received_at + delay + timedelta(days=1), CALENDAR))
	assert effective_at(received_at, CALENDAR) >= received_at
