"""A batch of product: where it went, what is left, what came back, and when its complaints ring the alarm (K1, K6).

Quantities are in the item's stock unit and never negative; what a movement does to them is its kind's matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

MESSAGES = {
	"held": "Batch {batch} of {item} is held ({hold}) since {since}: it cannot leave. Take it out of this document, or ask Quality to release it.",
	"withdrawn": "Batch {batch} of {item} was withdrawn ({hold}): nothing of it leaves any more. Take it out of this document.",
	"too_much_disposed": "Only {available} came back or is in stock, and {given} would be disposed of: correct the quantities.",
	"undecided": "{left} that came back is still without a decision: say what becomes of it before the batch is released.",
	"not_carried_out": "{left} was decided and is not done yet: {what}. Book it first, or correct the decision; {stock} is still in stock.",
	"not_destroyed": "{left} of the batch is still in stock: it is not destroyed yet.",
	"no_release_reason": "Say why the hold ends.",
	"no_outcome": "Say what customers are to do with what they still have: {outcomes}.",
}
# quantities come from decimals of a database and of people: less than this is nothing
TINY = 1e-6


class Kind:
	"""What a movement does: RECEIVED and MADE bring in, DELIVERED goes to a customer, RETURNED comes back from one, USED leaves otherwise."""

	MADE = "Made"
	DELIVERED = "Delivered"
	RETURNED = "Returned"
	USED = "Used"


class Disposition:
	REWORK = "Rework"
	SCRAP = "Scrap"
	RETURN_TO_STOCK = "Return to Stock"
	RETURN_TO_SUPPLIER = "Return to Supplier"


DISPOSITIONS = (
	Disposition.REWORK,
	Disposition.SCRAP,
	Disposition.RETURN_TO_STOCK,
	Disposition.RETURN_TO_SUPPLIER,
)
# by these it leaves the stock
CARRIED_OUT = (Disposition.REWORK, Disposition.SCRAP, Disposition.RETURN_TO_SUPPLIER)


class Outcome:
	"""What a hold ends with for whoever has some of the batch."""

	MAY_BE_USED = "May Be Used"
	BRING_BACK = "Bring Back"
	DESTROYED = "Withdrawn and Destroyed"


OUTCOMES = (Outcome.MAY_BE_USED, Outcome.BRING_BACK, Outcome.DESTROYED)
# after these nothing of the batch leaves any more, though the hold has ended: what comes back later is not sold again
WITHDRAWN = (Outcome.BRING_BACK, Outcome.DESTROYED)
# what may still be done with a withdrawn batch
CLEARED_AWAY = (Disposition.SCRAP, Disposition.RETURN_TO_SUPPLIER)


@dataclass(frozen=True)
class Movement:
	"""Some of the batch moved at `at` by the document `voucher`; `customer` for what was delivered or came back."""

	kind: str
	qty: float
	at: datetime
	voucher: str
	customer: str | None = None


@dataclass
class Customer:
	"""One customer's share of a batch."""

	customer: str
	delivered: float = 0.0
	returned: float = 0.0
	returned_since_hold: float = 0.0
	first_at: datetime | None = None
	last_at: datetime | None = None
	vouchers: list[str] = field(default_factory=list)

	@property
	def kept(self) -> float:
		"""What the customer still has of it, as far as the documents know."""
		return _positive(self.delivered - self.returned)


@dataclass(frozen=True)
class Trace:
	"""Where a batch went. `stock` is what is left, None where nobody keeps count; `made` is None likewise."""

	customers: tuple[Customer, ...]
	made: float | None
	used: float
	stock: float | None

	@property
	def delivered(self) -> float:
		return sum(one.delivered for one in self.customers)

	@property
	def returned(self) -> float:
		return sum(one.returned for one in self.customers)

	@property
	def outside(self) -> float:
		"""What is still in customers' hands."""
		return sum(one.kept for one in self.customers)


