"""Whether two complaints of one customer are the same matter, so that the second is linked and not doubled (G11, K2, K6)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Matter:
	"""What a complaint is about, as far as it is known: its kind, its defect, its goods and the deliveries that brought them."""

	kind: str
	defect: str | None = None
	items: frozenset[str] = frozenset()
	batches: frozenset[str] = frozenset()
	deliveries: frozenset[str] = frozenset()


def is_same(first: Matter, second: Matter) -> bool:
	"""Whether they agree in all that both of them say, and share a batch or a delivery.

	Of one kind and, where both name one, of one defect: what peels is no matter of the invoice. Two deliveries of one batch are
	two matters, since each may be claimed by itself, and counts.
	"""
	if first.kind != second.kind or (first.defect and second.defect and first.defect != second.defect):
		return False
	pairs = (
		(first.items, second.items),
		(first.batches, second.batches),
		(first.deliveries, second.deliveries),
	)
	if any(mine and yours and not mine & yours for mine, yours in pairs):
		return False
	return bool(first.batches & second.batches or first.deliveries & second.deliveries)
