"""Folios on a calendar: each on the day when something of it falls due, else on the day when it came (S1.10)."""

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, get_datetime

from nervion_service.services import commitments, system, time_left

DOCTYPE = "Service Folio"
# more than this nobody reads on one page
MOST = 500
LASTS_MINUTES = 30


@frappe.whitelist()
def get_events(
	start: str | datetime, end: str | datetime, filters: str | list | None = None
) -> list[dict[str, Any]]:
	"""The events of a page of Frappe's calendar: {name, title, start, end, color, kind} of folios that the user may see.

	kind: "due" for the next open promise of a folio, "received" for one that nothing is owed of any more.
	"""
	system.require(DOCTYPE, "read")
	begin, finish = get_datetime(start), get_datetime(end)
	wanted = frappe.parse_json(filters) or []
	due = _due(begin, finish, wanted)
	came = _folios(wanted, [[DOCTYPE, "received_at", ">=", begin], [DOCTYPE, "received_at", "<=", finish]])
	owed = _owed([row.name for row in came])
	received = [_event(row, row.received_at, "gray", "received") for row in came if row.name not in owed]
	return due + received


def _due(begin: datetime, finish: datetime, wanted: list) -> list[dict[str, Any]]:
	# get_list: only the promises of cases that the user may see
	names = frappe.get_list(
		commitments.DOCTYPE,
		filters=[
			["case_type", "=", DOCTYPE],
			["status", "in", commitments.OPEN_STATUSES],
			["due_at", ">=", begin],
			["due_at", "<=", finish],
		],
		pluck="case_name",
		distinct=True,
		order_by="case_name",
		limit_page_length=MOST,
	)
	rows = {row.name: row for row in _folios(wanted, [[DOCTYPE, "name", "in", names or [""]]])}
	promises = time_left.of_folios(list(rows))["promises"]
	return [
		_event(rows[name], promise["due_at"], promise["colour"], "due", promise["kind"])
		for name, promise in promises.items()
		if begin <= promise["due_at"] <= finish
	]


def _owed(names: list[str]) -> set[str]:
	# as in `_due`
	return set(
		frappe.get_list(
			commitments.DOCTYPE,
			filters={
				"case_type": DOCTYPE,
				"case_name": ("in", names or [""]),
				"status": ("in", commitments.OPEN_STATUSES),
			},
			pluck="case_name",
			order_by="case_name",
			limit_page_length=0,
		)
	)


def _folios(wanted: list, more: list) -> list:
	return frappe.get_list(
		DOCTYPE,
		filters=[*wanted, *more],
		fields=["name", "subject", "party_name", "received_at"],
		order_by="received_at desc",
		limit_page_length=MOST,
	)


def _event(row, at: datetime, colour: str, kind: str, promise: str | None = None) -> dict[str, Any]:
	return {
		"name": row.name,
		"title": " · ".join(filter(None, (row.party_name, promise and _(promise), row.subject))),
		"start": at,
		"end": add_to_date(at, minutes=LASTS_MINUTES),
		"color": colour,
		"kind": kind,
	}
