"""How time passes on each basis of a promise (D1-D4)."""

from datetime import datetime, time

from nervion_service.domain.promises import Basis

_END_OF_DAY = time(23, 59, 59)


def running_hours(basis, calendar):
	"""The calendar by which time passes on `basis`; None when every second counts."""
	if basis in (Basis.WORKING_TIME, Basis.SAME_BUSINESS_DAY):
		return calendar
	if basis == Basis.CLOCK_TIME_ON_WORKING_DAYS:
		return calendar.whole_days()
	return None


def passed(basis, begin, end, calendar):
	"""Time from `begin` to `end` as it counts on `basis`."""
	hours = running_hours(basis, calendar)
	return end - begin if hours is None else hours.elapsed(begin, end)


def later(basis, begin, amount, calendar):
	"""The moment at which `amount` has passed on `basis` since `begin`."""
	hours = running_hours(basis, calendar)
	return begin + amount if hours is None else hours.add(begin, amount)


def due(basis, begin, amount, calendar):
	"""When an amount on `basis` is up; never before it began."""
	if basis == Basis.CALENDAR_DAYS:
		# A start in the day's last second lies behind 23:59:59.
		return max(begin, datetime.combine(begin.date() + amount, _END_OF_DAY))
	if basis == Basis.SAME_BUSINESS_DAY:
		return calendar.closing(calendar.business_date(begin))
	return later(basis, begin, amount, calendar)


def moved(moment, basis, wait, calendar):
	"""`moment` after a wait (from, to): what was due when it began stays, the rest moves by what stood still."""
	begin, end = wait
	if moment <= begin:
		return moment
	if basis == Basis.CALENDAR_DAYS:
		# Promises by the day move by whole days, one per midnight that passed waiting: they stay due at a day's end.
		return max(end, moment + (end.date() - begin.date()))
	return max(end, later(basis, moment, passed(basis, begin, end, calendar), calendar))
