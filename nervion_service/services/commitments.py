"""Service Commitments: from a case to its promises, and what happens to them while the case lives.

A row is the domain's Snapshot with its terms beside it. Every change locks the open rows of the case, asks the domain, and
writes them back in the caller's transaction. What fell due before the change is recorded first, at the time it fell due.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import frappe

from nervion_service.domain import commitments as domain
from nervion_service.domain.business_calendar import BusinessCalendar
from nervion_service.domain.commitments import EventKind, Snapshot, Status
from nervion_service.domain.reception import registered_in_time
from nervion_service.domain.taxonomy import ON_DEMAND_KINDS, CommitmentKind, Events
from nervion_service.services import calendars, clock, daily_figures, events, policies, system

DOCTYPE = "Service Commitment"
NOTICE = "Service Notice"
OPEN_STATUSES = (Status.RUNNING.value, Status.PAUSED.value, Status.BREACHED.value)
# (from, to) of a wait for the customer that is over
Wait = tuple[datetime, datetime]
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


def start_all(case) -> list[str]:
	"""Store the promises that `case`, a document just inserted, gets; returns the rows' names."""
	return system.insert_rows(DOCTYPE, rows_for_new_case(case))


def start(case, kinds: Iterable[str], at: datetime, due: date | None = None) -> list[str]:
	"""Start the promises of these kinds at `at`, as those of safety are when something is said; returns the rows' names.

	due: a day that was agreed or imposed, which takes the place of the policy's amount: the promise falls due at its end,
	or at the end of the day it starts on where that day is past already.
	"""
	return system.insert_rows(DOCTYPE, _rows(case, at, at, kinds, due))


def start_again(case, kinds: Iterable[str], at: datetime) -> list[str]:
	"""Start one more promise of each kind at `at`: a reopened case is owed a new first answer, the old rows stay.

	Kinds that were never kept start again too, as the resolution of a case that was withdrawn; the registration never does.
	"""
	over = (_kinds_kept(case) | {CommitmentKind.REGISTRATION}) - set(kinds)
	return system.insert_rows(DOCTYPE, [row for row in _rows(case, at, at) if row["kind"] not in over])


def rows_for_new_case(case) -> list[dict[str, Any]]:
	"""The rows of the promises that a case begins with, ready for a bulk insert; nothing is written.

	They start at its `effective_at` (D3) by the policies in effect when it was received. The promise to register is kept or
	broken at birth; those of history never come up for a check, so they alert nobody.
	"""
	received_at = _moment(case.get("received_at")) or clock.now()
	rows = _rows(case, _moment(case.get("effective_at")) or received_at, received_at)
	if case.get("is_history"):
		rows = [{**row, "next_check_at": None} for row in rows]
	return rows


def fulfil(
	case_type: str,
	case_name: str,
	kinds: Iterable[str],
	at: datetime,
	evidence: tuple[str, str] | None = None,
) -> int:
	"""The promises of those kinds were kept at `at`; evidence is (doctype, name) of what proves it. Returns how many.

	Promises that are over stay as they are: the first fulfilment counts.
	"""
	return _keep(_open_rows(case_type, case_name, kinds), at, evidence)


def end(
	case_type: str,
	case_name: str,
	kinds: Iterable[str],
	at: datetime,
	evidence: tuple[str, str] | None = None,
) -> int:
	"""The case ended at `at`: promises of those kinds were kept by it (see `fulfil`), what else is still promised lapses."""
	rows, kinds = _open_rows(case_type, case_name), set(kinds)
	kept = _keep([row for row in rows if row["kind"] in kinds], at, evidence)
	return kept + _lapse([row for row in rows if row["kind"] not in kinds], at)


def pause(case_type: str, case_name: str, at: datetime) -> int:
	"""An outbound question waits for the customer since `at`: the clocks of promises that pause stand still (D19)."""
	return _change(
		_open_rows(case_type, case_name), at, lambda snapshot, _calendar: domain.pause(snapshot, at)
	)


def resume(case_type: str, case_name: str, at: datetime) -> int:
	"""The customer answered, or nobody waits any more: the clocks run on from `at`."""
	return _change(
		_open_rows(case_type, case_name), at, lambda snapshot, calendar: domain.resume(snapshot, at, calendar)
	)


def cancel_open(case_type: str, case_name: str, at: datetime) -> int:
	"""What is still promised lapses at `at`; what fell due before stays on record. Returns how many lapsed."""
	return _lapse(_open_rows(case_type, case_name), at)


def keep(names: Iterable[str | None], at: datetime, evidence: tuple[str, str] | None = None) -> int:
	"""These very promises were kept at `at`, as `fulfil` says of all of a kind: a case may have several, one per task."""
	return _keep(locked(name for name in names if name), at, evidence)


