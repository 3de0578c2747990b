"""What falls due on the way of a promise, and when."""

from dataclasses import replace

from nervion_service.domain.promise_clock import due, later, moved, passed
from nervion_service.domain.promise_pauses import cap_used_up_at, credited
from nervion_service.domain.promises import BREACH, NOTHING, After, Basis, Event, EventKind, Status


def pending(snapshot, calendar):
	"""The steps not yet given, as (moment, step) in the order in which they fall due."""
	steps = [step for step in snapshot.policy.all_steps if step.name not in snapshot.recorded]
	# The sort is stable: at the same moment the breach comes first, then the policy's own order.
	return sorted(((moment(snapshot, step, calendar), step) for step in steps), key=lambda due: due[0])


def moment(snapshot, step, calendar):
	"""When a step falls due, by the waits that are over."""
	if step.at == 1:
		return snapshot.due_at
	policy, begin = snapshot.policy, snapshot.started_at
	if isinstance(step.at, After):
		basis = step.at.basis
		moment = due(basis, begin, step.at.amount, calendar)
	else:
		basis = policy.basis
		moment = later(basis, begin, step.at * promised(policy, begin, calendar), calendar)
	for wait in snapshot.pauses:
		moment = moved(moment, basis, wait, calendar)
	return moment


def promised(policy, begin, calendar):
	"""The time of which a step's fraction is taken."""
	if policy.basis not in (Basis.CALENDAR_DAYS, Basis.SAME_BUSINESS_DAY):
		return policy.allowance
	return passed(policy.basis, begin, due(policy.basis, begin, policy.allowance, calendar), calendar)


def due_after_pauses(snapshot, calendar):
	"""When the promise is due by these hours, counted from its start and moved by its waits (D20)."""
	policy = snapshot.policy
	due_at = due(policy.basis, snapshot.started_at, policy.allowance, calendar)
	for wait in snapshot.pauses:
		due_at = moved(due_at, policy.basis, wait, calendar)
	return due_at


def event(snapshot, step, moment, calendar):
	"""A step as it falls due: what it is by then, and when people hear of it."""
	if step.name == BREACH:
		kind = EventKind.BREACH
	else:
		kind = EventKind.WARNING if moment < snapshot.due_at else EventKind.ESCALATION
	announce_at = moment if step.any_hour else calendar.next_open(moment)
	return Event(kind, step.name, moment, announce_at, step.level, step.audience)


def remember(snapshot, events):
	"""The promise that has given these events."""
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


def with_next_check(snapshot, calendar):
	"""The snapshot with the earliest moment at which something falls due or a cap is used up."""
	checks = [moment for moment, _ in pending(snapshot, calendar)]
	if snapshot.paused_at is not None:
		checks = [moment for moment in checks if moment <= snapshot.paused_at]
		used_up = cap_used_up_at(snapshot, calendar)
		checks += [] if used_up is None else [used_up]
	next_check_at = min(checks, default=None)
	return (
		snapshot
		if next_check_at == snapshot.next_check_at
		else replace(snapshot, next_check_at=next_check_at)
	)


def used(snapshot, at, calendar):
	"""Time used from the start until `at` on the policy's basis, without the pauses that are over."""
	if at <= snapshot.started_at:
		return NOTHING
	return passed(snapshot.policy.basis, snapshot.started_at, at, calendar) - credited(snapshot, calendar, at)
