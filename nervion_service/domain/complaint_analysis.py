"""What complaints have in common, the most frequent first, and how much of all of them the first ones explain (G13, Pareto)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

# ages of open complaints in days: up to each, and what is older
AGE_BANDS = ((5, "Up to 5 days"), (10, "6 to 10 days"), (30, "11 to 30 days"))
OLDEST = "Over 30 days"
# Pareto: the few causes that explain four fifths of all
VITAL_SHARE = 0.8
AGES = (*(label for _days, label in AGE_BANDS), OLDEST)


@dataclass(frozen=True)
class Group:
	"""The complaints that share a value, "" where it is not known.

	seconds: Σ working time to the first closing of the `timed` ones, whose promise measured it; wall: that of all `closed` ones by
	the calendar.
	"""

	value: str
	complaints: int
	still_open: int = 0
	admitted: int = 0
	recurring: int = 0
	resolved: int = 0
	resolved_judged: int = 0
	closed: int = 0
	timed: int = 0
	seconds: int = 0
	wall: int = 0

	@property
	def mean_seconds(self) -> float | None:
		"""Mean working time to the first closing; None while none was measured (D12)."""
		return self.seconds / self.timed if self.timed else None

	@property
	def in_time(self) -> float | None:
		"""The share resolved in time, 0 to 1; None while nothing can be said (D12, D17)."""
		return self.resolved / self.resolved_judged if self.resolved_judged else None


def ranked(groups: Iterable[Group]) -> list[Group]:
	"""The most frequent first; what is not known comes last, however much it is, since it is no cause of anything."""
	return sorted(groups, key=lambda one: (not one.value, -one.complaints, one.value))


def cumulative(groups: Sequence[Group]) -> list[float | None]:
	"""The share of all that the groups up to each explain, 0 to 1; None each where there is nothing to explain."""
	whole, reached, found = sum(one.complaints for one in groups), 0, []
	for one in groups:
		reached += one.complaints
		found.append(reached / whole if whole else None)
	return found


def age_band(days: float) -> str:
	"""The band in which an age in days falls; a limit belongs to the younger band. ValueError for a negative age."""
	if days < 0:
		raise ValueError(f"no complaint is {days} days old")
	return next((label for limit, label in AGE_BANDS if days <= limit), OLDEST)


def by_age(ages: Iterable[float]) -> list[Group]:
	"""Open complaints by age in days, from young to old; bands without any are left out."""
	counts = dict.fromkeys(AGES, 0)
	for days in ages:
		counts[age_band(days)] += 1
	return [Group(label, number, still_open=number) for label, number in counts.items() if number]


def total(groups: Iterable[Group], value: str = "") -> Group:
	"""All of them as one group that is called `value`."""
	groups = tuple(groups)
	sums = {
		field.name: sum(getattr(one, field.name) for one in groups)
		for field in fields(Group)
		if field.name != "value"
	}
	return Group(value, **sums)


def vital(groups: Sequence[Group]) -> list[bool]:
	"""Which of `ranked` groups are the few that explain VITAL_SHARE of all: those that begin before it is reached.

	What is not known is never one of them.
	"""
	whole, reached, found = sum(one.complaints for one in groups), 0, []
	for one in groups:
		found.append(bool(one.value) and reached < VITAL_SHARE * whole)
		reached += one.complaints
	return found
