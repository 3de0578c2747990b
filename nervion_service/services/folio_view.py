"""What the form of a folio shows at its head: who, since when, what is promised next, what to do next, and what happened."""

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.workflow import get_transitions

from nervion_service.domain.taxonomy import EVENT_LABELS, Stage
from nervion_service.services import (
	calendars,
	clock,
	duplicates,
	events,
	gates,
	promise_timeline,
	safety,
	stages,
	system,
	wording,
)

DOCTYPE = "Service Folio"
HISTORY_LINES = 100
WARNED_SHARE = 0.5  # from half of the promised time on, a running promise is shown as warned
# the one next step of each stage, as the stage it leads to
NEXT_STAGE = {
	Stage.REGISTERED: Stage.ROUTED,
	Stage.ROUTED: Stage.IN_ATTENTION,
	Stage.IN_ATTENTION: Stage.ANSWERED,
	Stage.WAITING: Stage.IN_ATTENTION,
	Stage.ANSWERED: Stage.CLOSED,
	Stage.REOPENED: Stage.IN_ATTENTION,
}
COLOURS = {
	"Fulfilled": "green",
	"Fulfilled Late": "red",
	"Breached": "red",
	"Paused": "gray",
	"Cancelled": "gray",
}


@frappe.whitelist()
def get_view(folio: str) -> dict[str, Any]:
	"""Everything above the fields of the form: {"now", "modified", "head", "next_action", "actions", "promises", "history", "safety"}.

	now: the site's time, from which a browser counts down whatever its own clock says.
	"""
	doc = system.permitted(DOCTYPE, folio, "read")
	promises = [{**row, "colour": colour(row)} for row in promise_timeline.timeline(doc)]
	actions = _actions(doc)
	return {
		"now": clock.now(),
		"modified": doc.modified,
		"head": head(doc, promises),
		"next_action": next((one for one in actions if one["primary"]), None),
		"actions": actions,
		"promises": promises,
		"history": history(doc),
		"safety": safety.banner(doc),
	}


def colour(promise: dict[str, Any]) -> str:
	"""Frappe's indicator colour of a promise: green kept, blue running, orange warned, red broken, gray paused or over."""
	if promise["status"] in COLOURS:
		return COLOURS[promise["status"]]
	return "orange" if (promise["share_used"] or 0) >= WARNED_SHARE else "blue"


def history(doc, everything: bool = False) -> list[dict[str, Any]]:
	"""The events of a case and of those it took over, the latest first, with their labels in the reader's language.

	A screen shows the latest HISTORY_LINES; paper wants `everything`.
	"""
	# the history of a case may be read by whoever may read the case
	rows = frappe.get_all(
		events.DOCTYPE,
		filters={"case_type": doc.doctype, "case_name": ("in", [doc.name, *duplicates.merged_into(doc.name)])},
		fields=[
			"case_name", "event", "happened_at", "actor", "channel", "from_stage", "to_stage", "reference_type", "reference_name", "details",
		],
		order_by="happened_at desc, name desc",
		limit_page_length=0 if everything else HISTORY_LINES,
	)  # fmt: skip
	return [_line(row) for row in rows]


def head(doc, promises) -> dict[str, Any]:
	"""Who, what, since when, whose, and the next promise of a case; promises: those of `promise_timeline`, with their colours."""
	return {
		"folio": doc.name,
		"party": doc.party_name,
		"subject": doc.subject,
		"state": _(doc.workflow_state),
		"stage": doc.stage,
		"received_at": doc.received_at,
		"working_seconds": _working_seconds(doc, clock.now()),
		"assigned_to": doc.assigned_to,
		"assigned_name": _full_name(doc.assigned_to),
		"department": doc.department,
		"reason": doc.get("routing_reason"),
		"next_promise": _next_promise(promises),
	}


def _working_seconds(doc, now: datetime) -> int:
	"""Working time since the case's clocks began, until it was answered or until now."""
	_name, calendar = calendars.for_company(doc.company)
	end = max(doc.answered_at or now, doc.effective_at)
	return int(calendar.elapsed(doc.effective_at, end).total_seconds())


def _next_promise(promises) -> dict[str, Any] | None:
	open_ones = [row for row in promises if row["open"]]
	if not open_ones:
		return None
	first = min(open_ones, key=lambda row: row["due_at"])
	shown = (
		"kind",
		"label",
		"status",
		"basis",
		"due_at",
		"paused_at",
		"seconds_left",
		"share_used",
		"colour",
	)
	return {name: first[name] for name in shown}


def _actions(doc) -> list[dict[str, Any]]:
	"""The workflow's actions that this user may take now, each with what is still missing for it."""
	found: dict[str, dict] = {}
	for transition in get_transitions(doc):
		stage = stages.of_state(transition["next_state"])
		found.setdefault(
			transition["action"],
			{
				"action": transition["action"],
				"label": _(transition["action"]),
				"next_state": transition["next_state"],
				"stage": stage,
				"missing": gates.missing(doc, stage),
				"primary": stage == NEXT_STAGE.get(doc.stage),
			},
		)
	return list(found.values())


def _line(row) -> dict[str, Any]:
	return {
		**row,
		"label": _(EVENT_LABELS.get(row.event, row.event)),
		"actor_name": _full_name(row.actor),
		"channel": _(row.channel) if row.channel else None,
		"from_label": _(row.from_stage) if row.from_stage else None,
		"to_label": _(row.to_stage) if row.to_stage else None,
		"details": frappe.parse_json(row.details) if row.details else {},
	}


def _full_name(user: str | None) -> str | None:
	return wording.person(user) if user else None
