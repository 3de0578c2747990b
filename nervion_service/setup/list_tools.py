"""Saved filters and a board for the list of folios: offered once, the customer's afterwards.

Their names are contents, in the site's language; so they wait until the set-up wizard has told it. What depends on who asks
or on the clock (mine, overdue) cannot be saved by Frappe: the list has buttons for those.
"""

import json

import frappe
from frappe import _

from nervion_service.domain.taxonomy import ENDED_STAGES, Stage
from nervion_service.setup import created

DOCTYPE = "Service Folio"
# by which set-up remembers that it offered one, whatever it was called
BOARD = "Folios by State"
# the states of work in hand, with Frappe's colours of columns
COLUMNS = (
	(Stage.REGISTERED, "Gray"),
	(Stage.ROUTED, "Light Blue"),
	(Stage.IN_ATTENTION, "Blue"),
	(Stage.WAITING, "Orange"),
	(Stage.ANSWERED, "Green"),
	(Stage.REOPENED, "Red"),
)


def install() -> None:
	"""Offer them on a site that has a company, and so a language of its own."""
	if not frappe.db.get_value("Company", {}):
		return
	language = frappe.db.get_default("lang") or "en"
	for title, filters in _filters():
		created.offer_once(
			"List Filter",
			title,
			{
				"filter_name": _(title, language),
				"reference_doctype": DOCTYPE,
				"for_user": "",
				"filters": json.dumps([[DOCTYPE, *condition, False] for condition in filters]),
			},
		)
	created.offer_once("Kanban Board", BOARD, _board(_("Folios by State", language)))


def _filters() -> tuple[tuple[str, list[list]], ...]:
	is_open = ["stage", "not in", list(ENDED_STAGES)]
	return (
		("Unassigned", [["assigned_to", "is", "not set"], is_open]),
		("Waiting", [["stage", "=", Stage.WAITING]]),
		("Today", [["received_at", "Timespan", "today"]]),
	)


def _board(title: str) -> dict:
	return {
		"kanban_board_name": title,
		"reference_doctype": DOCTYPE,
		"field_name": "workflow_state",
		"show_labels": 1,
		"fields": json.dumps(["party_name", "request_type"]),
		"columns": [
			{"column_name": stage, "indicator": colour, "status": "Active"} for stage, colour in COLUMNS
		],
	}
