"""The business calendar: known days, properties, and a comparison with counting minute by minute."""

import copy
import pickle
import random
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nervion_service.domain.business_calendar import (
	BusinessCalendar,
	NoWorkingHours,
	OverlappingShifts,
	Shift,
)
from tests.domain.oracle import DAY, MINUTE, SECOND, cases_wanted, random_grid


def hours(amount):
	return timedelta(hours=amount)


OFFICE_SHIFTS = [Shift(day, hours(9), hours(18)) for day in range(5)] + [Shift(5, hours(9), hours(13))]
OFFICE = BusinessCalendar(OFFICE_SHIFTS, [date(2026, 1, 1), date(2026, 2, 2), date(2026, 3, 16)])
AROUND_THE_CLOCK = BusinessCalendar(Shift(day, hours(0), hours(24)) for day in range(7))

# 2026-03-02 is a Monday.
MONDAY, TUESDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 6)
SATURDAY, SUNDAY = date(2026, 3, 7), date(2026, 3, 8)


def at(day, hour, minute=0, second=0, microsecond=0):
	return datetime(day.year, day.month, day.day, hour, minute, second, microsecond)


# --- known days ---


def test_a_shift_is_open_from_its_start_until_just_before_its_end():
	assert OFFICE.is_open(at(MONDAY, 9))
	assert not OFFICE.is_open(at(MONDAY, 8, 59, 59, 999_999))
	assert OFFICE.is_open(at(MONDAY, 17, 59, 59, 999_999))
	assert not OFFICE.is_open(at(MONDAY, 18))


def test_a_sunday_request_starts_on_monday():
	assert OFFICE.next_open(at(SUNDAY, 11)) == datetime(2026, 3, 9, 9)
	assert OFFICE.business_date(at(SUNDAY, 11)) == date(2026, 3, 9)


def test_next_open_is_the_moment_itself_when_open():
	assert OFFICE.next_open(at(MONDAY, 9)) == at(MONDAY, 9)
	assert OFFICE.next_open(at(MONDAY, 12, 34, 56, 789)) == at(MONDAY, 12, 34, 56, 789)


def test_closing_time_itself_opens_on_the_next_day():
	assert OFFICE.next_open(at(MONDAY, 18)) == at(TUESDAY, 9)


def test_four_working_hours_cross_the_night():
	assert OFFICE.add(at(MONDAY, 16), hours(4)) == at(TUESDAY, 11)


def test_four_working_hours_cross_the_weekend_through_a_saturday_shift():
	assert OFFICE.add(at(FRIDAY, 17), hours(4)) == at(SATURDAY, 12)
	assert OFFICE.add(at(FRIDAY, 17), hours(6)) == datetime(2026, 3, 9, 10)


def test_a_due_time_that_falls_on_closing_time_stays_there():
	assert OFFICE.add(at(MONDAY, 14), hours(4)) == at(MONDAY, 18)
	assert OFFICE.add(at(SATURDAY, 9), hours(4)) == at(SATURDAY, 13)


def test_a_due_time_one_microsecond_after_closing_falls_on_the_next_morning():
	due = OFFICE.add(at(MONDAY, 14), hours(4) + timedelta(microseconds=1))
	assert due == at(TUESDAY, 9, 0, 0, 1)


def test_adding_nothing_gives_the_moment_itself_even_when_closed():
	assert OFFICE.add(at(SUNDAY, 3), timedelta(0)) == at(SUNDAY, 3)
	assert OFFICE.add(at(MONDAY, 18), timedelta(0)) == at(MONDAY, 18)


def test_a_holiday_is_closed_all_day_and_skipped():
	before = datetime(2026, 3, 13, 17)  # Friday before the long weekend of Juárez's birthday
	assert not OFFICE.is_open(datetime(2026, 3, 16, 12))
	assert OFFICE.add(before, hours(6)) == datetime(2026, 3, 17, 10)
	assert OFFICE.elapsed(before, datetime(2026, 3, 17, 10)) == hours(6)
	assert OFFICE.next_open(datetime(2026, 3, 16, 10)) == datetime(2026, 3, 17, 9)


