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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import Enum
from math import isfinite
from typing import Any

from nervion_service.domain.business_calendar import BusinessCalendar

BREACH = "Breach"

_NOTHING = timedelta(0)
_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)
_END_OF_DAY = time(23, 59, 59)


class Basis(str, Enum):
	"""How promised time is counted; the values are the options of the Select fields."""

	WORKING_TIME = "Working Time"
	CLOCK_TIME = "Clock Time"
	# "24 horas hábiles": all 24 hours, on days that have working time (D1, D2)
	CLOCK_TIME_ON_WORKING_DAYS = "Clock Time on Working Days"
	# due at 23:59:59 of the n-th day after the start's day (D4); 0 days is the start's own day
	CALENDAR_DAYS = "Calendar Days"
	# due at the last closing of the day on which the start is dealt with (S1.1)
	SAME_BUSINESS_DAY = "Same Business Day"


class Status(str, Enum):
	"""Where a promise stands; the values are the options of the Select field."""

	RUNNING = "Running"
	PAUSED = "Paused"
	FULFILLED = "Fulfilled"
	FULFILLED_LATE = "Fulfilled Late"
	BREACHED = "Breached"
	CANCELLED = "Cancelled"


OVER = frozenset((Status.FULFILLED, Status.FULFILLED_LATE, Status.CANCELLED))


class EventKind(str, Enum):
	"""WARNING before the due time, BREACH at it, ESCALATION at it or later."""

	WARNING = "Warning"
	BREACH = "Breach"
	ESCALATION = "Escalation"


@dataclass(frozen=True)
class After:
	"""An amount of time since the start, on a basis of its own (D1: 24 h on working days for a promise of 4 h)."""

	amount: timedelta
	basis: Basis

	def __post_init__(self):
		object.__setattr__(self, "basis", Basis(self.basis))
		if self.amount < _NOTHING:
			raise ValueError(f"a step cannot come before the start: {self.amount}")
		_refuse_part_days(self.basis, self.amount)


@dataclass(frozen=True)
class Step:
	"""Something to announce on the way.

	at: fraction of the allowance (0.8 warns at 80 %, 1.0 is the due time, more comes after it) or an After. audience: who
	hears of it, in the caller's words; "" is nobody. level: 0 warns, 1 and above escalate. any_hour: announced at once,
	even outside working hours: for safety only (K1).

	The step named "Breach", at 1.0, says who hears of the breach itself; without it the breach is recorded for nobody.
	"""

	name: str
	at: float | After
	audience: str = ""
	level: int = 0
	any_hour: bool = False

	def __post_init__(self):
		if not self.name:
			raise ValueError("a step needs a name")
		if not isinstance(self.at, After) and not (isfinite(self.at) and self.at >= 0):
			raise ValueError(f"step {self.name} must be at a fraction of 0 or more, not {self.at}")
		if self.name == BREACH and self.at != 1:
			raise ValueError(
				f"the step named {BREACH} is the due time itself: it must be at 1.0, not {self.at}"
			)


_SILENT_BREACH = Step(BREACH, 1.0)


@dataclass(frozen=True)
class Policy:
	"""A promise's terms.

	kind: what is promised ("First Answer"). allowance: how much time on `basis`; whole days for CALENDAR_DAYS, without
	meaning for SAME_BUSINESS_DAY. pauses_while_waiting: whether time in which the customer is asked counts not (D19).
	pause_cap: how much pause is credited in all, on `basis` (clock time for CALENDAR_DAYS); None is no limit.

	Terms that make no sense raise ValueError.
	"""

	kind: str
	allowance: timedelta
	basis: Basis
	steps: tuple[Step, ...] = ()
	pauses_while_waiting: bool = False
	pause_cap: timedelta | None = None

	def __post_init__(self):
		object.__setattr__(self, "basis", Basis(self.basis))
		object.__setattr__(self, "steps", tuple(self.steps))
		self._check_amounts()
		self._check_steps()

	@property
	def all_steps(self) -> tuple[Step, ...]:
		"""The steps with the breach first, so that it leads what falls due at the same moment."""
		own = next((step for step in self.steps if step.name == BREACH), _SILENT_BREACH)
		return own, *(step for step in self.steps if step.name != BREACH)

	def _check_amounts(self):
		needs_time = self.basis not in (Basis.CALENDAR_DAYS, Basis.SAME_BUSINESS_DAY)
		if self.allowance < _NOTHING or (needs_time and not self.allowance):
			raise ValueError(
				f"{self.kind}: a promise on {self.basis.value} needs an allowance, not {self.allowance}"
			)
		_refuse_part_days(self.basis, self.allowance)
		if self.pause_cap is not None and self.pause_cap < _ONE_SECOND:
			raise ValueError(f"{self.kind}: a pause cap is a second at least, or None for no limit")

	def _check_steps(self):
		names = [step.name for step in self.steps]
		repeated = sorted({name for name in names if names.count(name) > 1})
		if repeated:
			raise ValueError(f"{self.kind}: steps share a name: {', '.join(repeated)}")
		if not self.pauses_while_waiting:
			return
		bases = [self.basis, *(step.at.basis for step in self.steps if isinstance(step.at, After))]
		if Basis.SAME_BUSINESS_DAY in bases:
			raise ValueError(f"{self.kind}: what is due on the same business day cannot pause")


