"""Whose a letter is, when one of those who took part in it asks for their data (I3, X12).

A letter between the person and us is the person's. One that others outside wrote or read is theirs as well: nobody's request takes
it from them.
"""

import re
from collections.abc import Iterable
from email.utils import getaddresses

_ADDRESS = re.compile(r"[^\s<>,;:\"'()]+@[^\s<>,;:\"'()]+")


class Part:
	"""The person's part in a letter."""

	OWN = "own"  # between the person and us, or of nobody outside
	SHARED = "shared"  # the person took part, and others outside did
	FOREIGN = "foreign"  # others outside took part, and the person did not
	AMONG_US = "among us"  # nobody outside took part


def addresses(*texts: str | None) -> set[str]:
	"""The addresses in headers or fields, in lower case, each as a whole; without those that only serve as somebody's name."""
	return {address.lower() for text in texts for _name, address in _people(text)}


def without(text: str | None, taken: Iterable[str]) -> str:
	"""A list of readers without those addresses."""
	taken = set(taken)
	if not text or not addresses(text) & taken:
		return text or ""
	kept = [(name, address) for name, address in _people(text) if address.lower() not in taken]
	return ", ".join(f'"{name}" <{address}>' if name else address for name, address in kept)


def _people(text: str | None) -> list[tuple[str, str]]:
	found = [(name, address) for name, address in getaddresses([text or ""]) if "@" in address]
	# Python gives up on a list of which one part is odd
	return found or [("", address) for address in _ADDRESS.findall(text or "")]


def part_in(people: set[str], mine: set[str], ours: set[str]) -> str:
	"""The person's part: `people` took part, of whom `mine` are the person and `ours` the house."""
	others = people - mine - ours
	if people & mine:
		return Part.SHARED if others else Part.OWN
	return Part.FOREIGN if others else Part.AMONG_US