def test_a_due_time_reached_at_the_eve_of_a_holiday_does_not_jump_over_it():
	assert OFFICE.add(datetime(2026, 3, 14, 9), hours(4)) == datetime(2026, 3, 14, 13)


def test_a_midday_break_is_not_worked():
	split = BusinessCalendar([Shift(0, hours(9), hours(14)), Shift(0, hours(16), hours(19))])
	assert split.add(at(MONDAY, 13), hours(2)) == at(MONDAY, 17)
	assert split.elapsed(at(MONDAY, 13), at(MONDAY, 17)) == hours(2)
	assert split.next_open(at(MONDAY, 14)) == at(MONDAY, 16)
	assert split.next_open(at(MONDAY, 19)) == datetime(2026, 3, 9, 9)


def test_around_the_clock_is_plain_clock_time():
	start = datetime(2023, 12, 30, 23, 59, 59, 5)
	long = timedelta(days=800, seconds=1)
	assert AROUND_THE_CLOCK.add(start, long) == start + long
	assert AROUND_THE_CLOCK.elapsed(start, start + long) == long
	assert AROUND_THE_CLOCK.next_open(start) == start


def test_a_24_hour_day_ends_at_midnight_and_joins_the_next():
	weekdays = BusinessCalendar(Shift(day, hours(0), hours(24)) for day in range(5))
	assert weekdays.add(at(MONDAY, 22), hours(4)) == at(TUESDAY, 2)
	assert weekdays.add(at(FRIDAY, 22), hours(2)) == at(SATURDAY, 0)
	assert weekdays.add(at(FRIDAY, 22), hours(3)) == datetime(2026, 3, 9, 1)


def test_a_night_shift_is_two_shifts_that_join():
	night = BusinessCalendar([Shift(0, hours(22), hours(24)), Shift(1, hours(0), hours(6))])
	assert night.add(at(MONDAY, 23), hours(3)) == at(TUESDAY, 2)
	sunday_night = BusinessCalendar([Shift(6, hours(22), hours(24)), Shift(0, hours(0), hours(6))])
	assert sunday_night.add(at(SUNDAY, 23), hours(3)) == datetime(2026, 3, 9, 2)


def test_seconds_count():
	precise = BusinessCalendar([Shift(0, timedelta(seconds=1), timedelta(seconds=4))])
	assert precise.add(at(MONDAY, 0), timedelta(seconds=3)) == at(MONDAY, 0, 0, 4)
	assert precise.add(at(MONDAY, 0), timedelta(seconds=4)) == datetime(2026, 3, 9, 0, 0, 2)


def test_microseconds_are_exact():
	start = at(MONDAY, 17, 59, 59, 999_999)
	assert OFFICE.add(start, timedelta(microseconds=2)) == at(TUESDAY, 9, 0, 0, 1)
	assert OFFICE.elapsed(start, at(TUESDAY, 9, 0, 0, 1)) == timedelta(microseconds=2)
	assert OFFICE.elapsed(start, at(MONDAY, 18, 0, 0, 1)) == timedelta(microseconds=1)


@pytest.mark.parametrize(
	("start", "due"),
	[
		(datetime(2024, 2, 29, 17), datetime(2024, 3, 1, 12)),  # leap day, Thursday to Friday
		(datetime(2023, 2, 28, 17), datetime(2023, 3, 1, 12)),  # no leap day
		(datetime(2000, 2, 29, 17), datetime(2000, 3, 1, 12)),  # leap by the rule of 400
		(datetime(2100, 2, 26, 17), datetime(2100, 2, 27, 12)),
		(datetime(2026, 4, 30, 17), datetime(2026, 5, 1, 12)),  # month end
		(datetime(2024, 12, 31, 17), datetime(2025, 1, 1, 12)),  # year end, no holiday given for 2025
		(datetime(2025, 12, 31, 17), datetime(2026, 1, 2, 12)),  # year end with New Year's Day
	],
)
def test_four_hours_cross_the_ends_of_months_and_years(start, due):
	assert OFFICE.add(start, hours(4)) == due
	assert OFFICE.elapsed(start, due) == hours(4)


