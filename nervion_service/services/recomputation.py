"""Open promises by a calendar that changed (D20, F13): in batches, by a job that may be killed and goes on where it was.

The calendar's own row remembers what is under way: a token, the last promise done, and the hours before the change. All
three are written in the transaction of the change, so a change that is stored is never forgotten.
"""

import json
from datetime import date, datetime, timedelta

import frappe

from nervion_service.domain.business_calendar import BusinessCalendar, Shift
from nervion_service.services import (
	calendars,
	clock,
	commitment_rows,
	commitments,
	events,
	retries,
	system,
	transactions,
)

_BATCH = 500
_STATE = ("recompute_token", "recompute_cursor", "recompute_from")


def ask_for(calendar: str, before: BusinessCalendar) -> None:
	"""Remember that open promises must follow the calendar's new hours, and start on it after the commit.

	before: the hours so far. Where an earlier change is still under way, its hours are the ones to start from.
	"""
	under_way = frappe.db.get_value(calendars.DOCTYPE, calendar, "recompute_from")
	state = {
		"recompute_token": system.new_name(),
		"recompute_cursor": "",
		"recompute_from": under_way or _dump(before, clock.now()),
	}
	frappe.db.set_value(calendars.DOCTYPE, calendar, state, update_modified=False)
	system.after_commit(run, calendar=calendar)


def keep_state(doc) -> None:
	"""A form that was opened before the job's last step must not write the old step back."""
	before = doc.get_doc_before_save()
	for field in _STATE:
		doc.set(field, before.get(field) if before else None)


def waiting() -> list[str]:
	"""Calendars whose recomputation has not come to its end."""
	# the system's own work list
	return frappe.get_all(
		calendars.DOCTYPE, filters={"recompute_token": ("is", "set")}, pluck="name", order_by="name"
	)


def run(calendar: str, batch_size: int = _BATCH) -> int:
	"""Recompute the open promises of a calendar, committing batch by batch; returns how many were looked at.

	Twice, or two at once, gives what once gives.
	"""
	total = 0
	with transactions.read_committed():
		while done := transactions.retried(lambda: _batch(calendar, batch_size)):
			total += done
	return total


def retry(now: datetime, limit: int = _BATCH) -> None:
	"""Try the promises again that a calendar's change could not move, each by the hours before that change."""
	for row in retries.due(retries.RECOMPUTE, commitments.DOCTYPE, now, limit):
		retries.attempt(retries.RECOMPUTE, commitments.DOCTYPE, row.document_name, _again(row.payload))


def _again(payload):
	before, changed_at = _load(payload)

	def move(name):
		rows = commitments.locked([name])
		_write([_moved(row, before, changed_at, calendars.get(row["calendar"])) for row in rows])

	return move


def _batch(calendar, size) -> int:
	state = frappe.db.get_value(calendars.DOCTYPE, calendar, _STATE, as_dict=True)
	if not state or not state.recompute_token:
		return 0
	names = _next_names(calendar, state.recompute_cursor or "", size)
	if names:
		_recompute(calendar, names, *_load(state.recompute_from))
		_move(calendar, state, {"recompute_cursor": names[-1]})
	else:
		_move(calendar, state, dict.fromkeys(_STATE))
	return len(names)


def _next_names(calendar, after, size) -> list[str]:
	# every open promise follows its calendar, whoever may read it
	return frappe.get_all(
		commitments.DOCTYPE,
		filters={"calendar": calendar, "status": ("in", commitments.OPEN_STATUSES), "name": (">", after)},
		pluck="name",
		order_by="name",
		limit=size,
	)


def _recompute(calendar, names, before, changed_at):
	after, changes = calendars.get(calendar), []
	for row in commitments.locked(names):
		try:
			changes.append(_moved(row, before, changed_at, after))
		except Exception as error:
			# one bad row must not stop the others: it keeps its times and is tried again by itself
			_set_aside(row, error, _dump(before, changed_at))
	_write(changes)


def _moved(row, before, changed_at, after):
	values, lines, notices = commitment_rows.recompute(row, changed_at, before, after)
	return {"name": row["name"], "modified": clock.now(), **values}, lines, notices


def _write(changes):
	system.update_rows(commitments.DOCTYPE, [values for values, _lines, _notices in changes])
	events.record_many(line for _values, lines, _notices in changes for line in lines)
	system.insert_rows(commitments.NOTICE, [notice for *_others, notices in changes for notice in notices])


def _set_aside(row, error, payload):
	retries.note(retries.RECOMPUTE, commitments.DOCTYPE, row["name"], error, payload)
	frappe.log_error(title="Service recomputation", message=f"{row['name']}\n{frappe.get_traceback()}")


def _move(calendar, state, values):
	# a newer change has another token, and begins from the start: its state is not ours to move
	frappe.db.set_value(
		calendars.DOCTYPE,
		{"name": calendar, "recompute_token": state.recompute_token},
		values,
		update_modified=False,
	)


def _dump(calendar: BusinessCalendar, changed_at: datetime) -> str:
	shifts = [
		[shift.weekday, shift.start.total_seconds(), shift.end.total_seconds()] for shift in calendar.shifts
	]
	days = [day.isoformat() for day in calendar.holidays]
	return json.dumps({"changed_at": changed_at.isoformat(), "shifts": shifts, "days": days})


def _load(plain: str) -> tuple[BusinessCalendar, datetime]:
	state = json.loads(plain)
	shifts = (
		Shift(weekday, timedelta(seconds=start), timedelta(seconds=end))
		for weekday, start, end in state["shifts"]
	)
	days = map(date.fromisoformat, state["days"])
	return BusinessCalendar(shifts, days), datetime.fromisoformat(state["changed_at"])
