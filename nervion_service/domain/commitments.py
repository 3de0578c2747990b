"""What was promised by when: start, pause, resume, fulfil, cancel, and what falls due on the way.

A Snapshot is one running promise. It holds facts (when it started, when it waited, what was announced) beside what
follows from them (due_at, next_check_at). Every function takes a snapshot and gives a new one; none reads a clock.

How callers keep it whole:
- `advance(snapshot, now, calendar)` gives what fell due until `now`, each step once, with the time it *fell* due, however
  late the call comes. Call it, and store its events, before `fulfil`, `cancel` and `recompute`: a promise that is over
  announces nothing more, and recompute measures by the new hours. Before `pause` and `resume` it may be left out.
- `next_check_at` is the earliest moment at which `advance` can have something to do; None when nothing is pending.
- `started_at` is the effective start (D3). Time before it never counts.

Requirements: S1.1-S1.3, S1.10, G2, S4.1, S7.3, D1-D4, D17-D20, K1.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from nervion_service.domain.business_calendar import BusinessCalendar
from nervion_service.domain.promise_clock import due, passed
from nervion_service.domain.promise_pauses import (
	as_of,
	close_pause,
	credited,
	end_used_up_pause,
	may_pause,
	pause_end,
)
from nervion_service.domain.promise_steps import (
	due_after_pauses,
	event,
	pending,
	remember,
	used,
	with_next_check,
)
from nervion_service.domain.promise_terms import dump_pauses, from_terms, load_pauses, to_terms
from nervion_service.domain.promises import (
	BREACH,
	ONE_SECOND,
	OVER,
	After,
	Basis,
	Event,
	EventKind,
	Policy,
	Snapshot,
	Status,
	Step,
)

# callers find here what a promise is made of and how it is kept, beside what moves it
__all__ = [
	"BREACH",
	"OVER",
	"After",
	"Basis",
	"Event",
	"EventKind",
	"Policy",
	"Snapshot",
	"Status",
	"Step",
	"advance",
	"cancel",
	"dump_pauses",
	"from_terms",
	"fulfil",
	"load_pauses",
	"pause",
	"recompute",
	"resume",
	"share_used",
	"start",
	"start_with_waits",
	"take_back",
	"time_left",
	"to_terms",
	"upcoming",
]


def start(policy: Policy, at: datetime, calendar: BusinessCalendar) -> Snapshot:
	"""The promise as it begins at `at`, the effective start (D3)."""
	due_at = due(policy.basis, at, policy.allowance, calendar)
	begun = Snapshot(policy, at, due_at, due_at, None)
	return with_next_check(begun, calendar)


def start_with_waits(
	policy: Policy, at: datetime, waits: Iterable[tuple[datetime, datetime]], calendar: BusinessCalendar
) -> Snapshot:
	"""The promise that begins late, as if it had run since `at`: paused for each wait (from, to), in order, as its terms allow.

	Nothing is recorded yet: what fell due meanwhile is given by the next `advance`.
	"""
	promise = start(policy, at, calendar)
	for begin, end in waits:
		if end > at:
			promise = resume(pause(promise, begin), end, calendar)
	return promise


def pause(snapshot: Snapshot, at: datetime) -> Snapshot:
	"""Let the clock stand from `at` on, if the terms allow it and the cap is not used up; else nothing changes (D19).

	Pausing twice is pausing once. What fell due until `at` stays due, seen by a sweep or not. Without a calendar the cap's
	end is not known, so next_check_at is the earliest it could be; the sweep then finds the exact one.
	"""
	if snapshot.is_over or snapshot.paused_at is not None or not may_pause(snapshot):
		return snapshot
	begin = max(at, snapshot.started_at, *(end for _, end in snapshot.pauses[-1:]))
	checks = [snapshot.next_check_at] if snapshot.next_check_at and snapshot.next_check_at <= begin else []
	if snapshot.policy.pause_cap is not None:
		checks.append(begin + snapshot.policy.pause_cap - (snapshot.paused_seconds + 1) * ONE_SECOND)
	status = Status.PAUSED if snapshot.status == Status.RUNNING else snapshot.status
	return replace(snapshot, paused_at=begin, status=status, next_check_at=min(checks, default=None))


def resume(snapshot: Snapshot, at: datetime, calendar: BusinessCalendar) -> Snapshot:
	"""Let the clock run again from `at`, or from when the cap was used up; twice is once.

	Due time and steps still to come move by what stood still; what had fallen due before the pause does not.
	"""
	if snapshot.is_over or snapshot.paused_at is None:
		return snapshot
	return with_next_check(close_pause(snapshot, pause_end(snapshot, at, calendar), calendar), calendar)


def fulfil(snapshot: Snapshot, at: datetime, calendar: BusinessCalendar) -> Snapshot:
	"""The promise was kept at `at`, the moment that the evidence proves (D18).

	Fulfilled until the due time, Fulfilled Late after it, whether or not a sweep saw the breach: breached_at is then the due
	time. Evidence from before the start counts as no time used. Evidence from before the due time makes it Fulfilled even
	when a sweep was quicker than the evidence; the breach that was announced stays in `recorded` and `breached_at`.
	The first fulfilment stays; a cancelled promise stays cancelled. Call `advance(snapshot, at, calendar)` first.
	"""
	if snapshot.is_over:
		return snapshot
	running = resume(snapshot, at, calendar)
	late = at > running.due_at
	return replace(
		running,
		status=Status.FULFILLED_LATE if late else Status.FULFILLED,
		fulfilled_at=at,
		breached_at=running.breached_at or (running.due_at if late else None),
		elapsed_seconds=used(running, at, calendar) // ONE_SECOND,
		paused_seconds=credited(running, calendar, at) // ONE_SECOND,
		next_check_at=None,
	)


def take_back(snapshot: Snapshot, calendar: BusinessCalendar) -> Snapshot:
	"""The promise that turned out not to be kept, as an answer that never arrived: it runs on as if it had never been fulfilled.

	Its due time and its waits stay; the next `advance` gives what fell due meanwhile, with the moment at which it did. One
	that was not fulfilled stays as it is, and a breach that was recorded never un-happens (D20).
	"""
	if snapshot.fulfilled_at is None:
		return snapshot
	broken = BREACH in snapshot.recorded
	running = replace(
		snapshot,
		status=Status.BREACHED if broken else Status.RUNNING,
		breached_at=snapshot.breached_at if broken else None,
		fulfilled_at=None,
		elapsed_seconds=None,
	)
	return with_next_check(
		replace(running, paused_seconds=credited(running, calendar) // ONE_SECOND), calendar
	)


def cancel(snapshot: Snapshot, at: datetime) -> Snapshot:
	"""The promise lapses (the case was withdrawn). What is over already stays as it is.

	One that was broken by then stays broken: `breached_at` says so (D20). Call `advance(snapshot, at, calendar)` first.
	A wait that was open ends at `at`; its time is not added to paused_seconds, since no figure is made of it.
	"""
	if snapshot.is_over:
		return snapshot
	waits = ((snapshot.paused_at, max(at, snapshot.paused_at)),) if snapshot.paused_at else ()
	return replace(
		snapshot,
		status=Status.CANCELLED,
		cancelled_at=at,
		paused_at=None,
		pauses=snapshot.pauses + waits,
		next_check_at=None,
	)


def advance(
	snapshot: Snapshot, now: datetime, calendar: BusinessCalendar
) -> tuple[Snapshot, tuple[Event, ...]]:
	"""What fell due until `now` and was not given before, in order, and the snapshot that remembers it.

	Called once or in many small steps it gives the same events. A clock that goes back gives none and takes none back. A
	pause whose cap is used up ends here, at the moment when it was. Events fall due after the breach too, until fulfilment.
	"""
	if snapshot.is_over:
		return snapshot, ()
	running = end_used_up_pause(snapshot, now, calendar)
	until = now if running.paused_at is None else min(now, running.paused_at)
	fallen = [(moment, step) for moment, step in pending(running, calendar) if moment <= until]
	events = tuple(event(running, step, moment, calendar) for moment, step in fallen)
	return with_next_check(remember(running, events), calendar), events


def recompute(snapshot: Snapshot, now: datetime, calendar: BusinessCalendar) -> Snapshot:
	"""The promise by a calendar that changed (D20).

	The due time is what the new hours make of the same start and the same waits, even when that is past already;
	original_due_at is kept. What was due until `now` is broken and stays so at the time it was. Steps already given are not
	given again. Call `advance(snapshot, now, old_calendar)` first. What is over is not touched.
	"""
	if snapshot.is_over:
		return snapshot
	broken = BREACH in snapshot.recorded or snapshot.due_at <= (snapshot.paused_at or now)
	due_at = snapshot.due_at if broken else due_after_pauses(snapshot, calendar)
	renewed = replace(snapshot, due_at=due_at, paused_seconds=credited(snapshot, calendar) // ONE_SECOND)
	return with_next_check(renewed, calendar)


def upcoming(snapshot: Snapshot, calendar: BusinessCalendar) -> tuple[Event, ...]:
	"""What will fall due if nothing happens, in order; for a promise that waits, as if it went on at once."""
	if snapshot.is_over:
		return ()
	return tuple(event(snapshot, step, moment, calendar) for moment, step in pending(snapshot, calendar))


def time_left(snapshot: Snapshot, now: datetime, calendar: BusinessCalendar) -> timedelta | None:
	"""Time until the due time, negative when overdue, on the policy's basis (clock time for CALENDAR_DAYS).

	It stands still during a pause. None when the promise is over.
	"""
	if snapshot.is_over:
		return None
	running, at = as_of(snapshot, now, calendar)
	if at > running.due_at:
		return -passed(running.policy.basis, running.due_at, at, calendar)
	return passed(running.policy.basis, at, running.due_at, calendar)


def share_used(snapshot: Snapshot, now: datetime, calendar: BusinessCalendar) -> float | None:
	"""Share of the promised time that is used: 0.0 at the start, 1.0 at the due time, more after it; None when over."""
	if snapshot.is_over:
		return None
	running, at = as_of(snapshot, now, calendar)
	promised = used(running, running.due_at, calendar)
	if not promised:
		return 1.0 if at >= running.due_at else 0.0
	return used(running, at, calendar) / promised