def lapse(names: Iterable[str | None], at: datetime) -> int:
	"""These very promises lapse at `at`; what fell due before stays on record. Returns how many lapsed."""
	return _lapse(locked(name for name in names if name), at)


def lapse_kinds(case_type: str, case_name: str, kinds: Iterable[str], at: datetime) -> int:
	"""Promises of those kinds lapse at `at`, all others run on. Returns how many lapsed."""
	return _lapse(_open_rows(case_type, case_name, kinds), at)


def reclassify(case, before, at: datetime, waits: Iterable[Wait] = ()) -> None:
	"""`case` was classified anew at `at`; `before` is the document as it was; waits: for the customer, (from, to), in order.

	A kind of promise whose policy is another now lapses, and the new policy's starts where the old one's did, or at the effective
	reception, and pauses for those waits, unless that kind was kept and nothing of it was owed any more. All others run on.
	"""
	received_at = _moment(case.get("received_at")) or at
	was, now = (
		{p.policy.kind: p.code for p in policies.applicable(_facts(one), received_at)}
		for one in (before, case)
	)
	moved = {kind for kind in was.keys() | now.keys() if was.get(kind) != now.get(kind)} - {
		CommitmentKind.REGISTRATION,
		*ON_DEMAND_KINDS,
	}
	if moved:
		rows = _open_rows(case.doctype, case.name, moved)
		_lapse(rows, at)
		# a reopened case was owed its new answer since then
		begun = {row["kind"]: row["started_at"] for row in rows}
		owed = moved - (_kinds_kept(case) - begun.keys())
		fresh = [row for kind in sorted(owed) for row in _fresh(case, kind, begun.get(kind), received_at)]
		system.insert_rows(DOCTYPE, [_waited(row, waits) for row in fresh])
	relabel(case)


def relabel(case) -> None:
	"""Count every promise of a case, kept ones too, under the request type that it has: it always was that kind of request."""
	names = _names(case.doctype, case.name)
	daily_figures.release(DOCTYPE, names)
	_write(names, {"request_type": case.request_type})


def reassign(case_type: str, case_name: str, user: str | None, department: str | None) -> None:
	"""Open promises belong to whoever the case belongs to now; kept ones stay with who kept them."""
	names = _names(case_type, case_name, status=("in", OPEN_STATUSES))
	_write(names, {"responsible": user, "department": department}, only_open=True)


def follow(case_type: str, case_names: Iterable[str], **values: str | None) -> None:
	"""Open promises are counted under the customer and the department that their case has now: values of those columns."""
	names = _names(case_type, ("in", list(case_names) or [""]), status=("in", OPEN_STATUSES))
	_write(names, values, only_open=True)


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
		_event_row(
			row, EVENT_CODES[event.kind], event.fell_due_at, {"step": event.step, "level": event.level}
		)
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
		lines.append(_event_row(row, Events.COMMITMENT_RECOMPUTED, changed_at, details))
	return values, lines, notice_rows(row, fallen)


def locked(names: Iterable[str]) -> list[dict[str, Any]]:
	"""These rows, if still open, locked until the transaction ends, in the order of their names."""
	names = tuple(names)
	if not names:
		return []
	table = frappe.qb.DocType(DOCTYPE)
	# promises follow their case and their calendar, whoever may read them
	return (
		frappe.qb.from_(table)
		.select(*(table[column] for column in ROW_COLUMNS))
		.where(table.name.isin(names) & table.status.isin(OPEN_STATUSES))
		.orderby(table.name)
		.for_update()
		.run(as_dict=True)
	)


def _rows(case, started_at, received_at, kinds=(), due=None):
	"""Rows of the kinds named, or of all that a case has by itself."""
	facts = _facts(case)
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


def _fresh(case, kind: str, started_at: datetime | None, received_at: datetime) -> list[dict[str, Any]]:
	return _rows(case, started_at or _moment(case.get("effective_at")) or received_at, received_at, [kind])


def _facts(case) -> dict[str, Any]:
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


def _waited(row, waits: Iterable[Wait]) -> dict[str, Any]:
	"""A new row as it would stand had it run since its start: paused and resumed for each wait that is over."""
	policy, calendar = policies.policy_from_terms(row["terms"]), calendars.get(row["calendar"])
	since = [(begin, end) for begin, end in waits if begin >= row["started_at"]]
	promise = domain.start_with_waits(policy, row["started_at"], since, calendar)
	due_reason = MOVED_BY_PAUSE if promise.due_at != promise.original_due_at else None
	return {**row, **row_values(promise), "due_reason": due_reason}


