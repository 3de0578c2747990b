"""Complaints of a period by what they have in common: Pareto of causes, items, batches, customers; the open ones by age (G13, G15, K3)."""

from collections.abc import Iterable
from datetime import datetime

import frappe
from frappe import _

from nervion_service.domain import complaint_analysis as domain
from nervion_service.domain.complaint_words import COMPLAINT_ENDED
from nervion_service.services.complaints import figures
from nervion_service.services.indicator_sums import Period

OPEN = "t.stage NOT IN %(ended)s"
# how each complaint says what it belongs to; "" where it does not
VALUES = {
	"Root Cause": "t.root_cause",
	"Defect": "t.defect",
	"Kind": "t.kind",
	"Severity": "t.severity",
	"Customer": "t.customer",
	"Customer Kind": "t.customer_kind",
	"Department": "t.department",
	"Person": "t.assigned_to",
}
# what a complaint may have several of: it counts once for each
OF_LINES = {"Item": "item", "Batch": "batch"}
AGE = "Age of Open Complaints"
DIMENSIONS = (*VALUES, *OF_LINES, AGE)
# the DocType whose records the values name
LINKED = {
	"Root Cause": "Service Root Cause",
	"Defect": "Service Defect",
	"Customer": "Customer",
	"Department": "Department",
	"Person": "User",
	"Item": "Item",
	"Batch": "Batch",
}
# named in English when they are shipped
SHIPPED = ("Root Cause", "Defect")
_SUMS = ("admitted", "recurring", "resolved", "resolved_judged", "closed", "timed", "seconds", "wall")


def groups(dimension: str, period: Period, now: datetime) -> list[domain.Group]:
	"""The complaints of the period by `dimension`, the most frequent first, ages from young to old. KeyError for an unknown one."""
	if dimension == AGE:
		return domain.by_age(_ages(period, now))
	found = [domain.Group(value=row.value or "", **_counts(row)) for row in _grouped(dimension, period, now)]
	return domain.ranked(found)


def label(value: str, dimension: str) -> str:
	"""A value of a dimension in the reader's words; names of records stay as they are."""
	if not value:
		return _("Not known yet")
	return value if dimension in LINKED and dimension not in SHIPPED else _(value)


def _counts(row) -> dict[str, int]:
	return {name: int(row[name] or 0) for name in ("complaints", "still_open", *_SUMS)}


def _grouped(dimension: str, period: Period, now: datetime) -> list[frappe._dict]:
	statement, values = figures.each(period, now)
	value, join = VALUES.get(dimension), ""
	if value is None:
		column = OF_LINES[dimension]
		# a complaint with two lines of a batch is one complaint about it
		join = f"""LEFT JOIN (SELECT DISTINCT l.parent, l.`{column}` FROM `tabComplaint Line` l
			WHERE l.parenttype = '{figures.COMPLAINT}' AND l.`{column}` > '') l ON l.parent = t.name"""
		value = f"l.`{column}`"
	sums = ", ".join(f"SUM(IFNULL(t.`{name}`, 0)) AS `{name}`" for name in _SUMS)
	# SQL: sums of many rows instead of as many documents; figures.each keeps the user's permissions
	return frappe.db.sql(
		f"""SELECT IFNULL({value}, '') AS value, COUNT(*) AS complaints, SUM({OPEN}) AS still_open, {sums}
		FROM ({statement}) t {join} GROUP BY IFNULL({value}, '')""",
		{**values, "ended": COMPLAINT_ENDED},
		as_dict=True,
	)


def _ages(period: Period, now: datetime) -> Iterable[float]:
	"""Days since each complaint that is open was received, however long before the period: the oldest are what the table is for."""
	statement, values = figures.each(period, now, since_ever=True)
	# SQL: see `_grouped`
	found = frappe.db.sql(
		f"SELECT t.received_at FROM ({statement}) t WHERE {OPEN}", {**values, "ended": COMPLAINT_ENDED}
	)
	return [(now - received_at).total_seconds() / 86_400 for (received_at,) in found]
