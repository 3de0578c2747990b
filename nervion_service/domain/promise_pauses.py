"""What a wait for the customer does to a promise: how much of it is credited, and where it ends (D19)."""

from dataclasses import replace

from nervion_service.domain.promise_clock import later, moved, passed
from nervion_service.domain.promises import BREACH, NOTHING, ONE_SECOND, Status


def may_pause(snapshot):
	"""Whether the terms allow a wait and its cap is not used up (D19)."""
	policy = snapshot.policy
	if not policy.pauses_while_waiting:
		return False
	return policy.pause_cap is None or snapshot.paused_seconds < policy.pause_cap // ONE_SECOND


def credited(snapshot, calendar, until=None):
	"""Time on the policy's basis that the closed pauses took, as far as they lie before `until`."""
	basis, total = snapshot.policy.basis, NOTHING
	for begin, end in snapshot.pauses:
		end = end if until is None else min(end, until)
		if begin < end:
			total += passed(basis, begin, end, calendar)
	return total


def cap_used_up_at(snapshot, calendar):
	"""When the open pause has used up the cap; None without a cap."""
	policy = snapshot.policy
	if policy.pause_cap is None:
		return None
	left = max(NOTHING, policy.pause_cap - credited(snapshot, calendar))
	return later(policy.basis, snapshot.paused_at, left, calendar)


def pause_end(snapshot, at, calendar):
	"""Where the open pause ends if it is ended at `at`: not before it began, not after its cap was used up."""
	end = max(at, snapshot.paused_at)
	used_up = cap_used_up_at(snapshot, calendar)
	return end if used_up is None else min(end, used_up)


def close_pause(snapshot, end, calendar):
	"""The promise running again after the open wait ended at `end`: what was still to come moves by what stood still."""
	wait = (snapshot.paused_at, end)
	due_at = snapshot.due_at
	if BREACH not in snapshot.recorded:
		due_at = moved(due_at, snapshot.policy.basis, wait, calendar)
	closed = replace(
		snapshot,
		due_at=due_at,
		paused_at=None,
		pauses=(*snapshot.pauses, wait) if end > snapshot.paused_at else snapshot.pauses,
		status=Status.RUNNING if snapshot.status == Status.PAUSED else snapshot.status,
	)
	return replace(closed, paused_seconds=credited(closed, calendar) // ONE_SECOND)


def end_used_up_pause(snapshot, now, calendar):
	"""The promise running again if the cap of its open wait was used up by `now`."""
	if snapshot.paused_at is None:
		return snapshot
	used_up = cap_used_up_at(snapshot, calendar)
	return snapshot if used_up is None or used_up > now else close_pause(snapshot, used_up, calendar)


def as_of(snapshot, now, calendar):
	"""The snapshot without a used-up pause, and the moment at which its clock stands at `now`."""
	running = end_used_up_pause(snapshot, now, calendar)
	return running, now if running.paused_at is None else min(now, running.paused_at)
