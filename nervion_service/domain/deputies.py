"""Who stands in for whom between dates, and who answers for a role that nobody holds.

One rule for assignment, for the ladder of warnings and for approvals.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nervion_service.domain.taxonomy import Role

MESSAGES = {
	"deputy_is_self": "{person} cannot stand in for themselves. Choose somebody else.",
	"deputy_dates": "The last day ({to_date}) is before the first day ({from_date}). Change one of them.",
	"deputy_overlap": (
		"{person} already has {deputy} standing in on some of these days. End that absence first."
	),
	"deputy_cycle": (
		"{deputy} is already represented by {person}, directly or through others, on some of these days. "
		"Choose somebody who is present."
	),
}

FALLBACK_ROLES: Mapping[str, str] = {
	Role.AGENCY: Role.COMMUNITY_MANAGER,
	Role.COMMUNITY_MANAGER: Role.DIGITAL_COORDINATOR,
	Role.DIGITAL_COORDINATOR: Role.COORDINATOR,
	Role.ENGINEER: Role.TECHNICIAN,
	Role.TECHNICIAN: Role.COORDINATOR,
	Role.QUALITY: Role.COORDINATOR,
	Role.PRODUCTION: Role.QUALITY,
	Role.SALES: Role.COORDINATOR,
	Role.EXECUTIVE: Role.COORDINATOR,
	Role.COORDINATOR: Role.COMMERCIAL_DIRECTOR,
	Role.COMMERCIAL_DIRECTOR: Role.MANAGEMENT,
	Role.MANAGEMENT: Role.ADMINISTRATOR,
	Role.SYSTEMS: Role.ADMINISTRATOR,
}
"""Who answers for a role that nobody holds or whose holders are all away; the settings' user comes after."""


@dataclass(frozen=True)
class Absence:
	"""`deputy` stands in for `person` from `from_date` to `to_date`, both included; None is open-ended."""

	person: str
	deputy: str
	from_date: date
	to_date: date | None = None

	def covers(self, day: date) -> bool:
		return self.from_date <= day and (self.to_date is None or day <= self.to_date)

	def overlaps(self, other: "Absence") -> bool:
		latest = max(self.from_date, other.from_date)
		return self.covers(latest) and other.covers(latest)


@dataclass(frozen=True)
class Standing:
	"""Who answers for a role that day; `role` is the one that was found, after falling back."""

	role: str
	people: tuple[str, ...]


class DeputyError(ValueError):
	"""An absence that cannot stand. `code` names the sentence in MESSAGES, `values` fill it."""

	def __init__(self, code: str, **values: object):
		super().__init__(MESSAGES[code].format(**values))
		self.code = code
		self.values = values


def validate(new: Absence, others: Iterable[Absence] = ()) -> None:
	"""Refuse an absence with itself as deputy, reversed days, a second deputy for a day, or a circle.

	Raises DeputyError: deputy_is_self, deputy_dates, deputy_overlap, deputy_cycle.
	"""
	if new.person == new.deputy:
		raise DeputyError("deputy_is_self", person=new.person)
	if new.to_date is not None and new.to_date < new.from_date:
		raise DeputyError("deputy_dates", from_date=new.from_date, to_date=new.to_date)
	near = [other for other in others if new.overlaps(other)]
	for other in near:
		if other.person == new.person:
			raise DeputyError("deputy_overlap", person=new.person, deputy=other.deputy)
	if any(stand_in(new.deputy, [new, *near], day) is None for day in _turning_days(new, near)):
		raise DeputyError("deputy_cycle", person=new.person, deputy=new.deputy)


def stand_in(person: str, absences: Iterable[Absence], day: date) -> str | None:
	"""The one who acts for `person` that day: the person, or the end of the chain of deputies.

	None when the chain runs in a circle, that is when everybody in it is away.
	"""
	deputies = {absence.person: absence.deputy for absence in absences if absence.covers(day)}
	seen = set()
	while person in deputies:
		if person in seen:
			return None
		seen.add(person)
		person = deputies[person]
	return person


def present(people: Iterable[str], absences: Iterable[Absence], day: date) -> tuple[str, ...]:
	"""`people` with each absent one replaced by who acts for them; nobody twice, order kept."""
	absences = tuple(absences)
	found = (stand_in(person, absences, day) for person in people)
	return tuple(dict.fromkeys(person for person in found if person))


def answering_for(
	role: str,
	holders: Mapping[str, Iterable[str]],
	absences: Iterable[Absence],
	day: date,
	excluded: Iterable[str] = (),
	fallbacks: Mapping[str, str] = FALLBACK_ROLES,
) -> Standing:
	"""Who answers for `role` that day, falling back role by role while nobody is left.

	`holders` maps a role to the people who hold it; `excluded` may not act (nobody handles a complaint about
	himself). `people` is empty only when the whole ladder is.
	"""
	absences, barred, seen = tuple(absences), frozenset(excluded), set()
	while True:
		seen.add(role)
		people = present(holders.get(role, ()), absences, day)
		people = tuple(person for person in people if person not in barred)
		onward = fallbacks.get(role)
		if people or onward is None or onward in seen:
			return Standing(role, people)
		role = onward


def _turning_days(new: Absence, near: Iterable[Absence]) -> set[date]:
	# who stands in changes only on the first day of an absence, so those days show every circle
	return {new.from_date} | {max(new.from_date, other.from_date) for other in near}
