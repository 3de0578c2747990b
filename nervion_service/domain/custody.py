"""The chain of custody of a sample: who had it, since when, in what condition, without a gap (K5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

MESSAGES = {
	"begins_with_taking": "The custody of a sample begins with its taking: {action} comes later.",
	"not_from_here": "A sample that is {state} cannot be {action} next. Possible: {possible}.",
	"nobody": "Say who has the sample from here on.",
	"gap": "The sample was with {holder}, so it is {holder} who hands it over, not {giver}.",
	"same_hands": "Handing over takes two people: {person} has the sample already.",
	"backwards": "This hand-over is dated before the one that came earlier: correct its date and time.",
	"ahead": "This hand-over is dated in the future: correct its date and time.",
	"sealed_again": "The seal was broken before: it cannot be intact now.",
	"no_condition": "Describe the condition of the sample: its seal is not intact.",
	"no_place": "Say where the sample is stored.",
	"rewritten": "What was written about the custody of a sample does not change: add a new line.",
}


class Action:
	"""What happens to a sample; each leaves it in the state of the same name."""

	TAKEN = "Taken"
	RECEIVED = "Received"
	STORED = "Stored"
	IN_TEST = "In Test"
	DISPOSED = "Disposed"


ACTIONS = (Action.TAKEN, Action.RECEIVED, Action.STORED, Action.IN_TEST, Action.DISPOSED)
# the laboratory tests only what it received, and nothing is disposed of that nobody received
NEXT = {
	Action.TAKEN: (Action.RECEIVED, Action.STORED),
	Action.RECEIVED: (Action.RECEIVED, Action.STORED, Action.IN_TEST, Action.DISPOSED),
	Action.STORED: (Action.RECEIVED, Action.IN_TEST, Action.DISPOSED),
	Action.IN_TEST: (Action.RECEIVED, Action.STORED, Action.DISPOSED),
	Action.DISPOSED: (),
}


@dataclass(frozen=True)
class Handover:
	"""One line of the chain. `giver` is nobody when a sample is taken; the holder keeps it where giver and taker are one."""

	at: datetime
	action: str
	taker: str
	giver: str = ""
	condition: str = ""
	seal_intact: bool = True
	place: str = ""


@dataclass(frozen=True)
class Problem:
	"""What is wrong with a line: its index, a code of MESSAGES and the values of its sentence."""

	index: int
	code: str
	values: tuple[tuple[str, str], ...] = ()


def state(chain: Sequence[Handover]) -> str:
	"""Where the sample stands; empty before it was taken."""
	return chain[-1].action if chain else ""


def holder(chain: Sequence[Handover]) -> str:
	"""Who has it; empty before it was taken."""
	return chain[-1].taker if chain else ""


def next_actions(current: str) -> tuple[str, ...]:
	"""What may happen next in that state."""
	return NEXT[current] if current else (Action.TAKEN,)


def problem(chain: Sequence[Handover], now: datetime) -> Problem | None:
	"""The first thing wrong with a chain; None when it has no gap."""
	for index, line in enumerate(chain):
		for code, values in _problems(line, chain[index - 1] if index else None, now):
			return Problem(index, code, tuple(values.items()))
	return None


def rewritten(before: Sequence[Handover], after: Sequence[Handover]) -> bool:
	"""Whether lines that stood are changed, dropped or moved, where only new ones may follow."""
	return list(after[: len(before)]) != list(before)


def _problems(line: Handover, last: Handover | None, now: datetime) -> Iterable[tuple[str, dict[str, str]]]:
	yield from _order_problems(line, last)
	if not line.taker:
		yield "nobody", {}
	if last:
		yield from _hand_problems(line, last)
	if line.at > now:
		yield "ahead", {}
	if not line.seal_intact and not line.condition.strip():
		yield "no_condition", {}
	if line.action == Action.STORED and not line.place.strip():
		yield "no_place", {}


def _order_problems(line: Handover, last: Handover | None) -> Iterable[tuple[str, dict[str, str]]]:
	possible = next_actions(last.action if last else "")
	if line.action in possible:
		return
	if last is None:
		yield "begins_with_taking", {"action": line.action}
	else:
		yield (
			"not_from_here",
			{"state": last.action, "action": line.action, "possible": ", ".join(possible) or "–"},
		)


def _hand_problems(line: Handover, last: Handover) -> Iterable[tuple[str, dict[str, str]]]:
	if line.giver != last.taker:
		yield "gap", {"holder": last.taker, "giver": line.giver or "–"}
	if line.action == Action.RECEIVED and line.taker == last.taker:
		yield "same_hands", {"person": line.taker}
	if line.at < last.at:
		yield "backwards", {}
	if line.seal_intact and not last.seal_intact:
		yield "sealed_again", {}
