"""Service Commitments: from a case to its promises, and what happens to them while the case lives.

A row is the domain's Snapshot with its terms beside it. Every change locks the open rows of the case, asks the domain, and
writes them back in the caller's transaction. What fell due before the change is recorded first, at the time it fell due.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import frappe

from nervion_service.domain import commitments as domain
from nervion_service.domain.business_calendar import BusinessCalendar
from nervion_service.domain.commitments import Snapshot, Status
from nervion_service.domain.taxonomy import ON_DEMAND_KINDS, CommitmentKind, Events
from nervion_service.services import (
	calendars,
	clock,
	daily_figures,
	events,
	new_commitments,
	policies,
	system,
)
from nervion_service.services.commitment_rows import (
	DOCTYPE,
	MOVED_BY_PAUSE,
	ROW_COLUMNS,
	event_row,
	event_rows,
	row_values,
	snapshot,
)

NOTICE = "Service Notice"
OPEN_STATUSES = (Status.RUNNING.value, Status.PAUSED.value, Status.BREACHED.value)


def start_all(case) -> list[str]:
	"""Store the promises that `case`, a document just inserted, gets; returns the rows' names."""
	return system.insert_rows(DOCTYPE, new_commitments.for_new_case(case))


def start(case, kinds: Iterable[str], at: datetime, due: date | None = None) -> list[str]:
	"""Start the promises of these kinds at `at`, as those of safety are when something is said; returns the rows' names.

	due: a day that was agreed or imposed, which takes the place of the policy's amount: the promise falls due at its end,
	or at the end of the day it starts on where that day is past already.
	"""
	return system.insert_rows(DOCTYPE, new_commitments.rows(case, at, at, kinds, due))


def start_again(case, kinds: Iterable[str], at: datetime) -> list[str]:
	"""Start one more promise of each kind at `at`: a reopened case is owed a new first answer, the old rows stay.

	Kinds that were never kept start again too, as the resolution of a case that was withdrawn; the registration never does.
	"""
	over = (new_commitments.kinds_kept(case) | {CommitmentKind.REGISTRATION}) - set(kinds) | _given_way(case)
	return system.insert_rows(
		DOCTYPE, [row for row in new_commitments.rows(case, at, at) if row["kind"] not in over]
	)


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


def reclassify(case, before, at: datetime, waits: Iterable[new_commitments.Wait] = ()) -> None:
	"""`case` was classified anew at `at`; `before` is the document as it was; waits: for the customer, (from, to), in order.

	A kind of promise whose policy is another now lapses, and the new policy's starts where the old one's did, or at the effective
	reception, and pauses for those waits, unless that kind was kept and nothing of it was owed any more. All others run on.
	"""
	received_at = new_commitments.moment(case.get("received_at")) or at
	was, now = (
		{p.policy.kind: p.code for p in policies.applicable(new_commitments.facts_of(one), received_at)}
		for one in (before, case)
	)
	moved = {kind for kind in was.keys() | now.keys() if was.get(kind) != now.get(kind)} - {
		CommitmentKind.REGISTRATION,
		*ON_DEMAND_KINDS,
		*_given_way(case),
	}
	if moved:
		rows = _open_rows(case.doctype, case.name, moved)
		_lapse(rows, at)
		# a reopened case was owed its new answer since then
		begun = {row["kind"]: row["started_at"] for row in rows}
		owed = moved - (new_commitments.kinds_kept(case) - begun.keys())
		fresh = [
			row
			for kind in sorted(owed)
			for row in new_commitments.begun_anew(case, kind, begun.get(kind), received_at)
		]
		system.insert_rows(DOCTYPE, [new_commitments.waited(row, waits) for row in fresh])
	relabel(case)


def _given_way(case) -> set[str]:
	"""The kinds that gave way to those of the case's complaint, and are never promised beside them."""
	return {CommitmentKind.RESOLUTION} if case.get("complaint") and case.doctype == "Service Folio" else set()


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
			lines.append(event_row(row, code, at, {"status": after.status.value}))
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
