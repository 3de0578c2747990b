"""The events of a case as the lines of a chain: what happened, in the order in which it was written (K12)."""

from typing import Any

import frappe

from nervion_service.domain import case_chain
from nervion_service.services import events

COLUMNS = (
	"name", "case_type", "case_name", "event", "happened_at", "actor", "channel", "from_stage", "to_stage", "reference_type",
	"reference_name", "details", "company",
)  # fmt: skip
# the key under which a line's digest stands beside it
DIGEST = "digest"
# when the database took a line, which is no part of what the line says
WRITTEN = "creation"


def of_cases(names: dict[str, list[str]], with_writing: bool = False) -> list[dict[str, Any]]:
	"""The lines of these cases (DocType → names), oldest first, as they stand in the database, without digests.

	with_writing: each with the moment at which it was written, too.
	"""
	found = [
		row
		for doctype, cases in names.items()
		for row in _rows({"case_type": doctype, "case_name": ("in", cases)})
	]
	written = sorted(found, key=lambda row: (row.creation, row.name))
	return [_line(row) | ({WRITTEN: row.creation} if with_writing else {}) for row in written]


def by_name(names: list[str]) -> list[dict[str, Any] | None]:
	"""The lines of these names as they stand now, in that order; None for one that is not there any more."""
	found = {row.name: _line(row) for row in _rows({"name": ("in", names or [""])})}
	return [found.get(name) for name in names]


def chained(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""The lines, each with its digest."""
	digests = case_chain.chain(lines)
	return [{**line, DIGEST: digest} for line, digest in zip(lines, digests, strict=True)]


def _rows(filters: dict) -> list:
	# the history of a case may be read by whoever may read the case, which the caller has asked
	return frappe.get_all(
		events.DOCTYPE,
		filters=filters,
		fields=[*COLUMNS, "creation"],
		order_by="creation, name",
		limit_page_length=0,
	)


def _line(row) -> dict[str, Any]:
	return {column: _spelt(row[column]) for column in COLUMNS}


def _spelt(value) -> str | None:
	return value.isoformat() if hasattr(value, "isoformat") else value or None
