"""Running promises on the Coordinator's desk: who has what, and what falls due when (S1.9, S1.10); `bulk` gives cases to others."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain.taxonomy import HANDLER_ROLES, Role
from nervion_service.services import absences, clock, commitment_rows, commitments, system, time_left, wording

FOLIO = "Service Folio"
MOST = 400  # promises on one board
_NARROWED_BY = ("department", "company", "request_type")
_OF_FOLIO = ("name", "subject", "party_name", "workflow_state", "stage", "priority")
# who is offered everybody that could take a case, also those who have none
_GIVERS = frozenset((Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, Role.ADMINISTRATOR, "System Manager"))


@frappe.whitelist()
def board(filters: str | dict | None = None) -> dict[str, Any]:
	"""Open folios by person, each under its promise that is due next: {"now", "people", "shortened", "may_move"}.

	people: {"user", "name", "late", "promises", "cards"}, first the cases that nobody has, then who has most that is late. A
	card has what `time_left.standing` gives, with folio, subject, party, state and how many `others` are promised in the folio.
	filters: department, company, request_type. Only what the user may see, the MOST promises that fall due first; `shortened`
	says whether there are more.
	"""
	system.require(commitments.DOCTYPE, "read")
	rows = _open_promises(frappe.parse_json(filters) or {})
	columns = _columns(_cards(rows[:MOST]))
	return {
		"now": clock.now(),
		"people": sorted([*columns, *_idle(columns)], key=_heaviest_first),
		"shortened": len(rows) > MOST,
		"may_move": bool(frappe.has_permission(FOLIO, "write")),
	}


@frappe.whitelist()
def due(
	start: str | datetime, end: str | datetime, filters: str | list | None = None, **_kwargs
) -> list[dict[str, Any]]:
	"""Open promises that fall due in [start, end), as Frappe's calendar shows them, at most MOST; only what the user may see."""
	system.require(commitments.DOCTYPE, "read")
	wanted = [
		[commitments.DOCTYPE, "status", "in", commitments.OPEN_STATUSES],
		[commitments.DOCTYPE, "due_at", ">=", start],
		[commitments.DOCTYPE, "due_at", "<", end],
	]
	rows = _listed([*(frappe.parse_json(filters) or []), *wanted], MOST)
	folios = _folios(row.case_name for row in rows if row.case_type == FOLIO)
	return [_entry(row, folios.get(row.case_name) or {}) for row in rows]


def _open_promises(filters) -> list:
	narrowed = {name: filters[name] for name in _NARROWED_BY if filters.get(name)}
	return _listed({"case_type": FOLIO, "status": ("in", commitments.OPEN_STATUSES), **narrowed}, MOST + 1)


def _listed(filters, limit: int) -> list:
	# get_list: only what the user may see
	return frappe.get_list(
		commitments.DOCTYPE,
		filters=filters,
		fields=[*commitment_rows.ROW_COLUMNS, "basis", "responsible"],
		order_by="due_at, name",
		limit_page_length=limit,
	)


def _folios(names: Iterable[str]) -> dict[str, dict]:
	# get_list, as above
	rows = frappe.get_list(
		FOLIO, filters={"name": ("in", list(set(names)) or [""])}, fields=list(_OF_FOLIO), limit_page_length=0
	)
	return {row.name: row for row in rows}


def _cards(rows) -> list[dict[str, Any]]:
	"""One card a folio: its promise that is due next, those whose clock stands last."""
	folios = _folios(row.case_name for row in rows)
	by_folio: dict[str, list] = {}
	for row in sorted(rows, key=_due_next):
		if row.case_name in folios:
			by_folio.setdefault(row.case_name, []).append(row)
	return [_card(promises, folios[name]) for name, promises in by_folio.items()]


def _due_next(row) -> tuple:
	return row.paused_at is not None and row.status != "Breached", row.due_at, row.name


def _card(promises, folio) -> dict[str, Any]:
	first = promises[0]
	return {
		**time_left.standing(first),
		"responsible": first.responsible,
		"folio": folio.name,
		"subject": folio.subject,
		"party": folio.party_name,
		"state": _(folio.workflow_state),
		"priority": folio.priority,
		"others": len(promises) - 1,
	}


def _columns(cards) -> list[dict[str, Any]]:
	by_person: dict[str, list] = {}
	for card in cards:
		by_person.setdefault(card.pop("responsible") or "", []).append(card)
	return [_column(user, cards) for user, cards in by_person.items()]


def _column(user: str, cards=()) -> dict[str, Any]:
	return {
		"user": user,
		"name": wording.person(user) if user else _("Nobody"),
		"late": sum(card["status"] == "Breached" for card in cards),
		"promises": sum(1 + card["others"] for card in cards),
		"cards": list(cards),
	}


def _idle(columns) -> list[dict[str, Any]]:
	"""Columns of those who could take a case and have none, for those who give cases out."""
	if not _GIVERS & set(frappe.get_roles()):
		return []
	busy = {column["user"] for column in columns}
	return [_column(user) for user in sorted(absences.holders(HANDLER_ROLES) - busy)]


def _heaviest_first(column) -> tuple:
	return bool(column["user"]), -column["late"], -len(column["cards"]), column["name"].lower()


def _entry(row, folio) -> dict[str, Any]:
	about = folio.get("subject") or ""
	standing = time_left.standing(row)
	person = wording.person(row.responsible) if row.responsible else _("Nobody")
	return {
		"name": row.name,
		"case_type": row.case_type,
		"case_name": row.case_name,
		"start": row.due_at,
		"end": row.due_at,
		"allDay": 0,
		# the calendar reads it as HTML
		"title": escape_html(f"{_(row.kind)} · {row.case_name} {about}".strip()),
		"tooltip": " · ".join(filter(None, (person, folio.get("party_name"), about))),
		"colour": standing["colour"],
	}
