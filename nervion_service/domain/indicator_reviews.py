"""What a missed target asks for: why it was missed, and what is done about it or why nothing is (G15, G17, D12, ISO 9001 9.1.3)."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nervion_service.domain.indicators import AT_LEAST, SECONDS, Indicator, Reading

DOCTYPE = "Service Indicator Review"


class Stage:
	"""A review waits for its owner, or is over."""

	OPEN = "Open"
	CLOSED = "Closed"


class Decision:
	"""What the analysis leads to."""

	ACTION = "Corrective Action"
	NONE = "No Action"


MESSAGES = {
	"no_analysis": "Write down why the target was missed.",
	"no_decision": "Open a corrective action, or decide that none is needed and say why.",
	"no_action": "Open the corrective action that was decided on, or choose one that runs already.",
	"action_cancelled": "The corrective action was cancelled: choose another one, or say why none is needed.",
	"action_before": "The corrective action was implemented before the month was over and the target was missed all the same: open another one, or say why none is needed.",
	"action_elsewhere": "The corrective action belongs to another company.",
	"action_undecided": "A corrective action is named: decide for it, or take it out.",
	"no_reason": "Say why no action is needed.",
}


@dataclass(frozen=True)
class Facts:
	"""What a review says about itself. action_runs, action_is_ours, action_before: of the action that it names.

	action_before: it was implemented before the month was over, so it cannot be what the month's target asked for.
	"""

	analysis: str | None = None
	decision: str | None = None
	action: str | None = None
	action_runs: bool = True
	action_is_ours: bool = True
	action_before: bool = False
	reason: str | None = None


def missed(readings: Iterable[Reading]) -> tuple[Reading, ...]:
	"""The readings that ask for a review: those with a target that they do not meet; without data none does (D12)."""
	return tuple(one for one in readings if one.meets_target is False)


def missing(facts: Facts) -> tuple[str, ...]:
	"""What a review lacks to be closed, as codes of MESSAGES; nothing when it may."""
	found = [] if _filled(facts.analysis) else ["no_analysis"]
	if facts.decision == Decision.ACTION:
		found += _about_action(facts)
	elif facts.decision == Decision.NONE:
		found += [] if _filled(facts.reason) else ["no_reason"]
		found += ["action_undecided"] if facts.action else []
	else:
		found.append("no_decision")
	return tuple(found)


def behind(
	indicator: Indicator, numerator: Sequence[Mapping[str, Any]], denominator: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
	"""The cases that made an indicator miss its target, among the rows of its two parts (each with case_type and case_name).

	A mean time: what took longer than the target. A share that should be high: what is counted below the line and not above
	it. One that should be low: what is counted above it. An indicator without a target has none.
	"""
	if indicator.target is None:
		return []
	if indicator.unit == SECONDS:
		return [row for row in denominator if (row.get("elapsed_seconds") or 0) > indicator.target]
	if indicator.comparison == AT_LEAST:
		good = {_case(row) for row in numerator}
		return [row for row in denominator if _case(row) not in good]
	return list(numerator)


def most_frequent(
	rows: Iterable[Mapping[str, Any]], value: Callable[[Mapping[str, Any]], Hashable], at_most: int
) -> list[tuple[Hashable, int]]:
	"""What the rows have in common, the most frequent first; what is not known is left out, since it explains nothing."""
	counts = Counter(found for row in rows if (found := value(row)))
	return sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))[:at_most]


def _about_action(facts: Facts) -> list[str]:
	if not facts.action:
		return ["no_action"]
	if not facts.action_runs:
		return ["action_cancelled"]
	if facts.action_before:
		return ["action_before"]
	return [] if facts.action_is_ours else ["action_elsewhere"]


def _case(row: Mapping[str, Any]) -> tuple:
	return row.get("case_type"), row.get("case_name")


def _filled(text: str | None) -> bool:
	return bool(text and text.strip())
