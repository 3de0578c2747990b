"""The calendar's figures as rows of the table; the measuring stands in `benchmarks.calendar`."""

import os

from benchmarks import calendar
from benchmarks.rows import Row, faster, limit


def measure() -> list[Row]:
	"""Due times beside ERPNext (or the day loop), elapsed time, flatness, and differences from counting minutes."""
	starts = calendar.random_starts(200)
	due = calendar.measure_due_times(starts, calendar.beside_erpnext())
	rows = [row for found in due for row in _due_rows(found)]
	elapsed = calendar.measure_elapsed(starts)
	rows.append(faster(elapsed.name, elapsed.ours, "µs", elapsed.loop, "a lean loop over the days"))
	flatness = calendar.measure_flatness(starts)
	rows.append(limit("due time, 30 business days ÷ 4 h", flatness, "×", calendar.FLATNESS))
	cases = int(os.environ.get("NERVION_CALENDAR_CASES", "100000"))
	differences = calendar.count_differences(cases)
	rows.append(limit(f"elapsed, differences in {cases:,} random cases", differences, "differences", 0))
	return rows


def _due_rows(found: calendar.Row) -> list[Row]:
	loop = faster(found.name, found.ours, "µs", found.loop, "a lean loop over the days")
	if found.erpnext is None:
		return [loop]
	return [loop, faster(found.name, found.ours, "µs", found.erpnext, "ERPNext", found.target)]
