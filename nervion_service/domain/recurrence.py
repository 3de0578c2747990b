"""When a complaint says that a corrective action did not hold (D10, K9).

The same root cause again within the settled days after its corrective action was implemented, whatever the item; its rate is the
recurring complaints over the admitted ones of the period, and no figure at all where nothing was admitted (D12).
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Implemented:
	"""A corrective action that was put in place, and the cause that it was to remove."""

	action: str
	root_cause: str
	implemented_at: datetime


@dataclass(frozen=True)
class Occurrence:
	"""A complaint, what caused it, and when it happened, which is when it was received."""

	complaint: str
	root_cause: str | None
	at: datetime


def window(days: int) -> timedelta:
	"""The settled window. ValueError for less than a day, since nothing could ever recur."""
	if days < 1:
		raise ValueError(f"a window of recurrence has at least one day, not {days}")
	return timedelta(days=days)


def recurs_after(
	occurrence: Occurrence, actions: Iterable[Implemented], within: timedelta
) -> Implemented | None:
	"""The latest action against the same cause that was implemented before it and not longer ago than `within`; None without.

	What happened at the very moment of the implementation, or before it, was not prevented by it and is no recurrence; the last
	moment of the window still counts.
	"""
	return _Timeline(actions).latest(occurrence, within)


def recurrences(
	occurrences: Iterable[Occurrence], actions: Iterable[Implemented], within: timedelta
) -> Mapping[str, Implemented]:
	"""{complaint: the action that did not hold} of all that recur; grows with n log n, for reports over years."""
	timeline = _Timeline(actions)
	found = ((occurrence.complaint, timeline.latest(occurrence, within)) for occurrence in occurrences)
	return {complaint: action for complaint, action in found if action}


def rate(recurring: int, admitted: int) -> float | None:
	"""The share of admitted complaints that recurred, 0 to 1; None while nothing was admitted, which is no 0 % (D12).

	ValueError when more recurred than were admitted, or a count is negative: then somebody counted wrongly.
	"""
	if not 0 <= recurring <= admitted:
		raise ValueError(f"{recurring} of {admitted} complaints cannot recur")
	return recurring / admitted if admitted else None


class _Timeline:
	"""Actions by cause, in order of time."""

	def __init__(self, actions: Iterable[Implemented]):
		self._by_cause: dict[str, list[Implemented]] = {}
		for action in sorted(actions, key=lambda one: (one.implemented_at, one.action)):
			self._by_cause.setdefault(action.root_cause, []).append(action)

	def latest(self, occurrence: Occurrence, within: timedelta) -> Implemented | None:
		actions = self._by_cause.get(occurrence.root_cause or "", [])
		before = bisect_left(actions, occurrence.at, key=lambda one: one.implemented_at)
		if not before or occurrence.at - actions[before - 1].implemented_at > within:
			return None
		return actions[before - 1]
