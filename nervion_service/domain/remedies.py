"""A remedy promised is not a remedy done (K3): what is owed, which document proves it, and when that proof is good.

A remedy is one thing promised to one customer: so much of an item, or so much money. One submitted document of the books proves
it: the return, the credit note, the replacement's delivery, or the finished visit of a repaint. One document may prove several
remedies, but never more than it holds, and nothing is proved by a document that gives more than was accepted. A visit proves one
repaint, and only one that was promised before it was over: the visit that found the fault repaired nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


class Kind:
	"""What a customer is given for a complaint that was admitted."""

	REPLACEMENT = "Replacement"
	RETURN = "Return"
	CREDIT_NOTE = "Credit Note"
	REPAINT = "Repaint"
	DISCOUNT = "Discount"


KINDS = (Kind.REPLACEMENT, Kind.RETURN, Kind.CREDIT_NOTE, Kind.REPAINT, Kind.DISCOUNT)
# these are goods, and counted; the others are money
GOODS = (Kind.REPLACEMENT, Kind.RETURN)
MONEY = (Kind.CREDIT_NOTE, Kind.DISCOUNT)


class RemedyStage:
	"""Where a remedy stands; only what is done counts as made good."""

	PROMISED = "Promised"
	APPROVED = "Approved"
	DONE = "Done"
	CANCELLED = "Cancelled"


STAGES = (RemedyStage.PROMISED, RemedyStage.APPROVED, RemedyStage.DONE, RemedyStage.CANCELLED)
OPEN_STAGES = (RemedyStage.PROMISED, RemedyStage.APPROVED)

DELIVERY_NOTE, SALES_INVOICE, VISIT = "Delivery Note", "Sales Invoice", "Service Technical Visit"
# kind → the (document, whether it is a return) that proves it; an invoice counts as a delivery only where it moves the goods
PROOFS = {
	Kind.REPLACEMENT: ((DELIVERY_NOTE, False), (SALES_INVOICE, False)),
	Kind.RETURN: ((DELIVERY_NOTE, True), (SALES_INVOICE, True)),
	Kind.CREDIT_NOTE: ((SALES_INVOICE, True),),
	Kind.DISCOUNT: ((SALES_INVOICE, True),),
	Kind.REPAINT: ((VISIT, False),),
}
# below this, quantities and amounts are the same
QUANTITY_STEP = Decimal("0.001")
AMOUNT_STEP = Decimal("0.01")


class Problem:
	"""Codes of what is wrong with an approval or a proof; services say them in words."""

	ABOVE_LIMIT = "above_limit"
	SAME_PERSON = "same_person"
	NOT_AN_APPROVER = "not_an_approver"
	OWN_WORD = "own_word"
	KIND = "kind"
	NOT_SUBMITTED = "not_submitted"
	COMPANY = "company"
	CUSTOMER = "customer"
	COMPLAINT = "complaint"
	ITEM = "item"
	BATCH = "batch"
	TOO_EARLY = "too_early"
	BEFORE_PROMISE = "before_promise"
	USED = "used"
	TOO_MUCH = "too_much"
	TOO_LITTLE = "too_little"


@dataclass(frozen=True)
class Remedy:
	"""What was promised, or done by a proof already. Of goods `quantity` counts (in the item's own unit), of money `amount` (company currency, before taxes)."""

	name: str
	kind: str
	company: str
	customer: str
	complaint: str
	item: str = ""
	batch: str = ""
	quantity: Decimal = Decimal(0)
	amount: Decimal = Decimal(0)
	complained_on: date | None = None
	promised_at: datetime | None = None
	is_done: bool = False

	@property
	def is_money(self) -> bool:
		return self.kind in MONEY

	@property
	def owed(self) -> Decimal:
		"""What is promised, in what the kind counts."""
		return self.amount if self.is_money else self.quantity

	@property
	def step(self) -> Decimal:
		return AMOUNT_STEP if self.is_money else QUANTITY_STEP


@dataclass(frozen=True)
class Line:
	"""One line of a document: quantities and amounts without their sign, whichever way the goods or the money went."""

	item: str
	quantity: Decimal
	amount: Decimal
	batch: str = ""


@dataclass(frozen=True)
class Proof:
	"""A document of the books, or a visit, as far as it matters here.

	moves_goods: an invoice that delivers or takes back. finished_at: of a visit.
	"""

	doctype: str
	name: str
	is_return: bool
	is_submitted: bool
	company: str
	customer: str
	posted_on: date
	lines: tuple[Line, ...] = ()
	complaint: str = ""
	moves_goods: bool = True
	finished_at: datetime | None = None


def exceeds(accepted: Decimal, promised: Iterable[tuple[str, Decimal]]) -> bool:
	"""Whether what is promised of one line, (kind, quantity) each, is more than the quantity that was accepted of it.

	What comes back is counted by itself: the same tin is brought back and replaced. What replaces it and what is credited for it
	are counted together: nobody gets a tin and its price. Discounts and repaints count no quantity.
	"""
	promised = tuple(promised)
	return any(
		sum((quantity for kind, quantity in promised if kind in kinds), Decimal(0)) - accepted
		>= QUANTITY_STEP
		for kinds in ((Kind.RETURN,), (Kind.REPLACEMENT, Kind.CREDIT_NOTE))
	)


def uncovered(kind: str, wanted: Decimal, given: Iterable[tuple[str, Decimal]]) -> Decimal | None:
	"""How much of what a verdict gave a line nobody has promised yet, in what its kind counts; None when it is covered.

	wanted: 0 where the verdict does not say how much, as of a repaint: then any one of the kind covers it. given: (kind, what it
	counts) of the line's remedies that are not cancelled; those of another kind cover nothing.
	"""
	of_kind = [size for other, size in given if other == kind]
	if kind not in GOODS + MONEY or not wanted:
		return None if of_kind else wanted
	rest = wanted - sum(of_kind, Decimal(0))
	return rest if rest >= (AMOUNT_STEP if kind in MONEY else QUANTITY_STEP) else None


def mismatch(remedy: Remedy, proof: Proof) -> str | None:
	"""Why that document cannot prove that remedy at all, whatever it holds of it, as a code; None when it can."""
	moves = proof.moves_goods or remedy.is_money
	checks = (
		(Problem.KIND, moves and (proof.doctype, proof.is_return) in PROOFS[remedy.kind]),
		(Problem.NOT_SUBMITTED, proof.is_submitted),
		(Problem.COMPANY, proof.company == remedy.company),
		(Problem.CUSTOMER, proof.customer == remedy.customer),
		(Problem.COMPLAINT, proof.doctype != VISIT or proof.complaint == remedy.complaint),
		(Problem.TOO_EARLY, _after_complaint(remedy, proof)),
		(Problem.BEFORE_PROMISE, remedy.kind != Kind.REPAINT or _after_promise(remedy, proof)),
	)
	failed = next((code for code, holds in checks if not holds), None)
	return failed or (None if remedy.kind == Kind.REPAINT else _line_problem(remedy, proof))


def settle(proof: Proof, remedies: Sequence[Remedy]) -> dict[str, str | None]:
	"""What `proof` proves of the remedies that name it: by each one's name a problem's code, or None when it is done by it.

	The order of `remedies` does not matter. Of what a document holds of an item (and of a batch, where a remedy names one) its
	remedies must take all: one that gives more than was accepted proves none of them, and neither does one that gives less.
	"""
	found = {remedy.name: mismatch(remedy, proof) for remedy in remedies}
	fitting = [remedy for remedy in remedies if found[remedy.name] is None]
	repaints = [one for one in fitting if one.kind == Kind.REPAINT]
	found.update({one.name: Problem.USED for one in _all_but_one(repaints)})
	for group in _groups([one for one in fitting if one.kind != Kind.REPAINT]):
		problem = _balance(proof, group)
		found.update({remedy.name: problem for remedy in group})
	return found


def is_charged(remedy: Remedy, proof: Proof) -> bool:
	"""Whether the document that proves a replacement asks the customer to pay for it."""
	if remedy.kind != Kind.REPLACEMENT or proof.doctype != SALES_INVOICE:
		return False
	return any(line.amount > 0 for line in _lines(proof, remedy))


def held(proof: Proof, remedy: Remedy) -> Decimal:
	"""How much of what the remedy counts the document holds of its item and batch."""
	return sum(
		(line.amount if remedy.is_money else line.quantity for line in _lines(proof, remedy)), Decimal(0)
	)


def _after_complaint(remedy: Remedy, proof: Proof) -> bool:
	# what was posted before the complaint came cannot be its remedy
	return remedy.complained_on is None or proof.posted_on >= remedy.complained_on


def _after_promise(remedy: Remedy, proof: Proof) -> bool:
	known = remedy.promised_at and proof.finished_at
	return not known or proof.finished_at >= remedy.promised_at


def _all_but_one(repaints: Sequence[Remedy]) -> list[Remedy]:
	"""The repaints that a visit does not prove: it proves the one that it proved already, else the first by its name."""
	return sorted(repaints, key=lambda one: (not one.is_done, one.name))[1:]


def _groups(remedies: Sequence[Remedy]) -> list[list[Remedy]]:
	"""Those that share what a document holds: of each item its goods and its money; money without an item shares with all money."""
	money = [one for one in remedies if one.is_money]
	goods = [one for one in remedies if not one.is_money]
	found = [[one for one in goods if one.item == item] for item in sorted({one.item for one in goods})]
	if any(not one.item for one in money):
		return [*found, money]
	return found + [
		[one for one in money if one.item == item] for item in sorted({one.item for one in money})
	]


def _line_problem(remedy: Remedy, proof: Proof) -> str | None:
	if remedy.item and remedy.item not in {line.item for line in proof.lines}:
		return Problem.ITEM
	return None if _lines(proof, remedy) else Problem.BATCH


def _lines(proof: Proof, remedy: Remedy) -> list[Line]:
	# what comes back is of the batch that was complained of; what replaces it need not be, and money has none
	batch = remedy.batch if remedy.kind == Kind.RETURN else ""
	return [
		line
		for line in proof.lines
		if (not remedy.item or line.item == remedy.item) and (not batch or line.batch == batch)
	]


def _balance(proof: Proof, group: Sequence[Remedy]) -> str | None:
	"""Whether the remedies of a group take exactly what the document holds: of each batch and item no more, and in all."""
	for batch in {remedy.batch for remedy in group if remedy.kind == Kind.RETURN and remedy.batch}:
		of_batch = [remedy for remedy in group if remedy.batch == batch]
		if problem := _compared(held(proof, of_batch[0]), of_batch):
			return problem
	items = {remedy.item for remedy in group}
	for item in items if len(items) > 1 else ():
		of_item = [remedy for remedy in group if remedy.item == item]
		if _compared(held(proof, of_item[0]), of_item) == Problem.TOO_LITTLE:
			return Problem.TOO_LITTLE
	whole = Remedy(**{**vars(group[0]), "batch": "", "item": group[0].item if len(items) == 1 else ""})
	return _compared(held(proof, whole), group)


def _compared(there: Decimal, group: Sequence[Remedy]) -> str | None:
	difference = there - sum((remedy.owed for remedy in group), Decimal(0))
	if difference >= group[0].step:
		return Problem.TOO_MUCH
	return Problem.TOO_LITTLE if difference <= -group[0].step else None
