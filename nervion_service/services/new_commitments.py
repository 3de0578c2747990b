"""Which promises a case begins with, and the rows they begin as; nothing is written here."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import frappe

from nervion_service.domain import commitments as domain
from nervion_service.domain.commitments import Snapshot, Status
from nervion_service.domain.reception import registered_in_time
from nervion_service.domain.taxonomy import ON_DEMAND_KINDS, CommitmentKind
from nervion_service.services import calendars, clock, policies
from nervion_service.services.commitment_rows import DOCTYPE, MOVED_BY_PAUSE, row_values

# (from, to) of a wait for the customer that is over
Wait = tuple[datetime, datetime]


def for_new_case(case) -> list[dict[str, Any]]:
	"""The rows of the promises that a case begins with, ready for a bulk insert; nothing is written.

	They start at its `effective_at` (D3) by the policies in effect when it was received. The promise to register is kept or
	broken at birth; those of history never come up for a check, so they alert nobody.
	"""
	received_at = moment(case.get("received_at")) or clock.now()
	found = rows(case, moment(case.get("effective_at")) or received_at, received_at)
	if case.get("is_history"):
		found = [{**row, "next_check_at": None} for row in found]
	return found


def rows(case, started_at, received_at, kinds=(), due=None):
	"""Rows of the kinds named, or of all that a case has by itself."""
	facts = facts_of(case)
	company_calendar, _hours = calendars.for_company(case.company)
	return [
		_row(case, _until(found, started_at, due), found.calendar or company_calendar, started_at)
		for found in policies.applicable(facts, received_at)
		if (found.policy.kind in kinds if kinds else found.policy.kind not in ON_DEMAND_KINDS)
	]


def _until(found, started_at: datetime, due: date | None):
	"""The promise with a day of its own in place of the policy's amount."""
	if due is None:
		return found
	days = timedelta(days=max((due - started_at.date()).days, 0))
	policy = replace(found.policy, allowance=days, basis=domain.Basis.CALENDAR_DAYS)
	return replace(found, policy=policy, terms=policies.dump_terms(policy))


def begun_anew(case, kind: str, started_at: datetime | None, received_at: datetime) -> list[dict[str, Any]]:
	"""The rows of one kind that starts anew: where the old one did, or at the effective reception."""
	return rows(case, started_at or moment(case.get("effective_at")) or received_at, received_at, [kind])


def facts_of(case) -> dict[str, Any]:
	"""What policies ask of a case, see `policies.applicable`."""
	request_type = case.get("request_type")
	nature = frappe.get_cached_value("Request Type", request_type, "nature") if request_type else None
	kept = {field: case.get(field) for field in ("company", "request_type", "priority", "severity")}
	return {**kept, "document_type": case.doctype, "nature": nature}


def _row(case, found, calendar_name, started_at) -> dict[str, Any]:
	calendar = calendars.get(calendar_name)
	promise = domain.start(found.policy, started_at, calendar)
	if found.policy.kind == CommitmentKind.REGISTRATION:
		promise = _registered(case, promise, calendar)
	by_birth = promise.is_over
	return {
		**row_values(promise),
		"kind": found.policy.kind,
		"case_type": case.doctype,
		"case_name": case.name,
		"company": case.company,
		"customer": case.get("customer"),
		"responsible": case.get("assigned_to"),
		"department": case.get("department"),
		"channel": case.get("channel"),
		"request_type": case.get("request_type"),
		"policy": found.name,
		"basis": found.policy.basis.value,
		"calendar": calendar_name,
		"terms": found.terms,
		"started_at": started_at,
		"original_due_at": promise.original_due_at,
		"evidence_type": case.doctype if by_birth else None,
		"evidence": case.name if by_birth else None,
		"attempts": 0,
	}


def waited(row, waits: Iterable[Wait]) -> dict[str, Any]:
	"""A new row as it would stand had it run since its start: paused and resumed for each wait that is over."""
	policy, calendar = policies.policy_from_terms(row["terms"]), calendars.get(row["calendar"])
	since = [(begin, end) for begin, end in waits if begin >= row["started_at"]]
	promise = domain.start_with_waits(policy, row["started_at"], since, calendar)
	due_reason = MOVED_BY_PAUSE if promise.due_at != promise.original_due_at else None
	return {**row, **row_values(promise), "due_reason": due_reason}


def _registered(case, promise, calendar) -> Snapshot:
	"""The promise to register, kept or broken when the case is born; it never escalates (D3)."""
	received_at, registered_at = moment(case.get("received_at")), moment(case.get("registered_at"))
	kept = domain.fulfil(promise, registered_at or clock.now(), calendar)
	if received_at and registered_at and registered_in_time(received_at, registered_at, calendar):
		# by the date: what is typed in after closing on the day itself is in time
		return replace(kept, status=Status.FULFILLED, breached_at=None)
	return kept


def kinds_kept(case) -> set[str]:
	"""The kinds of which the case kept a promise, in time or late."""
	# what the case's own promises came to, whoever classifies it
	return set(
		frappe.get_all(
			DOCTYPE,
			filters={"case_type": case.doctype, "case_name": case.name, "fulfilled_at": ("is", "set")},
			pluck="kind",
			order_by="kind",
		)
	)


def moment(value) -> datetime | None:
	"""A moment of a document, which may be text that was just sent."""
	return frappe.utils.get_datetime(value) if value else None
