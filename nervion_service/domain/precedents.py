"""Earlier cases like the one at hand, the most alike first, with what worked then (K9).

Likeness is what they share: the defect counts most, then the product, then the surface. It only orders what is offered to a
person. What worked stands before what did not, among equals, and what did not work is shown all the same: it is not to be
tried again without a thought.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nervion_service.domain.similarity import similarity

SAME_DEFECT, SAME_FAMILY = 4.0, 1.5
SAME_ITEM, SAME_GROUP = 3.0, 1.0
SAME_SURFACE = 2.0
# of the same item on the same surface alone nobody learns how to treat a defect: at least the family of the defect is shared
LEAST = SAME_FAMILY


class Outcome:
	WORKED = "Worked"
	DID_NOT_WORK = "Did Not Work"
	OPEN = "Not Known Yet"


OUTCOMES = (Outcome.WORKED, Outcome.DID_NOT_WORK, Outcome.OPEN)
_ORDER = {outcome: place for place, outcome in enumerate(OUTCOMES)}


@dataclass(frozen=True)
class Traits:
	"""By what cases are compared; sets, since a complaint may concern several products of a system."""

	defect: str | None = None
	family: str | None = None
	items: frozenset[str] = frozenset()
	groups: frozenset[str] = frozenset()
	surface: str | None = None


@dataclass(frozen=True)
class Case:
	"""An earlier case: its name, traits, when it was received, and what came of it."""

	name: str
	traits: Traits
	at: datetime
	outcome: str = Outcome.OPEN


@dataclass(frozen=True)
class Precedent:
	"""A case with its likeness (0 to 9) and what it shares: of "defect", "family", "item", "group", "surface"."""

	case: Case
	likeness: float
	shared: tuple[str, ...]


def outcome(*, closed: bool, reopened: bool, recurred: bool, satisfied: bool | None) -> str:
	"""What came of a case: it worked when it was closed for good and the customer did not say otherwise."""
	if reopened or recurred or satisfied is False:
		return Outcome.DID_NOT_WORK
	return Outcome.WORKED if closed else Outcome.OPEN


def rank(traits: Traits, cases: Iterable[Case], limit: int = 5) -> list[Precedent]:
	"""The cases most alike, at most `limit`: by likeness, then by what worked, then the latest, then by name.

	Cases without the defect, or at least its family, in common are left out.
	"""
	compared = (_compare(traits, case) for case in cases)
	alike = [one for one in compared if {"defect", "family"} & set(one.shared)]
	alike.sort(key=lambda one: one.case.name)
	alike.sort(key=lambda one: one.case.at, reverse=True)
	alike.sort(key=lambda one: (-one.likeness, _ORDER[one.case.outcome]))
	return alike[:limit]


def _compare(traits: Traits, case: Case) -> Precedent:
	found = dict(_points(traits, case.traits))
	return Precedent(case, round(sum(found.values()), 3), tuple(found))


def _points(one: Traits, other: Traits):
	if one.defect and one.defect == other.defect:
		yield "defect", SAME_DEFECT
	elif one.family and one.family == other.family:
		yield "family", SAME_FAMILY
	if one.items & other.items:
		yield "item", SAME_ITEM
	elif one.groups & other.groups:
		yield "group", SAME_GROUP
	if alike := similarity(one.surface, other.surface):
		yield "surface", SAME_SURFACE * alike
