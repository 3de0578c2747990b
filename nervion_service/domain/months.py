"""Calendar months: their names, and which of them something is owed for."""

from datetime import date, timedelta


def first_day(day: date) -> date:
	"""The first day of the month that `day` lies in."""
	return day.replace(day=1)


def previous(day: date) -> date:
	"""The first day of the month before that of `day`."""
	return first_day(first_day(day) - timedelta(days=1))


def last_day(day: date) -> date:
	"""The last day of the month that `day` lies in."""
	return first_day(first_day(day) + timedelta(days=32)) - timedelta(days=1)


def code(day: date) -> str:
	"""Such as "2026-11"; codes sort as their months do."""
	return f"{day:%Y-%m}"


def owed(newest: date, done: str, at_most: int) -> list[date]:
	"""The months after `done` up to `newest`, as first days, oldest first: the youngest `at_most` of them.

	done: the code of the last month that was served; "" when none ever was, then only the newest is owed.
	"""
	found = []
	month = first_day(newest)
	while code(month) > done and len(found) < at_most:
		found.insert(0, month)
		month = previous(month)
		if not done:
			break
	return found
