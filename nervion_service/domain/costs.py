"""What poor quality costs (K3): a ledger of single amounts in the company's currency, and its sums by cause, item, plant, customer.

Rows are never changed: what turns out wrong is taken back by a row of the same size with the other sign. Amounts are Decimals.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


class CostKind:
	"""What was paid for."""

	PRODUCT = "Product"
	CREDIT = "Credit"
	FREIGHT = "Freight"
	VISIT = "Visit"
	LABORATORY = "Laboratory"
	LABOUR = "Labour"
	OTHER = "Other"


COST_KINDS = (
	CostKind.PRODUCT,
	CostKind.CREDIT,
	CostKind.FREIGHT,
	CostKind.VISIT,
	CostKind.LABORATORY,
	CostKind.LABOUR,
	CostKind.OTHER,
)
DIMENSIONS = ("root_cause", "item", "plant", "customer", "cost_kind")


class MissingRate(ValueError):
	"""An amount in another currency came without the rate to the company's."""


@dataclass(frozen=True)
class Cost:
	"""One row of the ledger. amount: company currency; negative where an earlier one is taken back. "" where nothing is known."""

	name: str
	company: str
	amount: Decimal
	posted_on: date
	cost_kind: str = CostKind.OTHER
	root_cause: str = ""
	item: str = ""
	plant: str = ""
	customer: str = ""
	reversal_of: str = ""


@dataclass(frozen=True)
class Sum:
	"""Of one value of a dimension: its amount, how many rows, and its share of the whole (None where the whole is nothing)."""

	value: str
	amount: Decimal
	rows: int
	share: Decimal | None


def in_company_currency(
	amount: Decimal, currency: str, company_currency: str, rate: Decimal | None = None
) -> Decimal:
	"""The amount in the company's currency, to the cent. rate: units of the company's currency for one of `currency`.

	Raises MissingRate for an amount in another currency without a positive rate; the company's own needs none.
	"""
	if currency == company_currency:
		return _rounded(amount)
	if rate is None or rate <= 0:
		raise MissingRate(f"no rate from {currency} to {company_currency}")
	return _rounded(amount * rate)


def written_off(gone: float, gone_before: float, paid: float) -> float:
	"""How much of what is thrown away now is a cost of its own: what came back and was made good has been paid for by its remedy.

	gone: thrown away now; gone_before: earlier of the same batch; paid: came back and was replaced or credited. In stock units.
	"""
	return max(0.0, gone_before + gone - paid) - max(0.0, gone_before - paid)


def reversal(cost: Cost, name: str, posted_on: date) -> Cost:
	"""The row that takes `cost` back. A row that takes back another raises ValueError: what was wrong twice is written anew."""
	if cost.reversal_of:
		raise ValueError(f"{cost.name} takes back another row already")
	return replace(cost, name=name, amount=-cost.amount, posted_on=posted_on, reversal_of=cost.name)


def sums(costs: Iterable[Cost], dimension: str) -> tuple[Sum, ...]:
	"""The ledger by one dimension, the greatest first; what is not known stands under "".

	Raises ValueError for a dimension that the ledger does not have, and for rows of several companies, whose currencies may differ.
	"""
	if dimension not in DIMENSIONS:
		raise ValueError(f"the ledger has no {dimension}")
	costs = tuple(costs)
	if len({cost.company for cost in costs}) > 1:
		raise ValueError("amounts of several companies are not added up")
	whole, groups = total(costs), defaultdict(list)
	for cost in costs:
		groups[getattr(cost, dimension) or ""].append(cost)
	found = (_sum(value, rows, whole) for value, rows in groups.items())
	return tuple(sorted(found, key=lambda one: (-one.amount, one.value)))


def pareto(found: Sequence[Sum]) -> tuple[Decimal, ...]:
	"""The shares of `sums`, added up along the way: how much of the whole the first ones explain."""
	reached, along = Decimal(0), []
	for one in found:
		reached += one.share or Decimal(0)
		along.append(reached)
	return tuple(along)


def total(costs: Iterable[Cost]) -> Decimal:
	"""All of it, to the cent."""
	return sum((cost.amount for cost in costs), Decimal("0.00"))


def _sum(value: str, rows: Sequence[Cost], whole: Decimal) -> Sum:
	amount = total(rows)
	return Sum(value, amount, len(rows), amount / whole if whole else None)


def _rounded(amount: Decimal) -> Decimal:
	return amount.quantize(CENT, ROUND_HALF_UP)
