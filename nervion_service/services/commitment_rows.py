"""A commitment's row and the domain's view of it; the lines of history and the notices that its steps leave."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from nervion_service.domain import commitments as domain
from nervion_service.domain.business_calendar import BusinessCalendar
from nervion_service.domain.commitments import EventKind, Snapshot, Status
from nervion_service.domain.taxonomy import Events
from nervion_service.services import policies

DOCTYPE = "Service Commitment"
# why a due time is another than the original one, as a code
MOVED_BY_PAUSE = "pause"
MOVED_BY_CALENDAR = "calendar_changed"

_FACTS = (
	"paused_at", "paused_seconds", "breached_at", "fulfilled_at", "cancelled_at", "elapsed_seconds", "level",
)  # fmt: skip
# what the domain may change in a row; one list for every writer
STATE_COLUMNS = (*_FACTS, "status", "due_at", "next_check_at", "pauses", "steps_done")
# what it takes to rebuild the snapshot and to say whose it is
ROW_COLUMNS = (
	"name", "kind", "case_type", "case_name", "company", "calendar", "terms", "started_at", "original_due_at",
	"due_reason", "attempts", *STATE_COLUMNS,
)  # fmt: skip
# the line of history that a step leaves
EVENT_CODES = {
	EventKind.WARNING: Events.COMMITMENT_WARNING,
	EventKind.BREACH: Events.COMMITMENT_BREACHED,
	EventKind.ESCALATION: Events.COMMITMENT_ESCALATED,
}


def snapshot(row: Mapping[str, Any]) -> Snapshot:
	"""The domain's view of a row that has ROW_COLUMNS."""
	return Snapshot(
		policy=policies.policy_from_terms(row["terms"]),
		started_at=row["started_at"],
		due_at=row["due_at"],
		original_due_at=row["original_due_at"],
		next_check_at=row["next_check_at"],
		status=Status(row["status"]),
		paused_at=row["paused_at"],
		paused_seconds=row["paused_seconds"] or 0,
		pauses=domain.load_pauses(json.loads(row["pauses"])) if row["pauses"] else (),
		breached_at=row["breached_at"],
		fulfilled_at=row["fulfilled_at"],
		cancelled_at=row["cancelled_at"],
		elapsed_seconds=row["elapsed_seconds"] if row["fulfilled_at"] else None,
		level=row["level"] or 0,
		recorded=tuple(json.loads(row["steps_done"])) if row["steps_done"] else (),
	)


def row_values(promise: Snapshot) -> dict[str, Any]:
	"""STATE_COLUMNS of a snapshot, as a row stores them."""
	values = {fact: getattr(promise, fact) for fact in _FACTS}
	# Int columns hold no NULL; without fulfilled_at the seconds say nothing
	values["elapsed_seconds"] = promise.elapsed_seconds or 0
	values["status"] = promise.status.value
	values["due_at"] = promise.due_at
	values["next_check_at"] = promise.next_check_at
	values["pauses"] = json.dumps(domain.dump_pauses(promise.pauses)) if promise.pauses else None
	values["steps_done"] = json.dumps(promise.recorded, ensure_ascii=False) if promise.recorded else None
	return values


def event_rows(row: Mapping[str, Any], fallen: Iterable[domain.Event]) -> list[dict[str, Any]]:
	"""The lines of history for steps that fell due: when they did, not when they were found."""
	return [
		event_row(row, EVENT_CODES[event.kind], event.fell_due_at, {"step": event.step, "level": event.level})
		for event in fallen
	]


def notice_rows(row: Mapping[str, Any], fallen: Iterable[domain.Event]) -> list[dict[str, Any]]:
	"""One outbox row a step, told to nobody in particular yet; a step without audience leaves its mark and is not told."""
	return [_notice_row(row, event) for event in fallen]


def recompute(
	row: Mapping[str, Any], changed_at: datetime, before: BusinessCalendar, after: BusinessCalendar
) -> tuple[dict[str, Any], list[dict], list[dict]]:
	"""What a calendar that changed at `changed_at` makes of an open row (D20): changed columns, event rows, notice rows.

	before, after: the calendar as it was and is. What was due by the old hours falls due by them, and stays; no step is
	given again, and nobody is told of the recomputation itself.
	"""
	advanced, fallen = domain.advance(snapshot(row), changed_at, before)
	renewed = domain.recompute(advanced, changed_at, after)
	values, lines = row_values(renewed), event_rows(row, fallen)
	moved = renewed.due_at != row["due_at"]
	values["due_reason"] = MOVED_BY_CALENDAR if moved else row["due_reason"]
	if moved:
		details = {"from": row["due_at"], "to": renewed.due_at, "reason": MOVED_BY_CALENDAR}
		lines.append(event_row(row, Events.COMMITMENT_RECOMPUTED, changed_at, details))
	return values, lines, notice_rows(row, fallen)


def event_row(
	row: Mapping[str, Any], code: str, happened_at: datetime, details: Mapping[str, Any]
) -> dict[str, Any]:
	"""One line of history about a commitment."""
	return {
		"case_type": row["case_type"],
		"case_name": row["case_name"],
		"company": row["company"],
		"event": code,
		"happened_at": happened_at,
		"reference_type": DOCTYPE,
		"reference_name": row["name"],
		"details": {"kind": row["kind"], **details},
	}


def _notice_row(row, event):
	audience, audience_name = policies.split_audience(event.audience)
	return {
		"commitment": row["name"],
		"step": event.step,
		"kind": event.kind.value,
		"level": event.level,
		"fell_due_at": event.fell_due_at,
		"announce_at": event.announce_at,
		"audience": audience or None,
		"audience_name": audience_name or None,
		# not NULL: NULLs never collide, and the unique index is what keeps a step from being announced twice
		"recipient": "",
		"status": "Pending" if audience else "Dropped",
		"attempts": 0,
	}