def _registered(case, promise, calendar) -> Snapshot:
	"""The promise to register, kept or broken when the case is born; it never escalates (D3)."""
	received_at, registered_at = _moment(case.get("received_at")), _moment(case.get("registered_at"))
	kept = domain.fulfil(promise, registered_at or clock.now(), calendar)
	if received_at and registered_at and registered_in_time(received_at, registered_at, calendar):
		# by the date: what is typed in after closing on the day itself is in time
		return replace(kept, status=Status.FULFILLED, breached_at=None)
	return kept


def _open_rows(case_type, case_name, kinds=()):
	of_kinds = "AND kind IN %(kinds)s" if kinds else ""
	# SQL: as in `_names`, for what every change of status asks; built by Frappe, the very same statement costs ten times as much
	found = frappe.db.sql(
		f"""SELECT name FROM `tabService Commitment` WHERE case_type = %(type)s AND case_name = %(name)s
		AND status IN %(open)s {of_kinds} ORDER BY name""",
		{"type": case_type, "name": case_name, "open": OPEN_STATUSES, "kinds": tuple(kinds)},
	)
	return locked(name for (name,) in found)


def _names(case_type, case_name, **filters) -> list[str]:
	"""The promises of a case. They are then locked or written by name, which locks those rows and nothing else.

	By the index of cases the gap behind the case would be locked too, where the promises of the next one are inserted.
	"""
	# promises follow their case: whoever may change the case changes them through it, never by themselves
	return frappe.get_all(
		DOCTYPE,
		filters={"case_type": case_type, "case_name": case_name, **filters},
		pluck="name",
		order_by="name",
	)


def _write(names, values, only_open=False):
	"""only_open: leave alone what was kept since the names were read; the daily figures may count it by now."""
	if not names:
		return
	table = frappe.qb.DocType(DOCTYPE)
	# promises follow their case, whose permission was checked when it changed
	query = frappe.qb.update(table).where(table.name.isin(names))
	if only_open:
		query = query.where(table.status.isin(OPEN_STATUSES))
	for column, value in values.items():
		query = query.set(table[column], value)
	query.run()


def _keep(rows, at: datetime, evidence: tuple[str, str] | None) -> int:
	proof = {"evidence_type": evidence and evidence[0], "evidence": evidence and evidence[1]}

	def keep(promise, calendar):
		return domain.fulfil(promise, at, calendar)

	return _change(rows, at, keep, code=Events.COMMITMENT_FULFILLED, extra=proof)


def _lapse(rows, at: datetime) -> int:
	return _change(
		rows, at, lambda promise, _calendar: domain.cancel(promise, at), code=Events.COMMITMENT_CANCELLED
	)


def _change(
	rows,
	at: datetime,
	change: Callable[[Snapshot, BusinessCalendar], Snapshot],
	*,
	code: str | None = None,
	extra: Mapping[str, Any] | None = None,
) -> int:
	"""Record what fell due until `at`, change each row, write what differs; `code` is its line of history."""
	changes, lines = [], []
	for row in rows:
		calendar = calendars.get(row.calendar)
		before, fallen = _advanced(row, at, calendar) if code else (snapshot(row), ())
		after = change(before, calendar)
		if after == before and not fallen:
			continue
		changes.append(_changed_row(row, after, extra))
		lines += event_rows(row, fallen)
		if code and not _is_history(row):
			lines.append(_event_row(row, code, at, {"status": after.status.value}))
	system.update_rows(DOCTYPE, changes)
	events.record_many(lines)
	return len(changes)


def _advanced(row, at, calendar):
	promise = snapshot(row)
	if _is_history(row):
		return domain.advance(promise, at, calendar)[0], ()
	return domain.advance(promise, at, calendar)


def _is_history(row) -> bool:
	# a running promise always has a next check, except those that were born as history
	return row["status"] == Status.RUNNING.value and row["next_check_at"] is None


def _changed_row(row, after, extra):
	values = {"name": row["name"], "modified": clock.now(), **row_values(after), **(extra or {})}
	values["due_reason"] = MOVED_BY_PAUSE if after.due_at != row["due_at"] else row["due_reason"]
	if _is_history(row):
		values["next_check_at"] = None
	return values


def _event_row(row, code, happened_at, details):
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


def _kinds_kept(case) -> set[str]:
	# what the case's own promises came to, whoever classifies it
	return set(
		frappe.get_all(
			DOCTYPE,
			filters={"case_type": case.doctype, "case_name": case.name, "fulfilled_at": ("is", "set")},
			pluck="kind",
			order_by="kind",
		)
	)


def _moment(value) -> datetime | None:
	return frappe.utils.get_datetime(value) if value else None