@dataclass(frozen=True)
class Event:
	"""A step that fell due.

	fell_due_at is the truth and is recorded; announce_at is when people hear, in working hours unless the step is for
	any hour. step is its name ("Breach" for the breach).
	"""

	kind: EventKind
	step: str
	fell_due_at: datetime
	announce_at: datetime
	level: int = 0
	audience: str = ""


@dataclass(frozen=True)
class Snapshot:
	"""One promise as it stands.

	due_at: moves with credited pauses and with the calendar until it is broken; original_due_at never moves.
	paused_at: since when it waits, None when it does not; a broken promise that waits stays Breached. pauses: the credited
	waits that are over, (from, to), in order. paused_seconds: their time on the policy's basis. breached_at: when it was
	broken. recorded: names of steps already given as events. level: the highest of them. elapsed_seconds: time used until
	fulfilment without pauses; with them it is `elapsed_with_pauses_seconds` (D19). Seconds are whole, rounded down.
	"""

	policy: Policy
	started_at: datetime
	due_at: datetime
	original_due_at: datetime
	next_check_at: datetime | None
	status: Status = Status.RUNNING
	paused_at: datetime | None = None
	paused_seconds: int = 0
	pauses: tuple[tuple[datetime, datetime], ...] = ()
	breached_at: datetime | None = None
	fulfilled_at: datetime | None = None
	cancelled_at: datetime | None = None
	elapsed_seconds: int | None = None
	level: int = 0
	recorded: tuple[str, ...] = ()

	@property
	def is_over(self) -> bool:
		"""Fulfilled or cancelled: nothing more falls due."""
		return self.status in OVER

	@property
	def elapsed_with_pauses_seconds(self) -> int | None:
		"""Time used until fulfilment, credited pauses included; None until then."""
		return None if self.elapsed_seconds is None else self.elapsed_seconds + self.paused_seconds


def start(policy: Policy, at: datetime, calendar: BusinessCalendar) -> Snapshot:
	"""The promise as it begins at `at`, the effective start (D3)."""
	due_at = _due(policy.basis, at, policy.allowance, calendar)
	begun = Snapshot(policy, at, due_at, due_at, None)
	return _with_next_check(begun, calendar)


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
	if snapshot.is_over or snapshot.paused_at is not None or not _may_pause(snapshot):
		return snapshot
	begin = max(at, snapshot.started_at, *(end for _, end in snapshot.pauses[-1:]))
	checks = [snapshot.next_check_at] if snapshot.next_check_at and snapshot.next_check_at <= begin else []
	if snapshot.policy.pause_cap is not None:
		checks.append(begin + snapshot.policy.pause_cap - (snapshot.paused_seconds + 1) * _ONE_SECOND)
	status = Status.PAUSED if snapshot.status == Status.RUNNING else snapshot.status
	return replace(snapshot, paused_at=begin, status=status, next_check_at=min(checks, default=None))


