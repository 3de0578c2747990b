"""The readings of the indicators over a period, and their course (S1.12-S1.14, G17, D3, D12, D14, D19, D20).

A number in the report, on a card and behind a click comes from the same rows: here they are counted, `indicator_rows` lists
them under the same conditions.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

import frappe

from nervion_service.domain import indicators
from nervion_service.domain.commitments import Status
from nervion_service.domain.indicators import Reading, ResponseTotals, reading
from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import commitments, indicator_sums, periods
from nervion_service.services.indicator_sums import NARROWING, Period

RESPONSES = {"S1.12": CommitmentKind.FIRST_ANSWER, "G17": CommitmentKind.CORPORATE_ANSWER}
SAME_DAY, SATISFACTION = "S1.13", "S1.14"
# by what the trend goes: the label under which a day is counted
BUCKETS = {
	"Day": lambda day: day.isoformat(),
	"Week": lambda day: "{}-{:02d}".format(*day.isocalendar()),
	"Month": lambda day: f"{day:%Y-%m}",
}
WITHIN = (Status.FULFILLED.value,)
ANSWERED = (*WITHIN, Status.FULFILLED_LATE.value)
UNANSWERED = commitments.OPEN_STATUSES
CANCELLED = Status.CANCELLED.value
_TOTALS = tuple(field.name for field in fields(ResponseTotals))


def period(filters) -> Period:
	"""The period that a report's filters ask for, see `periods`."""
	days = periods.asked_for(filters.get("from_date"), filters.get("to_date"))
	return Period(*days, **{name: filters.get(name) or None for name in NARROWING})


def readings(period: Period, now: datetime) -> dict[str, Reading]:
	"""Every indicator of the catalogue over the period, by code; one without data says so (D12)."""
	found: dict[str, Reading] = {}
	sums = indicator_sums.of_promises(period, now, RESPONSES.values())
	for code, kind in RESPONSES.items():
		totals = _totals(row for row in sums if row.kind == kind)
		found.update(_by_code(indicators.response_readings(code, totals)))
	found.update(_by_code(_same_day(period, now)))
	found.update(_by_code(_satisfaction(period)))
	return {code: found[code] for code in indicators.BY_CODE if code in found}


def trend(period: Period, now: datetime, bucket: str = "Month") -> dict[str, dict[str, Reading]]:
	"""The response figures of each month, week or day of the period, oldest first; empty ones are left out."""
	label_of, codes = BUCKETS[bucket], {kind: code for code, kind in RESPONSES.items()}
	grouped: dict[tuple[str, str], list] = {}
	for row in indicator_sums.of_promises(period, now, RESPONSES.values(), by=("day",)):
		if _counts(row):
			grouped.setdefault((label_of(row.day), row.kind), []).append(row)
	found: dict[str, dict[str, Reading]] = {}
	for (label, kind), rows in sorted(grouped.items()):
		figures = indicators.response_readings(codes[kind], _totals(rows))
		found.setdefault(label, {}).update(_by_code(figures))
	return found


def automatic_channels() -> list[str]:
	"""Names of the channels that register by themselves (D3)."""
	# get_all: the names of all channels, which are no secret, decide how every row is counted
	return frappe.get_all("Service Channel", filters={"is_automatic": 1}, pluck="name", order_by="name")


def _same_day(period: Period, now: datetime) -> list[Reading]:
	automatic = set(automatic_channels())
	counts = {"": [0, 0], "automatic": [0, 0], "all": [0, 0]}
	for row in indicator_sums.of_promises(period, now, [CommitmentKind.REGISTRATION], by=("channel",)):
		for part in ("automatic" if row.channel in automatic else "", "all"):
			counts[part][0] += row.everything if row.status in WITHIN else 0
			counts[part][1] += _counts(row)
	return [
		reading(indicators.BY_CODE[f"{SAME_DAY}-{part}" if part else SAME_DAY], *pair)
		for part, pair in counts.items()
	]


def _satisfaction(period: Period) -> list[Reading]:
	words: dict[str, int] = {}
	for row in indicator_sums.of_words(period):
		words[row.status] = words.get(row.status, 0) + row.everything
	answers = sum(words.values())
	headline = reading(
		indicators.BY_CODE[SATISFACTION], words.get("Satisfied", 0) if answers else None, answers
	)
	# the scale of 0 to 10 is asked by surveys only
	return [headline, reading(indicators.BY_CODE[f"{SATISFACTION}-nps"], None, None)]


def _counts(row) -> int:
	"""How many promises of a row of sums are counted at all: of those that lapsed, the ones that were broken by then (D20)."""
	return row.late if row.status == CANCELLED else row.everything


def _totals(rows: Iterable) -> ResponseTotals:
	totals = dict.fromkeys(_TOTALS, 0)
	for row in rows:
		for name, count in _part_of_totals(row).items():
			totals[name] += count
	return ResponseTotals(**totals)


def _part_of_totals(row) -> dict[str, int]:
	if row.status not in ANSWERED:
		return {
			"unanswered": _counts(row),
			"overdue": row.late,
			"overdue_with_pauses": row.late_with_pauses,
		}
	return {
		"answered": row.everything,
		"within": row.everything if row.status in WITHIN else 0,
		"within_with_pauses": row.kept,
		"seconds": row.seconds,
		"seconds_with_pauses": row.seconds + row.paused,
	}


def _by_code(found: Iterable[Reading]) -> dict[str, Reading]:
	return {one.indicator.code: one for one in found}
