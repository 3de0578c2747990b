"""Corrective and preventive actions: which method a matter asks for, and what must be there before each stage (I2, G11, K2).

Plain is correction, cause and action; eight disciplines ask for containment, whys, similar cases as well. Both end with a check, on
its date, by somebody who did not do the work, against a criterion written down before. A negative verdict opens the next cycle.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from nervion_service.domain.complaint_words import ActionStage as Stage

ENDED = (Stage.CLOSED, Stage.CANCELLED)
# the plan and its dates stand from here on, and what was found is not rewritten
PLANNED = (Stage.IN_PROGRESS, Stage.IMPLEMENTED, Stage.VERIFIED, Stage.CLOSED)
DONE = (Stage.IMPLEMENTED, Stage.VERIFIED, Stage.CLOSED)


class Kind:
	CORRECTIVE = "Corrective"
	PREVENTIVE = "Preventive"


class Method:
	PLAIN = "Plain"
	EIGHT_DISCIPLINES = "Eight Disciplines"


class Reason:
	"""Why eight disciplines are demanded."""

	SEVERITY = "Severity"
	RECURRENCE = "Recurrence"
	BATCH = "Batch"
	NOT_EFFECTIVE = "Not Effective Before"
	AUDIT = "Audit Finding"


class Effectiveness:
	EFFECTIVE = "Effective"
	NOT_EFFECTIVE = "Not Effective"


KINDS = (Kind.CORRECTIVE, Kind.PREVENTIVE)
METHODS = (Method.PLAIN, Method.EIGHT_DISCIPLINES)
REASONS = (Reason.SEVERITY, Reason.RECURRENCE, Reason.BATCH, Reason.NOT_EFFECTIVE, Reason.AUDIT)
VERDICTS = (Effectiveness.EFFECTIVE, Effectiveness.NOT_EFFECTIVE)
# no procedure gives them: assumptions to confirm (D11)
DEMANDING_SEVERITIES = ("Critical",)
LEAST_WHYS = 3

MESSAGES = {
	"no_containment": "Say what was corrected or contained at once.",
	"no_cause_text": "Write down what caused it.",
	"no_root_cause": "Choose the root cause in the tree.",
	"too_few_whys": "Answer at least {least} whys ({given} so far).",
	"no_similar": "Say where else the same cause was looked for, and what was found.",
	"no_tasks": "Plan at least one task.",
	"task_incomplete": "Task {row}: say what is done, by whom and until when.",
	"task_open": "Task {row} is not done: give the day and its result.",
	"task_future": "Task {row}: the day on which it was done lies ahead.",
	"no_verification_date": "Say on which day its effectiveness is checked.",
	"no_criterion": "Say by which criterion it counts as effective.",
	"no_verifier": "Say who checks its effectiveness.",
	"verification_too_early": "Its effectiveness is checked on {day} or later: the action has to show in the meantime.",
	"same_day": "Its effect cannot have shown on the day on which it was done: verify it on a later day.",
	"recurred": "The same cause came back after it was done, in {complaints}: it was not effective.",
	"verification_before_action": "The check of effectiveness ({day}) cannot be before the action itself is done ({implemented}).",
	"no_verdict": "Say whether it was effective.",
	"own_work": "{person} carried this action out, or a task of it: somebody else checks its effectiveness.",
	"not_implemented": "Effectiveness is judged once every task is done.",
	"not_verified": "It closes once its effectiveness was checked.",
	"no_next_cycle": "It was not effective: the next action has to be opened first.",
	"no_cancel_reason": "Say why it is not carried on.",
	"no_replacement": "It was demanded ({reasons}): name the action that carries it on, or carry it out.",
	"verdict_too_soon": "Effectiveness is judged once the action is implemented, not before.",
}


@dataclass(frozen=True)
class Task:
	"""One thing to be done: by whom, until when, and since when it is done."""

	text: str | None
	responsible: str | None
	due: date | None
	done: date | None = None
	result: str | None = None

	@property
	def is_planned(self) -> bool:
		return bool(self.text and self.responsible and self.due)

	@property
	def is_done(self) -> bool:
		return bool(self.done and self.result)


@dataclass(frozen=True)
class Facts:
	"""What an action says about itself; `whys` and `similar` count the rows that are filled in.

	`verifier` judges, if anybody does; `implementer` said that all was done; `recurred` names admitted complaints of the same cause
	that came after it was done; `demanded_by` says, for people, what still demands it; `replaced_by` names what takes its place.
	"""

	kind: str = Kind.CORRECTIVE
	method: str = Method.PLAIN
	stage: str = Stage.OPEN
	containment: str | None = None
	root_cause: str | None = None
	cause_text: str | None = None
	whys: int = 0
	similar: int = 0
	tasks: tuple[Task, ...] = ()
	implemented_at: datetime | None = None
	verification_date: date | None = None
	criterion: str | None = None
	planned_verifier: str | None = None
	verifier: str | None = None
	effectiveness: str | None = None
	next_action: str | None = None
	cancel_reason: str | None = None
	implementer: str | None = None
	recurred: tuple[str, ...] = ()
	demanded_by: str | None = None
	replaced_by: str | None = None


@dataclass(frozen=True)
class Lack:
	"""One thing that is missing: a code of MESSAGES, with the values of its sentence."""

	code: str
	values: tuple[tuple[str, object], ...] = ()


def demands(
	severity: str | None,
	*,
	recurs: bool = False,
	from_batch: bool = False,
	not_effective_before: bool = False,
	from_audit: bool = False,
	severities: Iterable[str] = DEMANDING_SEVERITIES,
) -> tuple[str, ...]:
	"""Why eight disciplines are asked for, in the order of REASONS; empty when the plain way will do."""
	asked = {
		Reason.SEVERITY: severity in tuple(severities),
		Reason.RECURRENCE: recurs,
		Reason.BATCH: from_batch,
		Reason.NOT_EFFECTIVE: not_effective_before,
		Reason.AUDIT: from_audit,
	}
	return tuple(reason for reason in REASONS if asked[reason])


def method_for(reasons: Iterable[str]) -> str:
	"""The method that these reasons ask for."""
	return Method.EIGHT_DISCIPLINES if tuple(reasons) else Method.PLAIN


def missing(facts: Facts, stage: str, now: datetime, least_whys: int = LEAST_WHYS) -> tuple[Lack, ...]:
	"""What `facts` still lack to enter `stage` at `now`, in the order in which a person would fill it in; nothing when it may.

	Whatever an earlier stage asks for is asked again, so that nothing is gained by emptying a field afterwards.
	"""
	check = _CHECKS.get(stage)
	return tuple(check(facts, now, least_whys)) if check else ()


def verdict_is_too_soon(facts: Facts) -> bool:
	"""Whether effectiveness was judged before there was an action whose effect could show."""
	return bool(facts.effectiveness) and (facts.stage not in DONE or facts.implemented_at is None)


def needs_next_cycle(facts: Facts) -> bool:
	"""Whether a negative verdict stands without the action that follows it."""
	return facts.effectiveness == Effectiveness.NOT_EFFECTIVE and not facts.next_action


def _analysis(facts: Facts, now: datetime, least_whys: int):
	# nothing has happened yet that a preventive action could correct
	if facts.kind == Kind.CORRECTIVE and not _filled(facts.containment):
		yield Lack("no_containment")


def _in_progress(facts: Facts, now: datetime, least_whys: int):
	yield from _analysis(facts, now, least_whys)
	if not _filled(facts.cause_text):
		yield Lack("no_cause_text")
	if not facts.root_cause:
		yield Lack("no_root_cause")
	if facts.method == Method.EIGHT_DISCIPLINES:
		yield from _disciplines(facts, least_whys)
	yield from _plan(facts)


def _disciplines(facts: Facts, least_whys: int):
	if facts.whys < least_whys:
		yield Lack("too_few_whys", (("given", facts.whys), ("least", least_whys)))
	if not facts.similar:
		yield Lack("no_similar")


def _plan(facts: Facts):
	if not facts.tasks:
		yield Lack("no_tasks")
	for row, task in enumerate(facts.tasks, start=1):
		if not task.is_planned:
			yield Lack("task_incomplete", (("row", row),))
	if not facts.verification_date:
		yield Lack("no_verification_date")
	if not _filled(facts.criterion):
		yield Lack("no_criterion")
	if not facts.planned_verifier:
		yield Lack("no_verifier")


def _implemented(facts: Facts, now: datetime, least_whys: int):
	yield from _in_progress(facts, now, least_whys)
	for row, task in enumerate(facts.tasks, start=1):
		if not task.is_done:
			yield Lack("task_open", (("row", row),))
		elif task.done > now.date():
			yield Lack("task_future", (("row", row),))
	begun = facts.implemented_at or now
	if facts.verification_date and facts.verification_date < begun.date():
		days = (("day", facts.verification_date), ("implemented", begun.date()))
		yield Lack("verification_before_action", days)


def _verified(facts: Facts, now: datetime, least_whys: int):
	if facts.implemented_at is None:
		yield Lack("not_implemented")
		return
	yield from _implemented(facts, now, least_whys)
	if not facts.effectiveness:
		yield Lack("no_verdict")
	if not facts.verifier:
		yield Lack("no_verifier")
	elif facts.verifier in {facts.implementer, *(task.responsible for task in facts.tasks)}:
		yield Lack("own_work", (("person", facts.verifier),))
	if facts.effectiveness == Effectiveness.EFFECTIVE and facts.recurred:
		yield Lack("recurred", (("complaints", ", ".join(facts.recurred)),))
	if now.date() == facts.implemented_at.date():
		yield Lack("same_day")
	if now < facts.implemented_at or (facts.verification_date and now.date() < facts.verification_date):
		yield Lack("verification_too_early", (("day", facts.verification_date),))


def _closed(facts: Facts, now: datetime, least_whys: int):
	# a verdict on record is not judged again by the clock of the closing
	if facts.stage not in (Stage.VERIFIED, Stage.CLOSED) or not facts.effectiveness:
		yield Lack("not_verified")
	if needs_next_cycle(facts):
		yield Lack("no_next_cycle")


def _cancelled(facts: Facts, now: datetime, least_whys: int):
	if not _filled(facts.cancel_reason):
		yield Lack("no_cancel_reason")
	if facts.demanded_by and not facts.replaced_by:
		yield Lack("no_replacement", (("reasons", facts.demanded_by),))


def _filled(text: str | None) -> bool:
	return bool(text and text.strip())


_CHECKS: dict[str, Callable] = {
	Stage.ANALYSIS: _analysis,
	Stage.IN_PROGRESS: _in_progress,
	Stage.IMPLEMENTED: _implemented,
	Stage.VERIFIED: _verified,
	Stage.CLOSED: _closed,
	Stage.CANCELLED: _cancelled,
}