def resume(snapshot: Snapshot, at: datetime, calendar: BusinessCalendar) -> Snapshot:
	"""Let the clock run again from `at`, or from when the cap was used up; twice is once.

	Due time and steps still to come move by what stood still; what had fallen due before the pause does not.
	"""
	if snapshot.is_over or snapshot.paused_at is None:
		return snapshot
	return _with_next_check(_close_pause(snapshot, _pause_end(snapshot, at, calendar), calendar), calendar)


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
		elapsed_seconds=_used(running, at, calendar) // _ONE_SECOND,
		paused_seconds=_credited(running, calendar, at) // _ONE_SECOND,
		next_check_at=None,
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
	running = _end_used_up_pause(snapshot, now, calendar)
	until = now if running.paused_at is None else min(now, running.paused_at)
	fallen = [(moment, step) for moment, step in _pending(running, calendar) if moment <= until]
	events = tuple(_event(running, step, moment, calendar) for moment, step in fallen)
	return _with_next_check(_remember(running, events), calendar), events


def recompute(snapshot: Snapshot, now: datetime, calendar: BusinessCalendar) -> Snapshot:
	"""The promise by a calendar that changed (D20).

	The due time is what the new hours make of the same start and the same waits, even when that is past already;
	original_due_at is kept. What was due until `now` is broken and stays so at the time it was. Steps already given are not
	given again. Call `advance(snapshot, now, old_calendar)` first. What is over is not touched.
	"""
	if snapshot.is_over:
		return snapshot
	broken = BREACH in snapshot.recorded or snapshot.due_at <= (snapshot.paused_at or now)
	due_at = snapshot.due_at if broken else _due_after_pauses(snapshot, calendar)
	renewed = replace(snapshot, due_at=due_at, paused_seconds=_credited(snapshot, calendar) // _ONE_SECOND)
	return _with_next_check(renewed, calendar)


def upcoming(snapshot: Snapshot, calendar: BusinessCalendar) -> tuple[Event, ...]:
	"""What will fall due if nothing happens, in order; for a promise that waits, as if it went on at once."""
	if snapshot.is_over:
		return ()
	return tuple(_event(snapshot, step, moment, calendar) for moment, step in _pending(snapshot, calendar))


def time_left(snapshot: Snapshot, now: datetime, calendar: BusinessCalendar) -> timedelta | None:
	"""Time until the due time, negative when overdue, on the policy's basis (clock time for CALENDAR_DAYS).

	It stands still during a pause. None when the promise is over.
	"""
	if snapshot.is_over:
		return None
	running, at = _as_of(snapshot, now, calendar)
	if at > running.due_at:
		return -_passed(running.policy.basis, running.due_at, at, calendar)
	return _passed(running.policy.basis, at, running.due_at, calendar)


def share_used(snapshot: Snapshot, now: datetime, calendar: BusinessCalendar) -> float | None:
	"""Share of the promised time that is used: 0.0 at the start, 1.0 at the due time, more after it; None when over."""
	if snapshot.is_over:
		return None
	running, at = _as_of(snapshot, now, calendar)
	promised = _used(running, running.due_at, calendar)
	if not promised:
		return 1.0 if at >= running.due_at else 0.0
	return _used(running, at, calendar) / promised


def to_terms(policy: Policy) -> dict[str, Any]:
	"""The policy as a plain dict that JSON can hold; durations are seconds. `from_terms` reads it back."""
	return {
		"kind": policy.kind,
		"allowance": _seconds(policy.allowance),
		"basis": policy.basis.value,
		"steps": [_step_terms(step) for step in policy.steps],
		"pauses_while_waiting": policy.pauses_while_waiting,
		"pause_cap": None if policy.pause_cap is None else _seconds(policy.pause_cap),
	}


def from_terms(terms: Mapping[str, Any]) -> Policy:
	"""The policy that `to_terms` wrote. A missing entry, or one without sense, raises ValueError that names it."""
	try:
		cap = terms["pause_cap"]
		return Policy(
			kind=terms["kind"],
			allowance=timedelta(seconds=terms["allowance"]),
			basis=Basis(terms["basis"]),
			steps=tuple(_step_from_terms(step) for step in terms["steps"]),
			pauses_while_waiting=bool(terms["pauses_while_waiting"]),
			pause_cap=None if cap is None else timedelta(seconds=cap),
		)
	except KeyError as missing:
		raise ValueError(f"the terms lack {missing}") from missing


def dump_pauses(pauses: Iterable[tuple[datetime, datetime]]) -> list[list[str]]:
	"""Snapshot.pauses as plain lists that JSON can hold. `load_pauses` reads them back."""
	return [[begin.isoformat(), end.isoformat()] for begin, end in pauses]


def load_pauses(plain: Iterable[Iterable[str]] | None) -> tuple[tuple[datetime, datetime], ...]:
	"""Snapshot.pauses from what `dump_pauses` wrote; None or nothing is no pauses."""
	return tuple((datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in plain or ())


# --- how time is counted on each basis ---


def _running_hours(basis, calendar):
	"""The calendar by which time passes on `basis`; None when every second counts."""
	if basis in (Basis.WORKING_TIME, Basis.SAME_BUSINESS_DAY):
		return calendar
	if basis == Basis.CLOCK_TIME_ON_WORKING_DAYS:
		return calendar.whole_days()
	return None


def _passed(basis, begin, end, calendar):
	hours = _running_hours(basis, calendar)
	return end - begin if hours is None else hours.elapsed(begin, end)


def _later(basis, begin, amount, calendar):
	hours = _running_hours(basis, calendar)
	return begin + amount if hours is None else hours.add(begin, amount)


def _due(basis, begin, amount, calendar):
	"""When an amount on `basis` is up; never before it began."""
	if basis == Basis.CALENDAR_DAYS:
		# A start in the day's last second lies behind 23:59:59.
		return max(begin, datetime.combine(begin.date() + amount, _END_OF_DAY))
	if basis == Basis.SAME_BUSINESS_DAY:
		return calendar.closing(calendar.business_date(begin))
	return _later(basis, begin, amount, calendar)


def _moved(moment, basis, wait, calendar):
	"""`moment` after a wait (from, to): what was due when it began stays, the rest moves by what stood still."""
	begin, end = wait
	if moment <= begin:
		return moment
	if basis == Basis.CALENDAR_DAYS:
		# Promises by the day move by whole days, one per midnight that passed waiting: they stay due at a day's end.
		return max(end, moment + (end.date() - begin.date()))
	return max(end, _later(basis, moment, _passed(basis, begin, end, calendar), calendar))


# --- pauses ---


def _may_pause(snapshot):
	policy = snapshot.policy
	if not policy.pauses_while_waiting:
		return False
	return policy.pause_cap is None or snapshot.paused_seconds < policy.pause_cap // _ONE_SECOND


def _credited(snapshot, calendar, until=None):
	"""Time on the policy's basis that the closed pauses took, as far as they lie before `until`."""
	basis, total = snapshot.policy.basis, _NOTHING
	for begin, end in snapshot.pauses:
		end = end if until is None else min(end, until)
		if begin < end:
			total += _passed(basis, begin, end, calendar)
	return total


def _cap_used_up_at(snapshot, calendar):
	"""When the open pause has used up the cap; None without a cap."""
	policy = snapshot.policy
	if policy.pause_cap is None:
		return None
	left = max(_NOTHING, policy.pause_cap - _credited(snapshot, calendar))
	return _later(policy.basis, snapshot.paused_at, left, calendar)


def _pause_end(snapshot, at, calendar):
	"""Where the open pause ends if it is ended at `at`: not before it began, not after its cap was used up."""
	end = max(at, snapshot.paused_at)
	used_up = _cap_used_up_at(snapshot, calendar)
	return end if used_up is None else min(end, used_up)


def _close_pause(snapshot, end, calendar):
	wait = (snapshot.paused_at, end)
	due_at = snapshot.due_at
	if BREACH not in snapshot.recorded:
		due_at = _moved(due_at, snapshot.policy.basis, wait, calendar)
	closed = replace(
		snapshot,
		due_at=due_at,
		paused_at=None,
		pauses=(*snapshot.pauses, wait) if end > snapshot.paused_at else snapshot.pauses,
		status=Status.RUNNING if snapshot.status == Status.PAUSED else snapshot.status,
	)
	return replace(closed, paused_seconds=_credited(closed, calendar) // _ONE_SECOND)


def _end_used_up_pause(snapshot, now, calendar):
	if snapshot.paused_at is None:
		return snapshot
	used_up = _cap_used_up_at(snapshot, calendar)
	return snapshot if used_up is None or used_up > now else _close_pause(snapshot, used_up, calendar)


def _as_of(snapshot, now, calendar):
	"""The snapshot without a used-up pause, and the moment at which its clock stands at `now`."""
	running = _end_used_up_pause(snapshot, now, calendar)
	return running, now if running.paused_at is None else min(now, running.paused_at)


# --- steps ---


def _pending(snapshot, calendar):
	"""The steps not yet given, as (moment, step) in the order in which they fall due."""
	steps = [step for step in snapshot.policy.all_steps if step.name not in snapshot.recorded]
	# The sort is stable: at the same moment the breach comes first, then the policy's own order.
	return sorted(((_moment(snapshot, step, calendar), step) for step in steps), key=lambda due: due[0])


def _moment(snapshot, step, calendar):
	"""When a step falls due, by the waits that are over."""
	if step.at == 1:
		return snapshot.due_at
	policy, begin = snapshot.policy, snapshot.started_at
	if isinstance(step.at, After):
		basis = step.at.basis
		moment = _due(basis, begin, step.at.amount, calendar)
	else:
		basis = policy.basis
		moment = _later(basis, begin, step.at * _promised(policy, begin, calendar), calendar)
	for wait in snapshot.pauses:
		moment = _moved(moment, basis, wait, calendar)
	return moment


def _promised(policy, begin, calendar):
	"""The time of which a step's fraction is taken."""
	if policy.basis not in (Basis.CALENDAR_DAYS, Basis.SAME_BUSINESS_DAY):
		return policy.allowance
	return _passed(policy.basis, begin, _due(policy.basis, begin, policy.allowance, calendar), calendar)


def _due_after_pauses(snapshot, calendar):
	policy = snapshot.policy
	due_at = _due(policy.basis, snapshot.started_at, policy.allowance, calendar)
	for wait in snapshot.pauses:
		due_at = _moved(due_at, policy.basis, wait, calendar)
	return due_at


def _event(snapshot, step, moment, calendar):
	if step.name == BREACH:
		kind = EventKind.BREACH
	else:
		kind = EventKind.WARNING if moment < snapshot.due_at else EventKind.ESCALATION
	announce_at = moment if step.any_hour else calendar.next_open(moment)
	return Event(kind, step.name, moment, announce_at, step.level, step.audience)


def _remember(snapshot, events):
	if not events:
		return snapshot
	breach = next((event for event in events if event.kind == EventKind.BREACH), None)
	return replace(
		snapshot,
		recorded=(*snapshot.recorded, *(event.step for event in events)),
		level=max(snapshot.level, *(event.level for event in events)),
		status=snapshot.status if breach is None else Status.BREACHED,
		breached_at=snapshot.breached_at if breach is None else breach.fell_due_at,
	)


def _with_next_check(snapshot, calendar):
	"""The snapshot with the earliest moment at which something falls due or a cap is used up."""
	checks = [moment for moment, _ in _pending(snapshot, calendar)]
	if snapshot.paused_at is not None:
		checks = [moment for moment in checks if moment <= snapshot.paused_at]
		used_up = _cap_used_up_at(snapshot, calendar)
		checks += [] if used_up is None else [used_up]
	next_check_at = min(checks, default=None)
	return (
		snapshot
		if next_check_at == snapshot.next_check_at
		else replace(snapshot, next_check_at=next_check_at)
	)


def _used(snapshot, at, calendar):
	"""Time used from the start until `at` on the policy's basis, without the pauses that are over."""
	if at <= snapshot.started_at:
		return _NOTHING
	return _passed(snapshot.policy.basis, snapshot.started_at, at, calendar) - _credited(
		snapshot, calendar, at
	)


# --- terms ---


def _refuse_part_days(basis, amount):
	if basis == Basis.CALENDAR_DAYS and amount % _ONE_DAY:
		raise ValueError(f"{basis.value} are whole days, not {amount}")


def _seconds(span):
	whole, rest = divmod(span, _ONE_SECOND)
	return span.total_seconds() if rest else whole


def _step_terms(step):
	at = step.at
	if isinstance(at, After):
		at = {"after": _seconds(at.amount), "basis": at.basis.value}
	return {
		"name": step.name,
		"at": at,
		"audience": step.audience,
		"level": step.level,
		"any_hour": step.any_hour,
	}


def _step_from_terms(terms):
	at = terms["at"]
	if isinstance(at, Mapping):
		at = After(timedelta(seconds=at["after"]), Basis(at["basis"]))
	return Step(terms["name"], at, terms["audience"], int(terms["level"]), bool(terms["any_hour"]))
