"""The sweep: finds promises whose next check has come, records what fell due, and writes the outbox.

It reads one column, `next_check_at <= now`, so its cost grows with what is due and not with what is open. A pass that was
missed loses nothing: the next one records when each step *fell* due. Sweeps may run side by side: what one has locked,
the others skip; what one was killed in the middle of, the next one does.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import frappe

from nervion_service.domain import commitments as domain
from nervion_service.services import (
	calendars,
	clock,
	commitment_rows,
	commitments,
	events,
	settings,
	system,
	transactions,
)

DOCTYPE = commitments.DOCTYPE
_DEFAULT_BATCH = 500
_DEFAULT_RETRY_MINUTES = 10
# a row that keeps failing is tried ever more seldom, once a day in the end
_LONGEST_RETRY = timedelta(days=1)
_JOB_SECONDS = 600
# what falling due changes in a row that does not wait for its customer
_MARKS = (
	"name", "modified", "status", "next_check_at", "breached_at", "level", "steps_done", "attempts", "last_error",
)  # fmt: skip


@dataclass(frozen=True)
class SweepResult:
	"""What a sweep did: rows looked at, steps that fell due by kind, rows that failed, batches committed."""

	rows: int = 0
	warnings: int = 0
	breaches: int = 0
	escalations: int = 0
	failed: int = 0
	batches: int = 0

	@property
	def steps(self) -> int:
		return self.warnings + self.breaches + self.escalations


class NoProgress(ValueError):
	"""A row whose next check did not move: swept again at once, it would go on for ever."""


def start() -> None:
	"""Called every minute: start the sweep, the notices and the safety nets, each under a fresh job id.

	A fixed id would block them for minutes after a worker was killed, and two at once do no harm.
	"""
	for path in ("sweep.work", "notices.run", "safety_nets.catch_up", "acknowledgement.catch_up"):
		system.enqueue(f"nervion_service.services.{path}", queue="default", timeout=_JOB_SECONDS)


def work() -> None:
	"""The sweep's job."""
	run()


def run(now: datetime | None = None, batch_size: int | None = None) -> SweepResult:
	"""Record every step that fell due until `now`, batch by batch, each committed by itself; returns the counts.

	What the caller has left uncommitted is rolled back: the sweep's transactions are its own.
	"""
	now = now or clock.now()
	size = batch_size or settings.number("sweep_batch_size", _DEFAULT_BATCH)
	total = Counter()
	with transactions.read_committed():
		while batch := transactions.retried(lambda: _batch(now, size)):
			total += batch
		transactions.retried(lambda: _note_the_time(now))
	return SweepResult(**{field: total[field] for field in SweepResult.__dataclass_fields__})


def last_run() -> datetime | None:
	"""When a sweep last came to its end; None when none ever did."""
	# the row itself, since every minute's write goes past the settings' caches
	found = frappe.db.sql(
		"SELECT `value` FROM `tabSingles` WHERE `doctype` = 'Service Settings' AND `field` = 'last_sweep_at'"
	)
	return frappe.utils.get_datetime(found[0][0]) if found and found[0][0] else None


def _batch(now, size) -> Counter:
	"""One transaction's work: lock what is due and free, ask the domain, write in bulk."""
	rows = _locked(now, size)
	done, changed = Counter(), []
	for row in rows:
		try:
			changed.append((row, *_swept(row, now)))
		except Exception as error:
			# one bad row must not stop the others: it waits, and the health check shows it
			_set_aside(row, now, error)
			done["failed"] += 1
	done += _write(changed, now)
	if rows:
		done += Counter(rows=len(rows), batches=1)
	return done


def _locked(now, size):
	"""The batch's first statement: it locks, and gives every column that the sweep needs."""
	table = frappe.qb.DocType(DOCTYPE)
	# promises fall due whoever may read them
	return (
		frappe.qb.from_(table)
		.select(*(table[column] for column in commitment_rows.ROW_COLUMNS))
		.where(table.next_check_at <= now)
		.orderby(table.next_check_at, table.name)
		.limit(size)
		.for_update(skip_locked=True)
		.run(as_dict=True)
	)


def _swept(row, now):
	calendar = calendars.get(row.calendar)
	promise, fallen = domain.advance(commitment_rows.snapshot(row), now, calendar)
	if promise.next_check_at is not None and promise.next_check_at <= now:
		raise NoProgress(f"next check stays at {promise.next_check_at}")
	return promise, _told_from_now_on(promise, fallen, now, calendar)


