"""Working time in closed form: shifts of a week, less holidays.

Every moment is turned into *open time since the origin* and back. Going there is a look-up in the week plus the hours
that holidays took until then; coming back is one bisect over the holidays and one over the week. Nothing walks
over days, so thirty days cost what four hours cost, and any year works.

Moments are naive datetimes in the site's time zone. Arithmetic is done on whole microseconds, hence exact.
Requirements: G2, S1.2, S1.4, S7.3, D1-D3.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_NOTHING = timedelta(0)
_FULL_DAY = timedelta(hours=24)
# One resolution times a whole number is the cheapest way to an exact timedelta.
_MICROSECOND = timedelta.resolution
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_WEEK = 7 * _DAY
# 0001-01-01 is a Monday, so the day number modulo 7 is the weekday and no supported moment lies before it.
_ORIGIN = datetime.min
_AFTER_ALL_DAYS = date.max.toordinal() + 1


class NoWorkingHours(ValueError):
	"""A calendar was given no shift at all, so nothing could ever fall due."""


class OverlappingShifts(ValueError):
	"""Two shifts of one day share time; `first` and `second` are those shifts."""

	def __init__(self, first: "Shift", second: "Shift"):
		super().__init__(f"{first} overlaps {second}")
		self.first = first
		self.second = second


@dataclass(frozen=True, order=True)
class Shift:
	"""Working hours of one weekday.

	weekday: 0 is Monday … 6 is Sunday. start, end: offsets from midnight, 0 <= start < end <= 24 h; `end` itself is
	closed. A night shift is two: until 24:00, and from 0:00 of the next weekday. Anything else raises ValueError.
	"""

	weekday: int
	start: timedelta
	end: timedelta

	def __post_init__(self):
		if self.weekday not in range(7):
			raise ValueError(f"weekday must be 0 (Monday) to 6 (Sunday), not {self.weekday!r}")
		if not _NOTHING <= self.start < self.end <= _FULL_DAY:
			raise ValueError(
				f"a shift must start before it ends, between 00:00 and 24:00: {WEEKDAYS[self.weekday]}"
				f" {_hours(self.start)}-{_hours(self.end)}"
			)

	def __str__(self):
		return f"{WEEKDAYS[self.weekday]} {_hours(self.start)}-{_hours(self.end)}"


class BusinessCalendar:
	"""When work is done. Immutable; two calendars with the same hours are equal and have the same hash.

	shifts: any order, several a day; overlapping ones raise OverlappingShifts, none at all raises NoWorkingHours (both
	are ValueError). holidays: dates that are closed all day, any order, repeated or not.

	A result beyond the year 9999 raises OverflowError.
	"""

	__slots__ = (
		"shifts", "holidays", "_key", "_hash", "_starts", "_lengths", "_before", "_week_open", "_last_end",
		"_closed_days", "_lost", "_open_before_closed", "_whole_days",
	)  # fmt: skip

	def __init__(self, shifts: Iterable[Shift], holidays: Iterable[date] = ()):
		shifts = tuple(sorted(shifts))
		_refuse_impossible(shifts)
		keep = object.__setattr__
		keep(self, "shifts", shifts)
		keep(self, "holidays", tuple(sorted({_plain_date(day) for day in holidays})))
		keep(self, "_whole_days", None)
		self._prepare_week()
		self._prepare_holidays()
		key = (self._starts, self._lengths, self._closed_days)
		keep(self, "_key", key)
		keep(self, "_hash", hash(key))

	def is_open(self, at: datetime) -> bool:
		"""Whether `at` is working time; a shift's start is, its end is not."""
		day, position = _place(at)
		if self._closed_days[bisect_left(self._closed_days, day)] == day:
			return False
		segment = bisect_right(self._starts, position) - 1
		return position - self._starts[segment] < self._lengths[segment]

	def next_open(self, at: datetime) -> datetime:
		"""The first working moment not before `at`: `at` itself when open (D3)."""
		opened = self._open_until(at)
		passed = bisect_right(self._open_before_closed, opened)
		weeks, rest = divmod(opened + self._lost[passed], self._week_open)
		segment = bisect_right(self._before, rest) - 1
		return _moment(weeks * _WEEK + self._starts[segment] + rest - self._before[segment])

	def add(self, start: datetime, working: timedelta) -> datetime:
		"""The earliest moment by which `working` time has passed since `start`.

		A due time that falls on closing time stays there, and add(t, 0) is t. Negative time raises ValueError.
		"""
		amount = (working.days * 86_400 + working.seconds) * _SECOND + working.microseconds
		if amount <= 0:
			if amount < 0:
				raise ValueError(f"working time cannot be negative: {working}")
			return start
		target = self._open_until(start) + amount
		# Holidays whose morning comes before the target was reached lie on the way; their hours are not worked.
		target += self._lost[bisect_left(self._open_before_closed, target)]
		# One less and one more: what is reached exactly at the week's last closing belongs to that week.
		weeks, rest = divmod(target - 1, self._week_open)
		rest += 1
		segment = bisect_left(self._before, rest) - 1
		return _moment(weeks * _WEEK + self._starts[segment] + rest - self._before[segment])

	def elapsed(self, start: datetime, end: datetime) -> timedelta:
		"""Working time in [start, end). An end before the start raises ValueError."""
		if end < start:
			raise ValueError(f"the end {end} is before the start {start}")
		return _MICROSECOND * (self._open_until(end) - self._open_until(start))

	def business_date(self, at: datetime) -> date:
		"""The date on which what arrives at `at` is dealt with: that of the next working moment (S1.4, D3)."""
		return self.next_open(at).date()

	def is_working_day(self, day: date) -> bool:
		"""Whether `day` has any working time."""
		number = day.toordinal() - 1
		return (
			self._last_end[number % 7] is not None
			and self._closed_days[bisect_left(self._closed_days, number)] != number
		)

	def closing(self, day: date) -> datetime:
		"""The last closing of `day`. A day without working time raises ValueError."""
		if not self.is_working_day(day):
			raise ValueError(f"{day} has no working time")
		return datetime.combine(day, time.min) + self._last_end[day.weekday()]

	def whole_days(self) -> "BusinessCalendar":
		"""The calendar that runs all 24 hours of exactly the days on which this one works ("horas hábiles", D1, D2)."""
		if self._whole_days is None:
			weekdays = {shift.weekday for shift in self.shifts}
			whole = BusinessCalendar((Shift(day, _NOTHING, _FULL_DAY) for day in weekdays), self.holidays)
			object.__setattr__(self, "_whole_days", whole)
		return self._whole_days

	def _prepare_week(self):
		"""Merge the shifts into open stretches of the week, with the open time before each."""
		stretches = _merged(self.shifts)
		# A first stretch of no length at the week's start spares every look-up the case "before the first one".
		starts, lengths, before, total = [0], [0], [0], 0
		for start, end in stretches:
			starts.append(start)
			lengths.append(end - start)
			before.append(total)
			total += end - start
		last_end = [None] * 7
		for shift in self.shifts:
			last_end[shift.weekday] = shift.end
		keep = object.__setattr__
		keep(self, "_starts", tuple(starts))
		keep(self, "_lengths", tuple(lengths))
		keep(self, "_before", tuple(before))
		keep(self, "_week_open", total)
		keep(self, "_last_end", tuple(last_end))

	def _prepare_holidays(self):
		"""Sum up, holiday by holiday, the hours they took; holidays on days that are closed anyhow take none."""
		per_day = [0] * 7
		for shift in self.shifts:
			per_day[shift.weekday] += _microseconds(shift.end - shift.start)
		before_day = [sum(per_day[:weekday]) for weekday in range(7)]
		closed, lost, open_before, total = [], [0], [], 0
		for number in (day.toordinal() - 1 for day in self.holidays):
			weeks, weekday = divmod(number, 7)
			if per_day[weekday]:
				closed.append(number)
				open_before.append(weeks * self._week_open + before_day[weekday] - total)
				total += per_day[weekday]
				lost.append(total)
		keep = object.__setattr__
		# The last entry is later than any date: it spares every look-up the case "after the last holiday".
		keep(self, "_closed_days", (*closed, _AFTER_ALL_DAYS))
		keep(self, "_lost", tuple(lost))
		keep(self, "_open_before_closed", tuple(open_before))

	def _open_until(self, at: datetime) -> int:
		"""Open microseconds between the origin and `at`."""
		since = at - _ORIGIN
		day = since.days
		weeks, weekday = divmod(day, 7)
		position = weekday * _DAY
		holiday = bisect_left(self._closed_days, day)
		if self._closed_days[holiday] != day:
			position += since.seconds * _SECOND + since.microseconds
		segment = bisect_right(self._starts, position) - 1
		worked = position - self._starts[segment]
		if worked > self._lengths[segment]:
			worked = self._lengths[segment]
		return weeks * self._week_open + self._before[segment] + worked - self._lost[holiday]

	def __setattr__(self, name, value):
		raise AttributeError("a BusinessCalendar does not change; make a new one")

	def __delattr__(self, name):
		raise AttributeError("a BusinessCalendar does not change; make a new one")

	def __eq__(self, other):
		if not isinstance(other, BusinessCalendar):
			return NotImplemented
		return self._key == other._key

	def __hash__(self):
		return self._hash

	def __reduce__(self):
		return BusinessCalendar, (self.shifts, self.holidays)

	def __repr__(self):
		hours = ", ".join(str(shift) for shift in self.shifts)
		return f"<BusinessCalendar {hours}; {len(self.holidays)} holidays>"


