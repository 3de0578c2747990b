"""A promise's terms and waits as plain data that JSON can hold, and back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from nervion_service.domain.promises import ONE_SECOND, After, Basis, Policy, Step


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


def _seconds(span):
	whole, rest = divmod(span, ONE_SECOND)
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
