"""How much of a delivery can still be claimed: never more than was delivered, less what was claimed before (K2).

Quantities are floats in the item's stock unit. A batch of None stands for "not known which": it is any batch of its item.
"""

from collections.abc import Iterable, Mapping

# (item, batch) → quantity
Quantities = Mapping[tuple[str, str | None], float]
# the stock unit's smallest part that counts; below it two quantities are the same
TOLERANCE = 1e-6


def total(quantities: Quantities, item: str, batch: str | None = None) -> float:
	"""What there is of a batch, or of every batch of the item where none is named."""
	return sum(
		quantity
		for (found, its_batch), quantity in quantities.items()
		if found == item and (batch is None or its_batch == batch)
	)


def claimable(delivered: Quantities, claimed: Quantities, item: str, batch: str | None = None) -> float:
	"""How much of it may still be claimed, 0 or more.

	delivered: less what came back. claimed: by others before. A claim that named no batch may have meant this one, so the item
	as a whole is never claimed beyond what was delivered of it either.
	"""
	left = total(delivered, item) - total(claimed, item)
	if batch is not None:
		left = min(left, total(delivered, item, batch) - total(claimed, item, batch))
	return max(left, 0.0)


def may_mean(claimed: tuple[str, str | None], item: str, batch: str | None) -> bool:
	"""Whether what was claimed of (item, batch) may be that very batch, where one of the two names none."""
	return claimed[0] == item and (batch is None or claimed[1] in (None, batch))


def exceeds(quantity: float, limit: float) -> bool:
	"""Whether a quantity is more than a limit, beyond what rounding makes of it."""
	return quantity > limit + TOLERANCE


def added_up(rows: Iterable[tuple[str, str | None, float]]) -> dict[tuple[str, str | None], float]:
	"""(item, batch, quantity) rows as one quantity per item and batch."""
	totals: dict[tuple[str, str | None], float] = {}
	for item, batch, quantity in rows:
		key = (item, batch or None)
		totals[key] = totals.get(key, 0.0) + quantity
	return totals