def test_years_far_apart_need_no_table():
	# 521,722 weeks of 49 hours from Monday to Monday, then Monday to Thursday, less three holidays of nine hours.
	assert OFFICE.elapsed(datetime(1, 1, 1), datetime(9999, 12, 31)) == hours(521_722 * 49 + 4 * 9 - 3 * 9)
	weekly = BusinessCalendar([Shift(0, hours(9), hours(10))])
	start = datetime(1900, 1, 1, 9)  # a Monday
	assert weekly.add(start, hours(100_000)) == start + timedelta(weeks=99_999, hours=1)


def test_the_first_and_last_moments_that_python_knows_work():
	assert OFFICE.next_open(datetime.min) == datetime(1, 1, 1, 9)
	assert OFFICE.add(datetime.min, hours(1)) == datetime(1, 1, 1, 10)
	assert OFFICE.is_open(datetime.max) is False
	with pytest.raises(OverflowError):
		OFFICE.add(datetime(9999, 12, 31), hours(1000))


def test_holidays_that_cover_years_of_open_days_are_skipped_at_once():
	closed = [date(2026, 3, 3) + timedelta(days=index) for index in range(4000)]
	calendar = BusinessCalendar(OFFICE_SHIFTS, closed)
	reopening = calendar.next_open(at(MONDAY, 18))
	assert reopening == datetime.combine(closed[-1] + DAY, datetime.min.time()) + hours(9)
	assert calendar.add(at(MONDAY, 17), hours(2)) == reopening + hours(1)
	assert calendar.add(at(MONDAY, 17), hours(1)) == at(MONDAY, 18)
	assert calendar.elapsed(at(MONDAY, 17), reopening) == hours(1)


def test_the_last_closing_of_a_day_is_that_of_its_last_shift():
	assert OFFICE.closing(MONDAY) == at(MONDAY, 18)
	assert OFFICE.closing(SATURDAY) == at(SATURDAY, 13)
	assert AROUND_THE_CLOCK.closing(MONDAY) == at(TUESDAY, 0)


def test_a_closed_day_has_no_closing():
	with pytest.raises(ValueError, match="2026-03-08 has no working time"):
		OFFICE.closing(SUNDAY)
	with pytest.raises(ValueError, match="2026-03-16 has no working time"):
		OFFICE.closing(date(2026, 3, 16))


def test_whole_days_run_24_hours_of_working_days_only():
	whole = OFFICE.whole_days()
	assert whole.add(at(MONDAY, 10), hours(24)) == at(TUESDAY, 10)
	# Saturday the 14th to Tuesday the 17th: a Sunday and a holiday lie between.
	assert whole.add(datetime(2026, 3, 14, 10), hours(24)) == datetime(2026, 3, 17, 10)
	assert whole.next_open(at(SUNDAY, 10)) == datetime(2026, 3, 9, 0)
	assert OFFICE.whole_days() is whole


# --- identity ---


def test_calendars_of_the_same_hours_are_equal_in_any_order():
	holidays = [date(2026, 1, 1), date(2026, 2, 2), date(2026, 3, 16)]
	other = BusinessCalendar(reversed(OFFICE_SHIFTS), [*reversed(holidays), holidays[0]])
	assert other == OFFICE
	assert hash(other) == hash(OFFICE)


def test_touching_shifts_are_the_same_hours_as_one():
	split = BusinessCalendar([Shift(0, hours(9), hours(12)), Shift(0, hours(12), hours(18))])
	whole = BusinessCalendar([Shift(0, hours(9), hours(18))])
	assert split == whole
	assert hash(split) == hash(whole)


def test_a_holiday_on_a_closed_day_changes_no_hours():
	assert BusinessCalendar(OFFICE_SHIFTS, [SUNDAY]) == BusinessCalendar(OFFICE_SHIFTS)