def _refuse_impossible(shifts):
	if not shifts:
		raise NoWorkingHours("a calendar needs at least one shift")
	for first, second in pairwise(shifts):
		if first.weekday == second.weekday and second.start < first.end:
			raise OverlappingShifts(first, second)


def _merged(shifts):
	"""Stretches (start, end) in microseconds of the week; shifts that touch become one."""
	stretches = []
	for shift in shifts:
		start = shift.weekday * _DAY + _microseconds(shift.start)
		end = shift.weekday * _DAY + _microseconds(shift.end)
		if stretches and stretches[-1][1] == start:
			stretches[-1] = (stretches[-1][0], end)
		else:
			stretches.append((start, end))
	return stretches


def _place(at):
	"""The day number of `at`, and its microseconds since Monday 0:00."""
	since = at - _ORIGIN
	day = since.days
	return day, day % 7 * _DAY + since.seconds * _SECOND + since.microseconds


def _moment(microseconds):
	return _ORIGIN + _MICROSECOND * microseconds


def _microseconds(span):
	return (span.days * 86_400 + span.seconds) * _SECOND + span.microseconds


def _plain_date(day):
	# A datetime is a date in Python, but would neither sort nor compare among dates.
	return day.date() if isinstance(day, datetime) else day


def _hours(offset):
	minutes, seconds = divmod(int(offset.total_seconds()), 60)
	text = f"{minutes // 60:02d}:{minutes % 60:02d}"
	return f"{text}:{seconds:02d}" if seconds else text
