"""What a due time and an elapsed time cost, beside walking over the days.

    python -m benchmarks.calendar

Each figure is a ratio taken in one run on the same data; microseconds differ from machine to machine. The plain loop
beside it is a lean one: days times a list of holidays, without a framework's conversions. Run with a bench's
Python (`BENCH=/path/to/bench make bench`), ERPNext's own calculation is timed as well, on the same starts and holidays.

The last row counts differences from counting minute by minute: NERVION_CALENDAR_CASES cases, 100,000 unless told.
"""

import importlib
import os
import random
import sys
from datetime import date, datetime, time, timedelta
from time import perf_counter
from typing import NamedTuple

from nervion_service.domain.business_calendar import WEEKDAYS, BusinessCalendar, Shift

OPENS, CLOSES = timedelta(hours=9), timedelta(hours=18)
SHIFTS = {weekday: (OPENS, CLOSES) for weekday in range(5)}
# Mexico's official days, 2024 to 2027, as a holiday list of four years would hold them; their weekends are closed anyhow.
HOLIDAYS = [
	date(year, month, day)
	for year, days in {
		2024: ((1, 1), (2, 5), (3, 18), (5, 1), (9, 16), (10, 1), (11, 18), (12, 25)),
		2025: ((1, 1), (2, 3), (3, 17), (5, 1), (9, 16), (11, 17), (12, 25)),
		2026: ((1, 1), (2, 2), (3, 16), (5, 1), (9, 16), (11, 16), (12, 25)),
		2027: ((1, 1), (2, 1), (3, 15), (5, 1), (9, 16), (11, 15), (12, 25)),
	}.items()
	for month, day in days
]
CALENDAR = BusinessCalendar((Shift(day, *hours) for day, hours in SHIFTS.items()), HOLIDAYS)

# name, working time, how many times faster than ERPNext it is to be
DUE_TIMES = (
	("due time, 4 h", timedelta(hours=4), 10),
	("due time, 24 h", timedelta(hours=24), 18),
	("due time, 30 business days", 30 * (CLOSES - OPENS), 100),
)
FLATNESS = 1.3
ROUNDS = 30


class Row(NamedTuple):
	"""Microseconds per call of the calendar, of the day loop and of ERPNext (None: not here), and the ratio to reach."""

	name: str
	ours: float
	loop: float
	erpnext: float | None
	target: int | None


def day_loop_due(start, working):
	"""The due time by trying one day after the other."""
	midnight = datetime.combine(start.date(), time.min)
	while True:
		if midnight.date() not in HOLIDAYS and midnight.weekday() in SHIFTS:
			opens, closes = SHIFTS[midnight.weekday()]
			begin = max(start, midnight + opens)
			today = midnight + closes - begin
			if today >= working:
				return begin + working
			working -= max(today, timedelta(0))
		midnight += timedelta(days=1)


def day_loop_elapsed(start, end):
	"""Working time in [start, end) by trying one day after the other."""
	midnight, total = datetime.combine(start.date(), time.min), timedelta(0)
	while midnight < end:
		if midnight.date() not in HOLIDAYS and midnight.weekday() in SHIFTS:
			opens, closes = SHIFTS[midnight.weekday()]
			total += max(timedelta(0), min(end, midnight + closes) - max(start, midnight + opens))
		midnight += timedelta(days=1)
	return total


def beside_erpnext():
	"""ERPNext's due time as a function (start, working) -> datetime, or None where ERPNext is not installed.

	Its look-up of the holiday list is spared, so only the arithmetic is timed, and no site is needed.
	"""
	try:
		agreement = importlib.import_module(
			"erpnext.support.doctype.service_level_agreement.service_level_agreement"
		)
		frappe = importlib.import_module("frappe")
	except ImportError:
		return None
	agreement.get_holidays = lambda name: HOLIDAYS
	hours = [
		frappe._dict(workday=WEEKDAYS[day], start_time=opens, end_time=closes)
		for day, (opens, closes) in SHIFTS.items()
	]

	def due(start, working):
		promise = frappe._dict(
			response_time=working.total_seconds(), support_and_resolution=hours, holiday_list="-"
		)
		return agreement.get_expected_time_for("response", promise, start)

	return due