def _told_from_now_on(promise, fallen, now, calendar):
	"""The same steps, none to be told before it is found: a sweep that comes back by night wakes nobody up.

	What is for any hour (K1) is told at once.
	"""
	if not fallen:
		return fallen
	any_hour = {step.name for step in promise.policy.all_steps if step.any_hour}
	opening = calendar.next_open(now)
	return tuple(
		event if event.step in any_hour else replace(event, announce_at=max(event.announce_at, opening))
		for event in fallen
	)


def _write(changed, now) -> Counter:
	if not changed:
		return Counter()
	try:
		frappe.db.savepoint("sweep_batch")
		return _write_rows(changed, now)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:
		# some row of the batch cannot be written: find out which, one savepoint each
		frappe.db.rollback(save_point="sweep_batch")
	done = Counter()
	for entry in changed:
		done += _write_alone(entry, now)
	return done


def _write_alone(entry, now) -> Counter:
	try:
		frappe.db.savepoint("sweep_row")
		return _write_rows([entry], now)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		# the savepoint is gone with the rest: the whole batch is repeated
		raise
	except Exception as error:
		frappe.db.rollback(save_point="sweep_row")
		_set_aside(entry[0], now, error)
		return Counter(failed=1)


def _write_rows(changed, now) -> Counter:
	events.record_many(
		line for row, _promise, fallen in changed for line in commitment_rows.event_rows(row, fallen)
	)
	system.insert_rows(
		commitments.NOTICE,
		(notice for row, _promise, fallen in changed for notice in commitment_rows.notice_rows(row, fallen)),
	)
	# the sweep ends pauses whose cap was used up; where none was open, due time and pauses stay and are not written
	system.update_rows(DOCTYPE, [_marks(*entry, now) for entry in changed if entry[0]["paused_at"] is None])
	system.update_rows(
		DOCTYPE, [_whole_row(*entry, now) for entry in changed if entry[0]["paused_at"] is not None]
	)
	kinds = Counter(event.kind for _row, _promise, fallen in changed for event in fallen)
	return Counter(
		warnings=kinds[domain.EventKind.WARNING],
		breaches=kinds[domain.EventKind.BREACH],
		escalations=kinds[domain.EventKind.ESCALATION],
	)


def _marks(row, promise, _fallen, now):
	values = _whole_row(row, promise, _fallen, now)
	return {column: values[column] for column in _MARKS}


def _whole_row(row, promise, _fallen, now):
	moved = promise.due_at != row["due_at"]
	return {
		"name": row["name"],
		"modified": now,
		**commitment_rows.row_values(promise),
		"due_reason": commitment_rows.MOVED_BY_PAUSE if moved else row["due_reason"],
		"attempts": 0,
		"last_error": None,
	}


def _set_aside(row, now, error):
	"""Count the failure on the row and look at it later, so that bad rows never fill every batch."""
	attempts = (row["attempts"] or 0) + 1
	pause = timedelta(minutes=settings.number("sweep_retry_minutes", _DEFAULT_RETRY_MINUTES)) * 2 ** min(
		attempts - 1, 16
	)
	values = {
		"name": row["name"],
		"attempts": attempts,
		"last_error": system.reason(error),
		"next_check_at": now + min(pause, _LONGEST_RETRY),
	}
	system.update_rows(DOCTYPE, [values])
	frappe.log_error(title="Service sweep", message=f"{row['name']}\n{frappe.get_traceback()}")


def _note_the_time(now):
	marks = {"now": str(now)}
	# not through the settings' form: that would clear caches and lock a document every minute
	frappe.db.sql(
		"UPDATE `tabSingles` SET `value` = %(now)s WHERE `doctype` = 'Service Settings' AND `field` = 'last_sweep_at'",
		marks,
	)
	# nothing to update: the first sweep of a site, or the settings were just saved without it
	frappe.db.sql(
		"""INSERT INTO `tabSingles` (`doctype`, `field`, `value`)
		SELECT 'Service Settings', 'last_sweep_at', %(now)s FROM DUAL WHERE NOT EXISTS (
			SELECT 1 FROM `tabSingles` WHERE `doctype` = 'Service Settings' AND `field` = 'last_sweep_at')""",
		marks,
	)
