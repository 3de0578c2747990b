"""The promises of a case as its form shows them: what fell due, what comes, the waits, and the time left."""

import json
from datetime import datetime
from typing import Any

import frappe
from frappe import _

from nervion_service.domain import commitments as domain
from nervion_service.services import calendars, clock, commitment_rows, commitments, events


def timeline(case) -> list[dict[str, Any]]:
	"""The promises of a case for its form, oldest first; the caller has checked permission to read the case.

	Each has kind, status, started_at, due_at, original_due_at, due_reason, paused_at, paused_seconds, breached_at, fulfilled_at,
	elapsed_seconds, evidence, basis, `gaps` ([from, to] of each wait), `open`, `seconds_left` (negative when overdue, None when
	over), `share_used`, and `steps`: name, kind, at, done, in the order of time.
	"""
	# its promises may be read by whoever may read the case
	rows = frappe.get_all(
		commitments.DOCTYPE,
		filters={"case_type": case.doctype, "case_name": case.name},
		fields=[*commitment_rows.ROW_COLUMNS, "policy", "evidence_type", "evidence"],
		order_by="started_at, kind, name",
	)
	fallen, now = _fallen_steps(case), clock.now()
	return [_timeline_entry(row, fallen.get(row.name, []), now) for row in rows]


def _fallen_steps(case) -> dict[str, list[dict]]:
	"""By commitment, the steps that fell due, from the history."""
	# the history of a case may be read by whoever may read the case
	lines = frappe.get_all(
		events.DOCTYPE,
		filters={
			"case_type": case.doctype,
			"case_name": case.name,
			"event": ("in", tuple(commitment_rows.EVENT_CODES.values())),
		},
		fields=["reference_name", "event", "happened_at", "details"],
		order_by="happened_at, name",
	)
	kinds = {code: kind.value for kind, code in commitment_rows.EVENT_CODES.items()}
	fallen = {}
	for line in lines:
		step = {
			"name": json.loads(line.details)["step"],
			"kind": kinds[line.event],
			"at": line.happened_at,
			"done": True,
		}
		fallen.setdefault(line.reference_name, []).append(step)
	return fallen


def _timeline_entry(row, fallen, now):
	promise, calendar = commitment_rows.snapshot(row), calendars.get(row.calendar)
	coming = [
		{"name": event.step, "kind": event.kind.value, "at": event.fell_due_at, "done": False}
		for event in domain.upcoming(promise, calendar)
	]
	left_out = ("terms", "steps_done", "pauses", "attempts", "next_check_at")
	return {
		**{column: value for column, value in row.items() if column not in left_out},
		"label": _(row.kind),
		"basis": promise.policy.basis.value,
		"gaps": _gaps(promise),
		"open": not promise.is_over,
		"elapsed_seconds": promise.elapsed_seconds,
		"seconds_left": _seconds_left(promise, now, calendar),
		"share_used": domain.share_used(promise, now, calendar),
		"steps": fallen + coming,
	}


def _gaps(promise) -> list[list[datetime | None]]:
	"""When the promise stood still, [from, to] each; the one that lasts has no end."""
	waits = [list(wait) for wait in promise.pauses]
	return [*waits, [promise.paused_at, None]] if promise.paused_at else waits


def _seconds_left(promise, now, calendar):
	left = domain.time_left(promise, now, calendar)
	return None if left is None else int(left.total_seconds())
