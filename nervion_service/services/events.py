"""The append-only history of a case (X11): what happened, when really, who, by which channel. Codes, never personal text."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import frappe

from nervion_service.services import clock, system

DOCTYPE = "Service Event"
_COLUMNS = (
	"case_type", "case_name", "event", "happened_at", "actor", "channel", "from_stage", "to_stage",
	"reference_type", "reference_name", "details", "company",
)  # fmt: skip


def record(
	case,
	event: str,
	*,
	happened_at: datetime | None = None,
	actor: str | None = None,
	channel: str | None = None,
	from_stage: str | None = None,
	to_stage: str | None = None,
	reference: tuple[str, str] | None = None,
	details: Mapping[str, Any] | None = None,
) -> str:
	"""Add one line to the history of `case` (a document); returns its name.

	event: a code of domain.taxonomy.Events. happened_at: the real time, now by default. actor: the session's user by
	default. reference: (doctype, name) of what proves it. details: codes and numbers only.
	"""
	row = {
		"case_type": case.doctype,
		"case_name": case.name,
		"event": event,
		"happened_at": happened_at,
		"actor": actor,
		"channel": channel,
		"from_stage": from_stage,
		"to_stage": to_stage,
		"reference_type": reference and reference[0],
		"reference_name": reference and reference[1],
		"details": details,
		"company": case.get("company"),
	}
	return record_many([row])[0]


def record_many(rows: Iterable[Mapping[str, Any]]) -> list[str]:
	"""Add many lines at once; each row has the columns that `record` fills, missing ones stay empty. Returns the names."""
	return system.insert_rows(DOCTYPE, [_complete(row) for row in rows])


def _complete(row):
	full = {column: row.get(column) or None for column in _COLUMNS}
	full["happened_at"] = full["happened_at"] or clock.now()
	full["actor"] = full["actor"] or frappe.session.user
	full["details"] = json.dumps(full["details"], default=str, sort_keys=True) if full["details"] else None
	return full
