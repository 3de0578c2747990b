"""When a case may be answered, closed or reopened, each refusal with a code (S1.11, D16, D17, D18)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

MESSAGES = {
	"answer_needs_outbound": "Send an answer or log a call to the customer first; only then is the case answered.",
	"customer_not_satisfied": "The customer is not satisfied: attend the case again instead of closing it.",
	"needs_confirmation": (
		"Record the customer's confirmation, or {missing} more unanswered attempts to obtain it"
		" ({attempts} of {settled} so far)."
	),
	"needs_confirmation_by_day": (
		"Record the customer's confirmation, or {missing} more unanswered attempts to obtain it, each on another working day"
		" ({attempts} of {settled} so far)."
	),
	"never_closed": "Only a closed case can be reopened.",
	"new_linked_folio": "It was closed more than {days} days ago: register a new folio, linked to this one.",
}


@dataclass(frozen=True)
class Verdict:
	"""Allowed or not, with a code and the values its sentence in MESSAGES needs. True when allowed."""

	allowed: bool
	code: str
	values: tuple[tuple[str, int], ...] = ()

	def __bool__(self) -> bool:
		return self.allowed


ANSWERED = "answered"
CONFIRMED = "confirmed"
NOT_SATISFIED = "customer_not_satisfied"
WITHOUT_WORD = "attempts_exhausted"  # D16: reported apart
REOPEN = "reopen"
ESCALATE = "escalate_to_coordinator"
NEW_FOLIO = "new_linked_folio"


def may_answer(has_outbound_record: bool) -> Verdict:
	"""A case is answered only on the record of an outbound message by a person (D18)."""
	return Verdict(True, ANSWERED) if has_outbound_record else Verdict(False, "answer_needs_outbound")


def count_attempts(outbound: Iterable[datetime], since: datetime, day_of: Callable | None = None) -> int:
	"""How many of our messages later than `since` were attempts to reach the customer (D16).

	day_of: the working day of a moment, so that several on one day are one attempt; None counts each of them.
	"""
	later = [at for at in outbound if at > since]
	return len({day_of(at) for at in later}) if day_of else len(later)


def may_close(
	satisfied: bool | None, attempts: int, settled_attempts: int, one_a_day: bool = False
) -> Verdict:
	"""Closing needs the customer's word, or the settled number of attempts left unanswered (D16).

	`satisfied` is None while the customer has not spoken; False refuses however many attempts there were. `one_a_day`: how
	they were counted, which the refusal says.
	"""
	if settled_attempts < 1 or attempts < 0:
		raise ValueError("attempts cannot be negative and at least one must be settled")
	if satisfied:
		return Verdict(True, CONFIRMED)
	if satisfied is False:
		return Verdict(False, NOT_SATISFIED)
	if attempts >= settled_attempts:
		return Verdict(True, WITHOUT_WORD)
	missing = settled_attempts - attempts
	values = (("attempts", attempts), ("missing", missing), ("settled", settled_attempts))
	return Verdict(False, "needs_confirmation_by_day" if one_a_day else "needs_confirmation", values)


def reopening(
	now: datetime, first_closed_at: datetime | None, window: timedelta, reopen_count: int
) -> Verdict:
	"""What a request to reopen becomes.

	The window is clock time from the first closing, which is the one that is kept (D17), its end included;
	`reopen_count` is how often the case was reopened before. REOPEN the first time; ESCALATE from the second on:
	allowed, in the Coordinator's hands; NEW_FOLIO after the window: refused here, a linked folio is opened.
	"""
	if first_closed_at is None:
		return Verdict(False, "never_closed")
	if now < first_closed_at or window < timedelta(0) or reopen_count < 0:
		raise ValueError("now precedes the closing, or the window or the count is negative")
	if now - first_closed_at > window:
		return Verdict(False, NEW_FOLIO, (("days", window.days),))
	return Verdict(True, ESCALATE if reopen_count else REOPEN)
