"""Drawing cases for an audit: at random, and so that anybody who knows the seed draws the same (K12)."""

from collections.abc import Collection, Iterable
from hashlib import sha256


def place(seed: str, name: str) -> str:
	"""Where a case stands in the draw: the smaller, the sooner. Cases that are added later leave the order of the others alone."""
	return sha256(f"{seed}:{name}".encode()).hexdigest()


def draw(names: Iterable[str], seed: str, count: int, drawn: Collection[str] = ()) -> list[str]:
	"""The next `count` cases of the draw that were not drawn yet; fewer when there are no more. Negative counts raise ValueError."""
	if count < 0:
		raise ValueError("a negative number of cases cannot be drawn")
	left = set(names).difference(drawn)
	return sorted(left, key=lambda name: place(seed, name))[:count]
