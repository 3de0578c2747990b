"""What a promise is made of: its terms, the steps on the way, and where it stands. `commitments` moves it.

Requirements: S1.1-S1.3, S1.10, G2, S4.1, S7.3, D1-D4, D17-D20, K1.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from math import isfinite

BREACH = "Breach"

NOTHING = timedelta(0)
ONE_SECOND = timedelta(seconds=1)
_ONE_DAY = timedelta(days=1)


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
		if self.amount < NOTHING:
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
		if self.allowance < NOTHING or (needs_time and not self.allowance):
			raise ValueError(
				f"{self.kind}: a promise on {self.basis.value} needs an allowance, not {self.allowance}"
			)
		_refuse_part_days(self.basis, self.allowance)
		if self.pause_cap is not None and self.pause_cap < ONE_SECOND:
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


def _refuse_part_days(basis, amount):
	if basis == Basis.CALENDAR_DAYS and amount % _ONE_DAY:
		raise ValueError(f"{basis.value} are whole days, not {amount}")
