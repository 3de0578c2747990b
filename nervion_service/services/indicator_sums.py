"""Sums behind the indicators: from the daily roll-up and the rows that are not in it, or from the rows alone.

The roll-up serves who sees everything and narrows by company, channel and at most one thing more. Everybody else is counted
row by row, in SQL, under the permissions of their lists.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import frappe

from nervion_service.domain.commitments import Status
from nervion_service.services import clock, daily_figures, visibility
from nervion_service.services.daily_figures import (
	DIMENSIONS,
	PROMISES,
	SATISFACTION_KIND,
	SUMS,
	WORDS,
	Source,
)

NARROWING = ("company", "channel", *DIMENSIONS)
STATUSES = tuple(status.value for status in Status)


@dataclass(frozen=True)
class Period:
	"""What is counted: promises that began from `from_date` to `to_date`, both included, narrowed by what is given."""

	from_date: date
	to_date: date
	company: str | None = None
	channel: str | None = None
	request_type: str | None = None
	department: str | None = None
	responsible: str | None = None

	@property
	def bounds(self) -> tuple[datetime, datetime]:
		"""The half-open interval of the period."""
		return clock.span(self.from_date, self.to_date)

	@property
	def narrowed(self) -> dict[str, str]:
		"""The filters that are given, by field of the commitment."""
		return {name: getattr(self, name) for name in NARROWING if getattr(self, name)}

	@property
	def values(self) -> dict:
		"""What statements need of the period, by name."""
		begin, end = self.bounds
		dates = {"from_date": self.from_date, "to_date": self.to_date}
		return {"begin": begin, "end": end, **dates, **self.narrowed}


def of_promises(
	period: Period, now: datetime, kinds: Iterable[str], by: tuple[str, ...] = ()
) -> list[frappe._dict]:
	"""SUMS of the promises that began in the period, per kind, status and columns of `by` ("channel", "day").

	A key may come twice, its sums in parts. `now` says which open ones are late.
	"""
	values = {"now": now, "kinds": tuple(kinds), "statuses": STATUSES}
	return _sums(PROMISES, period, "c.status IN %(statuses)s AND c.kind IN %(kinds)s", values, by)


def of_words(period: Period) -> list[frappe._dict]:
	"""How often customers said each word of satisfaction in the period: `status` and `everything`."""
	values = {"now": None, "kinds": (SATISFACTION_KIND,)}
	return _sums(WORDS, period, "c.satisfaction > ''", values, ())


def _sums(source: Source, period: Period, chosen: str, values: dict, by: tuple[str, ...]):
	visible = visibility.tail(source.doctype, "c")
	served = not visible and _slice(period) is not None
	parts = [_live(source, period, f"{chosen} {visible}", by, (0,) if served else (0, 1))]
	if served:
		parts.append(_rolled_up(period, by))
		values = {**values, **dict(zip(("dimension", "value"), _slice(period), strict=True))}
	values = {**values, **period.values}
	# SQL: sums of many rows instead of as many documents; visibility.tail keeps the user's permissions
	found = frappe.db.sql(" UNION ALL ".join(parts), values, as_dict=True)
	return [frappe._dict({**row, **{name: int(row[name] or 0) for name in SUMS}}) for row in found]


def _slice(period: Period) -> tuple[str, str] | None:
	"""Dimension and value under which the roll-up has these figures; None where it has them not."""
	asked = [
		(doctype, period.narrowed[name]) for name, doctype in DIMENSIONS.items() if name in period.narrowed
	]
	return None if len(asked) > 1 else (asked or [("", "")])[0]


def _live(source: Source, period: Period, chosen: str, by: tuple[str, ...], marks: tuple[int, ...]) -> str:
	keys = ("status", "kind", *by)
	columns = [f"{source.columns[name]} AS `{name}`" for name in keys]
	columns += [f"SUM({source.columns[name]}) AS `{name}`" for name in SUMS]
	narrowed = "".join(f" AND {source.columns[name]} = %({name})s" for name in period.narrowed)
	return f"""(SELECT {", ".join(columns)} FROM {source.table} c
		WHERE c.in_figures IN {marks if len(marks) > 1 else f"({marks[0]})"} AND {chosen}
			AND c.{source.moment} >= %(begin)s AND c.{source.moment} < %(end)s{narrowed}
		GROUP BY {", ".join(source.columns[name] for name in keys)})"""


def _rolled_up(period: Period, by: tuple[str, ...]) -> str:
	keys = ("status", "kind", *by)
	columns = [f"r.`{name}`" for name in keys] + [f"SUM(r.`{name}`) AS `{name}`" for name in SUMS]
	narrowed = "".join(
		f" AND r.{name} = %({name})s" for name in ("company", "channel") if name in period.narrowed
	)
	return f"""(SELECT {", ".join(columns)} FROM `tab{daily_figures.DOCTYPE}` r
		WHERE r.dimension = %(dimension)s AND r.value = %(value)s AND r.kind IN %(kinds)s
			AND r.`day` BETWEEN %(from_date)s AND %(to_date)s{narrowed}
		GROUP BY {", ".join(f"r.`{name}`" for name in keys)})"""
