"""What stands beside the month's figures: what poor quality cost, the corrective actions that run, the reviews that are owed (G15, I2, K3).

Each is what the reader may list; who may not see costs gets none.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money, format_date, format_datetime

from nervion_service.domain import corrective, indicators, months
from nervion_service.domain import costs as domain
from nervion_service.domain import indicator_reviews as reviews
from nervion_service.services import commitments, wording
from nervion_service.services.monthly_requests import Month
from nervion_service.services.remedies import cost_rows
from nervion_service.services.reviews import view

COST_REPORT = "Cost of Poor Quality"
ACTION = "Service Corrective Action"
# rows of a list on paper; how many more there are is said
ROWS_AT_MOST = 30


def may_see_costs() -> bool:
	"""Whether this user sees what poor quality cost: as the report of costs says."""
	report = frappe.get_cached_doc("Report", COST_REPORT)
	return bool(report.is_permitted() and frappe.has_permission(cost_rows.DOCTYPE, "read"))


def costs(company: str | None, of: Month) -> dict[str, Any] | None:
	"""What was posted in the month, by cause, beside the month before; None for who may not see it."""
	if not company or not may_see_costs():
		return None
	currency = frappe.get_cached_value("Company", company, "default_currency")
	now, past = (
		cost_rows.of_period(company, first, months.last_day(first)) for first in (of.first, of.previous)
	)
	earlier = {one.value: one.amount for one in domain.sums(past, "root_cause")}
	return {
		"company": company,
		"total": _money(domain.total(now), currency),
		"before_it": _money(domain.total(past), currency),
		"rows": [_cost(one, earlier, currency) for one in domain.sums(now, "root_cause")],
	}


def open_actions(company: str | None) -> dict[str, Any] | None:
	"""The corrective actions that are not over, oldest first; None for who may not see them."""
	filters = {"stage": ("not in", corrective.ENDED)}
	rows = _listed(ACTION, filters, company, ("subject", "stage", "assigned_to", "received_at", "root_cause"))
	if rows is None:
		return None
	owed = _owed(ACTION, [row.name for row in rows])
	shown = [
		{
			"name": row.name,
			"subject": row.subject,
			"cause": _(row.root_cause) if row.root_cause else "",
			"stage": _(row.stage),
			"person": wording.person(row.assigned_to) if row.assigned_to else "–",
			"opened": format_datetime(row.received_at, "d MMM yyyy"),
			**_due(owed.get(row.name)),
		}
		for row in rows[:ROWS_AT_MOST]
	]
	return {"rows": shown, "more": max(len(rows) - ROWS_AT_MOST, 0)}


def open_reviews(company: str | None) -> dict[str, Any] | None:
	"""The reviews of missed targets that nobody has closed, for the minutes of the Management Review; None for who may not see them."""
	fields = (
		"subject", "assigned_to", "owner_role", "indicator", "company", "month", "unit", "value", "target", "comparison",
		"numerator", "denominator", "formula", "procedure", "decision", "action",
	)  # fmt: skip
	rows = _listed(reviews.DOCTYPE, {"stage": reviews.Stage.OPEN}, company, fields)
	if rows is None:
		return None
	owed = _owed(reviews.DOCTYPE, [row.name for row in rows])
	shown = [_review(row, owed.get(row.name)) for row in rows[:ROWS_AT_MOST]]
	return {"rows": shown, "more": max(len(rows) - ROWS_AT_MOST, 0)}


def _review(row, owed) -> dict[str, Any]:
	read = view.in_words(row)
	return {
		"name": row.name,
		"subject": row.subject,
		"value": read["value"],
		"target": read["target"],
		"person": wording.person(row.assigned_to) if row.assigned_to else _(row.owner_role),
		**_due(owed),
	}


def _cost(one: domain.Sum, earlier: Mapping[str, Decimal], currency: str) -> dict[str, Any]:
	return {
		"label": _(one.value or "Not known yet"),
		"amount": _money(one.amount, currency),
		"share": "–" if one.share is None else wording.figure(float(one.share) * 100, indicators.PERCENT),
		"before_it": _money(earlier.get(one.value, Decimal("0.00")), currency),
	}


def _money(amount: Decimal, currency: str | None) -> str:
	return fmt_money(float(amount), currency=currency)


def _listed(doctype: str, filters: Mapping, company: str | None, fields: tuple[str, ...]) -> list | None:
	if not frappe.has_permission(doctype, "read"):
		return None
	narrowed = {**filters, "company": company} if company else dict(filters)
	return frappe.get_list(
		doctype, filters=narrowed, fields=["name", *fields], order_by="creation, name", limit_page_length=0
	)


def _owed(doctype: str, names: list[str]) -> dict[str, Any]:
	"""The promise of each that falls due next, by name."""
	# promises of documents that the reader was just listed
	rows = frappe.get_all(
		"Service Commitment",
		{
			"case_type": doctype,
			"case_name": ("in", names or ["-"]),
			"status": ("in", commitments.OPEN_STATUSES),
		},
		["case_name", "due_at", "status"],
		order_by="due_at desc",
		limit_page_length=0,
	)
	return {row.case_name: row for row in rows}


def _due(owed) -> dict[str, Any]:
	return (
		{"due": format_date(owed.due_at, "d MMM yyyy"), "is_late": owed.status == "Breached"}
		if owed
		else {"due": "–"}
	)