def test_other_hours_or_holidays_make_another_calendar():
	assert BusinessCalendar(OFFICE_SHIFTS) != OFFICE
	assert BusinessCalendar(OFFICE_SHIFTS[:-1], OFFICE.holidays) != OFFICE
	assert OFFICE != "a calendar"


def test_a_calendar_does_not_change():
	with pytest.raises(AttributeError, match="does not change"):
		OFFICE.shifts = ()
	with pytest.raises(AttributeError, match="does not change"):
		del OFFICE.holidays
	with pytest.raises(AttributeError):
		OFFICE.shifts[0].start = hours(1)
	assert OFFICE.shifts == tuple(sorted(OFFICE_SHIFTS))


def test_a_calendar_survives_copy_and_pickle():
	assert copy.deepcopy(OFFICE) == OFFICE
	assert pickle.loads(pickle.dumps(OFFICE)).add(at(MONDAY, 16), hours(4)) == at(TUESDAY, 11)


def test_a_datetime_among_the_holidays_counts_as_its_date():
	assert BusinessCalendar(OFFICE_SHIFTS, [datetime(2026, 3, 3, 12), date(2026, 3, 4)]).holidays == (
		date(2026, 3, 3),
		date(2026, 3, 4),
	)


def test_a_calendar_tells_its_hours():
	calendar = BusinessCalendar([Shift(0, hours(9), timedelta(hours=13, seconds=5))], [date(2026, 1, 1)])
	assert repr(calendar) == "<BusinessCalendar Monday 09:00-13:00:05; 1 holidays>"


# --- refusals ---


def test_overlapping_shifts_are_refused_and_named():
	shifts = [Shift(2, hours(13), hours(18)), Shift(2, hours(9), hours(14))]
	message = "Wednesday 09:00-14:00 overlaps Wednesday 13:00-18:00"
	with pytest.raises(OverlappingShifts, match=message) as refused:
		BusinessCalendar(shifts)
	assert isinstance(refused.value, ValueError)
	assert (refused.value.first, refused.value.second) == (shifts[1], shifts[0])


def test_the_same_shift_twice_overlaps_itself():
	with pytest.raises(OverlappingShifts, match="Monday 09:00-18:00 overlaps Monday 09:00-18:00"):
		BusinessCalendar([Shift(0, hours(9), hours(18))] * 2)


def test_a_calendar_without_shifts_is_refused():
	with pytest.raises(NoWorkingHours, match="at least one shift"):
		BusinessCalendar([], [date(2026, 1, 1)])
	assert issubclass(NoWorkingHours, ValueError)


@pytest.mark.parametrize(
	("weekday", "start", "end", "message"),
	[
		(7, 9, 18, "weekday must be 0"),
		(-1, 9, 18, "weekday must be 0"),
		(0, 18, 9, "Monday 18:00-09:00"),
		(0, 9, 9, "Monday 09:00-09:00"),
		(0, -1, 9, "between 00:00 and 24:00"),
		(6, 9, 25, "Sunday 09:00-25:00"),
	],
)
def test_an_impossible_shift_is_refused(weekday, start, end, message):
	with pytest.raises(ValueError, match=message):
		Shift(weekday, hours(start), hours(end))


def test_negative_working_time_is_refused():
	with pytest.raises(ValueError, match="cannot be negative"):
		OFFICE.add(at(MONDAY, 10), timedelta(microseconds=-1))


def test_elapsed_time_backwards_is_refused():
	with pytest.raises(ValueError, match="before the start"):
		OFFICE.elapsed(at(MONDAY, 10), at(MONDAY, 9))


def test_a_moment_with_a_zone_is_refused():
	with pytest.raises(TypeError):
		OFFICE.next_open(datetime(2026, 3, 2, 10, tzinfo=timezone.utc))


# --- the oracle ---


