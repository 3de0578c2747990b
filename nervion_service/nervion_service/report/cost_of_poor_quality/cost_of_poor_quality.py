"""Script report: what poor quality cost in a period, by cause, item, plant, customer or kind of cost (K3)."""

import frappe
from frappe import _

from nervion_service.domain import costs as domain
from nervion_service.services import periods
from nervion_service.services.remedies import cost_rows
from nervion_service.services.report_columns import column

DIMENSIONS = {
	"Root Cause": ("root_cause", "Service Root Cause"),
	"Item": ("item", "Item"),
	"Plant": ("plant", "Warehouse"),
	"Customer": ("customer", "Customer"),
	"Kind of Cost": ("cost_kind", None),
}

LISTED_AT_MOST = 100


def execute(filters=None):
	"""Columns, rows, message and chart for Frappe's query report; one company at a time, since currencies differ."""
	filters = frappe._dict(filters or {})
	label = filters.by if filters.by in DIMENSIONS else "Root Cause"
	days = periods.asked_for(filters.from_date, filters.to_date)
	company = filters.company or frappe.db.get_single_value("Service Settings", "default_company")
	fieldname, linked = DIMENSIONS[label]
	costs = cost_rows.of_period(company, *days)
	found = domain.sums(costs, fieldname)
	currency = frappe.get_cached_value("Company", company, "default_currency") if company else None
	rows = [
		{**_row(one, share, linked, currency), "names": _names(costs, fieldname, one.value)}
		for one, share in zip(found, domain.pareto(found), strict=True)
	]
	return _columns(label, linked), rows, None, _chart(rows)


def _row(one: domain.Sum, along, linked, currency) -> dict:
	known = one.value if linked else _(one.value)
	return {
		"value": one.value,
		"label": known or _("Not known yet"),
		"amount": float(one.amount),
		"currency": currency,
		"rows": one.rows,
		"share": None if one.share is None else round(float(one.share) * 100, 1),
		"along": round(float(along) * 100, 1),
	}


def _names(costs, fieldname: str, value: str) -> str:
	"""The entries behind a sum, for the list that shows them; none where they are more than an address can name."""
	names = [cost.name for cost in costs if (getattr(cost, fieldname) or "") == value]
	return ",".join(names) if len(names) <= LISTED_AT_MOST else ""


def _columns(label: str, linked: str | None) -> list[dict]:
	value = (
		column("value", _(label), 260, "Link", options=linked) if linked else column("label", _(label), 260)
	)
	return [
		value,
		column("amount", _("Amount"), 150, "Currency", options="currency"),
		column("share", _("Share (%)"), 130, "Float", precision=1),
		column("along", _("Cumulative Share (%)"), 150, "Float", precision=1),
		column("rows", _("Entries"), 110, "Int"),
	]


def _chart(rows: list[dict]) -> dict | None:
	shown = rows[:10]
	if not shown:
		return None
	values = {"name": _("Amount"), "values": [row["amount"] for row in shown]}
	return {"type": "bar", "data": {"labels": [row["label"] for row in shown], "datasets": [values]}}
