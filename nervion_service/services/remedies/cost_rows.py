"""The ledger of what poor quality costs, as the rows that reports add up (K3)."""

from datetime import date

import frappe

from nervion_service.domain.costs import Cost
from nervion_service.services.remedies import cost_causes, proofs
from nervion_service.services.remedies.costs import DOCTYPE

_FIELDS = (
	"name", "company", "amount", "posting_date", "cost_kind", "root_cause", "item", "plant", "customer", "reversal_of",
	"complaint", "hold",
)  # fmt: skip


def of_period(company: str | None, first: date, last: date) -> list[Cost]:
	"""The costs of a company that the user may list, posted from the first to the last day; the cause is what is known by now."""
	rows = frappe.get_list(
		DOCTYPE,
		filters={"company": company, "posting_date": ("between", (first, last))},
		fields=list(_FIELDS),
		order_by="posting_date, name",
		limit_page_length=0,
	)
	causes = cost_causes.known([row for row in rows if not row.root_cause])
	return [_cost(row, causes) for row in rows]


def _cost(row, causes: dict[str, str]) -> Cost:
	return Cost(
		name=row.name,
		company=row.company,
		amount=proofs.money(row.amount),
		posted_on=row.posting_date,
		cost_kind=row.cost_kind or "",
		root_cause=row.root_cause or causes.get(row.name) or "",
		item=row.item or "",
		plant=row.plant or "",
		customer=row.customer or "",
		reversal_of=row.reversal_of or "",
	)