def compare(rng, unit, days, cases):
	"""Compare `cases` random questions about one random calendar; say how many got a definite answer."""
	calendar, grid = random_grid(rng, unit, days)
	answered = 0
	for _ in range(cases):
		start, end = sorted((rng.randrange(grid.size), rng.randrange(grid.size)))
		first = grid.moment(start)
		last = grid.moment(end)
		assert calendar.elapsed(first, last) == grid.elapsed(start, end) * unit, (calendar, first, last)
		assert calendar.is_open(first) == grid.is_open(start), (calendar, first)
		opening = grid.next_open(start)
		if opening is not None:
			assert calendar.next_open(first) == grid.moment(opening), (calendar, first)
		# Half the amounts are what was really worked, so that many due times fall on a closing or a holiday's eve.
		amount = grid.elapsed(start, end) if rng.random() < 0.5 else rng.randrange(2 * grid.size)
		due = grid.add(start, amount)
		if due is not None:
			assert calendar.add(first, amount * unit) == grid.moment(due), (calendar, first, amount)
			answered += 1
	return answered


def test_every_answer_equals_counting_minute_by_minute():
	rng, per_calendar, wanted = random.Random(20260302), 1000, cases_wanted()
	answered = sum(compare(rng, MINUTE, 45, per_calendar) for _ in range(-(-wanted // per_calendar)))
	assert answered > wanted / 2  # the window must not swallow the comparison


def test_every_answer_equals_counting_second_by_second():
	rng, calendars, per_calendar = random.Random(7), 12, 500
	answered = sum(compare(rng, SECOND, 9, per_calendar) for _ in range(calendars))
	assert answered > calendars * per_calendar / 2


# --- properties, to the microsecond ---

moments = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1))
amounts = st.timedeltas(timedelta(0), timedelta(days=60))
HALF_HOUR = timedelta(minutes=30)


@st.composite
def calendars(draw):
	# Shifts of half an hour at least, or sixty days of work would take a weekly microsecond beyond the year 9999.
	jitter = timedelta(microseconds=draw(st.sampled_from((0, 1, 999_999))))
	shifts = []
	for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
		edges = sorted(draw(st.sets(st.integers(0, 47), min_size=2, max_size=6)))
		for start, end in zip(edges[::2], edges[1::2], strict=False):
			shifts.append(Shift(weekday, start * HALF_HOUR + jitter, end * HALF_HOUR + jitter))
	return BusinessCalendar(shifts, draw(st.sets(st.dates(date(1990, 1, 1), date(2061, 1, 1)), max_size=12)))


@given(calendars(), moments, amounts)
def test_what_was_added_has_elapsed(calendar, start, amount):
	due = calendar.add(start, amount)
	assert due >= start
	assert calendar.elapsed(start, due) == amount


@given(calendars(), moments, amounts.filter(bool))
def test_a_due_time_is_the_earliest_possible(calendar, start, amount):
	just_before = calendar.add(start, amount) - timedelta(microseconds=1)
	assert calendar.elapsed(start, just_before) < amount


@given(calendars(), moments, amounts, amounts)
def test_adding_twice_is_adding_the_sum(calendar, start, first, second):
	assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@given(calendars(), st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_elapsed_time_adds_up(calendar, three):
	start, middle, end = three
	assert calendar.elapsed(start, end) == calendar.elapsed(start, middle) + calendar.elapsed(middle, end)


@given(calendars(), moments)
def test_the_next_opening_is_open_and_nothing_was_worked_until_then(calendar, moment):
	opening = calendar.next_open(moment)
	assert calendar.is_open(opening)
	assert calendar.elapsed(moment, opening) == timedelta(0)
	assert (opening == moment) == calendar.is_open(moment)


@given(calendars(), moments)
def test_the_business_date_is_a_working_day_that_closes_later(calendar, moment):
	day = calendar.business_date(moment)
	assert calendar.is_working_day(day)
	assert calendar.closing(day) > moment


@given(calendars(), moments, amounts)
@settings(max_examples=50)
def test_one_more_holiday_never_brings_a_due_time_forward(calendar, start, amount):
	fewer = BusinessCalendar(calendar.shifts, calendar.holidays[1:])
	assert fewer.add(start, amount) <= calendar.add(start, amount)
