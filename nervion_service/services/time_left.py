"""How much time the promises on a page of a list have left, counted as on the form (S1.10)."""

from typing import Any

import frappe

from nervion_service.domain import commitments as domain
from nervion_service.services import calendars, clock, commitment_rows, commitments, folio_view

FOLIO = "Service Folio"
# a page of a list has at most this many rows
MOST = 500
SHOWN = ("name", "kind", "status", "due_at", "paused_at", "case_name", "basis")


@frappe.whitelist()
def of_commitments(names: str | list) -> dict[str, Any]:
	"""{"now", "promises": {name: promise}} of those of the named promises that the user may see."""
	found = _standings({"name": ("in", _listed(names))})
	return {"now": clock.now(), "promises": {row["name"]: row for row in found}}


@frappe.whitelist()
def of_folios(names: str | list) -> dict[str, Any]:
	"""{"now", "promises": {folio: its open promise that is due next}}, of folios that the user may see."""
	open_ones = {
		"case_type": FOLIO,
		"case_name": ("in", _listed(names)),
		"status": ("in", commitments.OPEN_STATUSES),
	}
	nearest: dict[str, dict] = {}
	for row in _standings(open_ones):
		nearest.setdefault(row["case_name"], row)
	return {"now": clock.now(), "promises": nearest}


def _listed(names: str | list) -> list[str]:
	return [str(name) for name in frappe.parse_json(names)][:MOST] or [""]


def _standings(filters: dict[str, Any]) -> list[dict[str, Any]]:
	# get_list: only what the user may see
	rows = frappe.get_list(
		commitments.DOCTYPE,
		filters=filters,
		fields=[*commitment_rows.ROW_COLUMNS, "basis"],
		order_by="due_at, name",
		limit_page_length=0,
	)
	return [standing(row) for row in rows]


def standing(row) -> dict[str, Any]:
	"""How an open promise, a row with ROW_COLUMNS and basis, stands now: what is SHOWN, its time left, share used and colour."""
	promise, calendar, now = commitment_rows.snapshot(row), calendars.get(row.calendar), clock.now()
	left = domain.time_left(promise, now, calendar)
	found = {
		**{name: row[name] for name in SHOWN},
		"seconds_left": None if left is None else int(left.total_seconds()),
		"share_used": domain.share_used(promise, now, calendar),
	}
	return {**found, "colour": folio_view.colour(found)}
