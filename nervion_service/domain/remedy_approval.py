"""Who approves a remedy, and by which value (K3, K4)."""

from collections.abc import Iterable
from decimal import Decimal

from nervion_service.domain.remedies import Kind, Problem
from nervion_service.domain.taxonomy import Role

# who may approve an amount within the limit; above it the Commercial Director decides
APPROVERS = (Role.COMMERCIAL_DIRECTOR, Role.QUALITY, Role.COORDINATOR)


def approval_problem(
	amount: Decimal,
	limit: Decimal,
	promised_by: str,
	approver: str,
	roles: Iterable[str],
	*,
	is_worth_known: bool = True,
) -> str | None:
	"""Why this person may not approve that amount, as a code; None when they may.

	amount and limit: company currency; an amount equal to the limit is within it. Above the limit a second person decides: the
	Commercial Director, and never whoever made the promise. is_worth_known: whether the amount is more than the word of whoever
	promised it; where it is not, a second person approves whatever it is. A negative amount or limit raises ValueError.
	"""
	if amount < 0 or limit < 0:
		raise ValueError("amounts and limits are not negative")
	roles = set(roles)
	if not roles & set(APPROVERS):
		return Problem.NOT_AN_APPROVER
	if amount <= limit:
		return Problem.OWN_WORD if approver == promised_by and not is_worth_known else None
	if Role.COMMERCIAL_DIRECTOR not in roles:
		return Problem.ABOVE_LIMIT
	return Problem.SAME_PERSON if approver == promised_by else None


def approval_value(kind: str, amount: Decimal, others: Iterable[tuple[str, Decimal]]) -> Decimal:
	"""What the approval of a remedy goes by: all that is given for its complaint, since many small remedies are one large one.

	others: (kind, amount) of those of the same complaint that are not cancelled. What comes back gives nothing away: it is looked
	at by itself, as the same tin is brought back and replaced.
	"""
	if kind == Kind.RETURN:
		return amount
	return amount + sum((other for its, other in others if its != Kind.RETURN), Decimal(0))
