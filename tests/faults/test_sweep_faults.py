"""F1 and F2: workers killed in the middle of a sweep, and many sweeps at once, lose nothing and announce nothing twice."""

import random
import signal
import time
from datetime import timedelta

from tests.faults.conftest import MONDAY
from tests.faults.processes import kill, wait_until_gone

STEPS = 4  # two warnings, the breach, one escalation
NOW = (MONDAY + timedelta(days=3)).isoformat()


def chances(kind: str) -> random.Random:
	"""A generator whose seed is printed, so that a failure can be repeated."""
	seed = random.randrange(10**6)
	print(f"seed of {kind}: {seed}")
	return random.Random(seed)


def test_workers_killed_at_random_points_lose_nothing_and_announce_nothing_twice(workers, stored, size):
	promises, dice = stored(size(1_200, 10_000)), chances("killed children")
	for _turn in range(size(6, 30)):
		# nine statements a batch: the death comes anywhere in the first batches, or between two
		workers.begin("sweep", now=NOW, batch_size=20, die_at=dice.randint(8, 40))
		assert workers.wait() == [-signal.SIGKILL]
		assert promises.events() == promises.distinct_events() == promises.notices()
	killed = time.monotonic()
	workers.begin("sweep", now=NOW, batch_size=100)
	assert workers.wait() == [0]
	assert time.monotonic() - killed < 120
	assert promises.announced_exactly_once(STEPS)
	assert promises.with_status("Breached") == promises.count


def test_parents_children_and_both_killed_while_they_work(workers, stored, size):
	promises, dice = stored(size(1_200, 10_000)), chances("killed families")
	for whom in ("child", "parent", "both") * size(1, 5):
		child = workers.begin("sweep", now=NOW, batch_size=20)
		time.sleep(dice.uniform(0.05, 0.8))
		if whom != "child":
			workers.kill_parent()
		if whom != "parent":
			kill(child)
		if whom == "child":
			workers.wait()
		else:
			wait_until_gone(child)
			workers.start()
	workers.begin("sweep", now=NOW)
	assert workers.wait() == [0]
	assert promises.announced_exactly_once(STEPS)


def test_a_sweep_that_stores_in_two_steps_would_be_caught(workers, stored):
	# planted: the history is committed before the marks on the rows, and the worker dies in between
	promises = stored(50)
	workers.begin("sweep", now=NOW, fault="early_commit")
	assert workers.wait() == [-signal.SIGKILL]
	workers.begin("sweep", now=NOW)
	assert workers.wait() == [0]
	assert not promises.announced_exactly_once(STEPS)
	assert promises.events() == 2 * promises.count * STEPS


def test_eight_sweeps_at_once_announce_each_step_once_and_show_no_deadlock(workers, stored, size):
	promises = stored(size(4_000, 100_000))
	for _worker in range(8):
		workers.begin("sweep", now=NOW, batch_size=size(50, 500))
	assert workers.wait() == [0] * 8
	assert workers.errors() == []
	results = workers.results()
	assert sum(result["rows"] for result in results) == promises.count
	assert sum(result["steps"] for result in results) == promises.count * STEPS
	assert promises.announced_exactly_once(STEPS)


def test_sweeps_that_do_not_lock_would_be_caught(workers, stored):
	# planted: rows are read without a lock, and the outbox refuses nothing
	promises = stored(600)
	for _worker in range(4):
		workers.begin("sweep", now=NOW, batch_size=200, fault="no_lock")
	workers.wait()
	assert not promises.announced_exactly_once(STEPS)
	assert promises.events() > promises.distinct_events()