def costs(arguments, *functions):
	"""Microseconds per call of each function, the best of many passes over all arguments.

	The functions take turns, so that a busy machine slows all of them and not the one that was unlucky. A function that is
	None costs None.
	"""
	best = [None if function is None else float("inf") for function in functions]
	for _ in range(ROUNDS):
		for index, function in enumerate(functions):
			if function is not None:
				best[index] = min(best[index], one_pass(function, arguments))
	return best


def one_pass(function, arguments):
	begin = perf_counter()
	for values in arguments:
		function(*values)
	return (perf_counter() - begin) / len(arguments) * 1e6


def random_starts(count):
	"""Moments in working hours of 2025 and 2026, the same in every run."""
	rng, starts = random.Random(1), []
	while len(starts) < count:
		start = datetime(2025, 1, 1) + timedelta(seconds=rng.randrange(2 * 365 * 86_400))
		if CALENDAR.is_open(start):
			starts.append(start)
	return starts


def measure_due_times(starts, erpnext_due):
	"""One row per amount of working time."""
	rows = []
	for name, working, target in DUE_TIMES:
		arguments = [(start, working) for start in starts]
		if any(CALENDAR.add(*values) != day_loop_due(*values) for values in arguments):
			raise SystemExit(f"{name}: the calendar and the day loop disagree")
		rows.append(Row(name, *costs(arguments, CALENDAR.add, day_loop_due, erpnext_due), target))
	return rows


def measure_elapsed(starts):
	"""The row of the elapsed time over 45 days; ERPNext has nothing that answers the same question."""
	arguments = [(start, start + timedelta(days=45)) for start in starts]
	if any(CALENDAR.elapsed(*values) != day_loop_elapsed(*values) for values in arguments):
		raise SystemExit("elapsed: the calendar and the day loop disagree")
	return Row("elapsed, 45 days", *costs(arguments, CALENDAR.elapsed, day_loop_elapsed, None), None)


def measure_flatness(starts):
	"""How many times the cost of 4 h the cost of 30 business days is, the two taking turns."""
	short, long = (
		(lambda start, working=row[1]: CALENDAR.add(start, working)) for row in (DUE_TIMES[0], DUE_TIMES[2])
	)
	brief, thirty = costs([(start,) for start in starts], short, long)
	return thirty / brief


def count_differences(cases):
	"""Elapsed times that differ from counting minute by minute, over random calendars."""
	from tests.domain.oracle import MINUTE, random_grid

	rng, differences, per_calendar = random.Random(2), 0, 1000
	for done in range(0, cases, per_calendar):
		calendar, grid = random_grid(rng, MINUTE, 45)
		for _ in range(min(per_calendar, cases - done)):
			start, end = sorted((rng.randrange(grid.size), rng.randrange(grid.size)))
			counted = grid.elapsed(start, end) * MINUTE
			differences += calendar.elapsed(grid.moment(start), grid.moment(end)) != counted
	return differences


def show(row):
	line = f"{row.name:28}{row.ours:9.2f} µs{row.loop:10.2f} µs{row.loop / row.ours:8.1f} ×"
	if row.erpnext:
		ratio = row.erpnext / row.ours
		line += (
			f"{row.erpnext:10.2f} µs{ratio:8.1f} ×   to reach {row.target} ×: {verdict(ratio >= row.target)}"
		)
	print(line)


def verdict(reached):
	return "reached" if reached else "NOT reached"


def main():
	starts = random_starts(200)
	erpnext_due = beside_erpnext()
	print(f"Python {sys.version.split()[0]}; {len(HOLIDAYS)} holidays; {len(starts)} starts in working hours")
	print(f"{'':28}{'calendar':>12}{'day loop':>13}{'ratio':>10}{'ERPNext':>13}{'ratio':>10}")
	rows = measure_due_times(starts, erpnext_due)
	for row in (*rows, measure_elapsed(starts)):
		show(row)
	if erpnext_due is None:
		print("ERPNext is not installed here: its columns stay empty")
	flatness = measure_flatness(starts)
	print(f"30 business days cost {flatness:.2f} × 4 h, to reach {FLATNESS}: {verdict(flatness <= FLATNESS)}")
	cases = int(os.environ.get("NERVION_CALENDAR_CASES", "100000"))
	differences = count_differences(cases)
	print(
		f"elapsed: {differences} differences in {cases:,} random cases, to reach 0: {verdict(not differences)}"
	)


if __name__ == "__main__":
	main()