def trace(
	movements: Iterable[Movement],
	*,
	stock: float | None = None,
	counted: bool = True,
	held_at: datetime | None = None,
) -> Trace:
	"""Add up the movements of one batch, customers by name of the largest share first.

	stock: as the warehouse counts it; without it, what was made less what left, where anything says how much was made. counted:
	False where nobody records what is made, so that nothing is guessed. held_at: returns from then on count as recovered.
	"""
	customers: dict[str, Customer] = {}
	made = used = gone = 0.0
	for one in sorted(movements, key=lambda one: (one.at, one.voucher)):
		if one.kind == Kind.MADE:
			made += one.qty
		elif one.kind == Kind.USED:
			used += one.qty
		else:
			share = customers.setdefault(one.customer or "", Customer(one.customer or ""))
			gone += _move(share, one, held_at)
	left = stock if stock is not None or not counted else _positive(made - used - gone)
	ordered = sorted(customers.values(), key=lambda one: (-one.kept, -one.delivered, one.customer))
	return Trace(tuple(ordered), made if counted else None, used, left)


def recovered(customers: Iterable[Customer], by_hand: Mapping[str, float]) -> float:
	"""What came back since the hold: per customer the documents of return or what people wrote down, whichever is more.

	Both usually tell of the same cans, so they are not added.
	"""
	returned = {one.customer: one.returned_since_hold for one in customers}
	return sum(
		max(returned.get(name, 0.0), by_hand.get(name, 0.0)) for name in returned.keys() | by_hand.keys()
	)


def rings(complaints: int, threshold: int, has_rung: bool) -> bool:
	"""Whether the alarm rings now: from the settled number of complaints on, and once for a batch, whatever comes after."""
	if threshold < 1:
		raise ValueError(f"an alarm needs at least one complaint, not {threshold}")
	return complaints >= threshold and not has_rung


def disposed_too_much(dispositions: Iterable[float], recovered_qty: float, stock: float | None) -> bool:
	"""Whether more is disposed of than there is: what came back, and what never left."""
	return sum(dispositions) > recovered_qty + (stock or 0.0) + TINY


def undecided(dispositions: Iterable[float], recovered_qty: float) -> float:
	"""How much of what came back has no decision yet."""
	return _positive(recovered_qty - sum(dispositions))


def not_carried_out(decided: Iterable[tuple[str, float]], used: Mapping[str, float]) -> dict[str, float]:
	"""What was decided by CARRIED_OUT and has not left the stock yet. decided: (disposition, quantity); used: what left by each."""
	asked: dict[str, float] = dict.fromkeys(CARRIED_OUT, 0.0)
	for what, qty in decided:
		if what in asked:
			asked[what] += qty
	left = {what: _positive(qty - used.get(what, 0.0)) for what, qty in asked.items()}
	return {what: qty for what, qty in left.items() if qty}


def hears_outcome(outcome: str, was_told: bool) -> bool:
	"""Whether a customer is written to when the hold ends: who was told of it, and everybody who must not use what they have."""
	return was_told or outcome in WITHDRAWN


def used_in_all(ways: Mapping[str, float], sent: str, consumed: str) -> float:
	"""What was used up by several ways; what was sent out to be worked on, and consumed there after, is used once."""
	once = max(ways.get(sent, 0.0), ways.get(consumed, 0.0))
	return once + sum(qty for way, qty in ways.items() if way not in (sent, consumed))


def may_use(wanted: float, decided: float, used_already: float) -> bool:
	"""Whether a held batch may be used up for what was decided: rework or scrap, no more than that."""
	return wanted + used_already <= decided + TINY


def plain(qty: float) -> str:
	"""A quantity as people write it: three decimals at most, and none where it is whole."""
	return f"{qty:.3f}".rstrip("0").rstrip(".")


def _move(share: Customer, one: Movement, held_at: datetime | None) -> float:
	"""Book a movement on a customer's share; returns what it took out of our hands."""
	if one.voucher not in share.vouchers:
		share.vouchers.append(one.voucher)
	if one.kind == Kind.DELIVERED:
		share.delivered += one.qty
		share.first_at, share.last_at = share.first_at or one.at, one.at
		return one.qty
	share.returned += one.qty
	if held_at and one.at >= held_at:
		share.returned_since_hold += one.qty
	return -one.qty


def _positive(qty: float) -> float:
	return qty if qty > TINY else 0.0
