"""The slow truth beside which the calendar's closed form is held.

A grid marks every minute (or second) of a window open or closed by walking the days one after the other, and counts.
It shares no idea with `business_calendar`: no weeks, no merged stretches, no holiday sums.
"""

import os
from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from nervion_service.domain.business_calendar import BusinessCalendar, Shift

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def cases_wanted():
	"""How many random cases a run compares: NERVION_CALENDAR_CASES, 100,000 unless told."""
	return int(os.environ.get("NERVION_CALENDAR_CASES", "100000"))


class Grid:
	"""Working time of `days` days from `first_day` on, unit by unit (MINUTE or SECOND).

	Moments are given as a number of units since the window's first midnight.
	"""

	def __init__(self, shifts, holidays, first_day, days, unit):
		self.origin = datetime.combine(first_day, time.min)
		self.unit = unit
		per_day = DAY // unit
		flags = bytearray(days * per_day)
		for index in range(days):
			day = first_day + timedelta(days=index)
			if day in holidays:
				continue
			for shift in shifts:
				if shift.weekday == day.weekday():
					start, end = index * per_day + shift.start // unit, index * per_day + shift.end // unit
					flags[start:end] = b"\x01" * (end - start)
		self.flags = flags
		self.size = len(flags)
		self.worked = list(accumulate(flags, initial=0))

	def moment(self, index):
		"""The datetime of a unit's beginning."""
		return self.origin + index * self.unit

	def is_open(self, index):
		return bool(self.flags[index])

	def elapsed(self, start, end):
		"""Open units in [start, end)."""
		return self.worked[end] - self.worked[start]

	def add(self, start, units):
		"""The earliest unit by which `units` were worked since `start`, or None when the window ends before."""
		if not units:
			return start
		index = bisect_left(self.worked, self.worked[start] + units)
		return index if index <= self.size else None

	def next_open(self, index):
		"""The first open unit from `index` on, or None when the window ends before."""
		found = bisect_right(self.worked, self.worked[index]) - 1
		return found if found < self.size else None


def random_grid(rng, unit, days):
	"""A random calendar and its grid, in a random year.

	Any number of weekdays, one to four shifts a day (24-hour days among them) and holidays from none to nearly all.
	"""
	# The last days that Python knows are left out, so that results of the calendar stay representable.
	first_day = date.fromordinal(rng.randint(1, date.max.toordinal() - days - 400))
	shifts = _random_shifts(rng, unit)
	share_closed = rng.choice((0.0, 0.03, 0.3, 0.9))
	window = [
		first_day + timedelta(days=index)
		for index in range(-30, days + 30)
		if index + first_day.toordinal() > 0
	]
	holidays = {day for day in window if rng.random() < share_closed}
	calendar = BusinessCalendar(shifts, rng.sample(sorted(holidays), len(holidays)))
	return calendar, Grid(shifts, holidays, first_day, days, unit)


def _random_shifts(rng, unit):
	shifts = []
	for weekday in rng.sample(range(7), rng.randint(1, 7)):
		if rng.random() < 0.15:
			shifts.append(Shift(weekday, timedelta(0), DAY))
			continue
		edges = sorted(rng.sample(range(DAY // unit + 1), 2 * rng.randint(1, 4)))
		for start, end in zip(edges[::2], edges[1::2], strict=True):
			shifts.append(Shift(weekday, start * unit, end * unit))
		if rng.random() < 0.2:
			shifts[-1] = Shift(weekday, shifts[-1].start, DAY)
	rng.shuffle(shifts)
	return shifts
