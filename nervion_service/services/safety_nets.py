"""What the minute job catches: folios without their route, replies that did not take a folio up again, promises that a new calendar
could not move, letters to customers that were not decided about, recomputations that were interrupted, batches that an accident did not hold, and letters that a dead worker left half sent.

Each is tried again with growing pauses and given up in the end (`retries`), so that nothing fails for ever, or unseen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe

from nervion_service.domain.taxonomy import CommitmentKind, Events, Stage
from nervion_service.services import (
	answers,
	clock,
	customer_letters,
	delay_letter,
	intake,
	mail_queue,
	recomputation,
	retries,
	solved_letter,
)
from nervion_service.services.batches import watch

FOLIO = "Service Folio"
_UNROUTED_AFTER = timedelta(minutes=1)
_A_PASS = 200


@dataclass(frozen=True)
class Net:
	"""One kind of work on folios: a condition on `folio` for those that wait for it, and what is done."""

	task: str
	waiting: str
	work: Callable[[str], object]


def catch_up() -> None:
	"""One pass over everything that may have been missed."""
	now = clock.now()
	for net in NETS:
		for name in _due(net, now):
			retries.attempt(net.task, FOLIO, name, net.work)
		_forget_settled(net, now)
	watch.catch_up(now)
	mail_queue.put_back(now)
	recomputation.retry(now)
	for calendar in recomputation.waiting():
		recomputation.run(calendar)


def unrouted(now: datetime) -> int:
	"""How many folios registered over a minute ago nothing has routed yet, those that were given up too."""
	return len(_names(_ROUTE, now))


def unresumed(now: datetime) -> int:
	"""How many folios still wait for a customer who has written or called since, those that were given up too."""
	return len(_names(_RESUME, now))


def _due(net: Net, now: datetime) -> list[str]:
	return _names(
		net,
		now,
		"""folio.name NOT IN (
			SELECT document_name FROM `tabService Retry`
			WHERE task = %(task)s AND document_type = %(doctype)s AND (given_up = 1 OR next_at > %(now)s))""",
		limit=_A_PASS,
	)


def _forget_settled(net: Net, now: datetime) -> None:
	"""Drop the failures of folios that somebody helped meanwhile."""
	if names := retries.known(net.task, FOLIO):
		still_waiting = _names(net, now, "folio.name IN %(names)s", names=names)
		retries.settle(net.task, FOLIO, set(names) - set(still_waiting))
		frappe.db.commit()


def _names(net: Net, now: datetime, condition: str = "1", limit: int | None = None, **values) -> list[str]:
	wanted = {
		"now": now,
		"registered_before": now - _UNROUTED_AFTER,
		"day_ago": now - customer_letters.LONGEST_DELAY,
		"task": net.task,
		"doctype": FOLIO,
		**_WORDS,
		**values,
	}
	ending = f"LIMIT {limit}" if limit else ""
	# the system's own work list, whoever may see those folios; every piece of the statement is a literal of this module
	return frappe.db.sql_list(
		f"""SELECT folio.name FROM `tabService Folio` folio
		WHERE {net.waiting} AND {condition} ORDER BY folio.registered_at, folio.name {ending}""",
		wanted,
	)


_WORDS = {
	"registered": Stage.REGISTERED,
	"waiting": Stage.WAITING,
	"inbound": Events.INBOUND,
	"outbound": Events.OUTBOUND,
	"answered": Stage.ANSWERED,
	"first_answer": CommitmentKind.FIRST_ANSWER,
}
_ROUTE = Net(
	retries.ROUTE,
	"""folio.stage = %(registered)s AND folio.routed_at IS NULL AND folio.is_history = 0
	AND folio.registered_at < %(registered_before)s""",
	intake.follow_up,
)
# the last word since the waiting began is the customer's; by when it reached us, since a message's own date may be older
_RESUME = Net(
	retries.RESUME,
	"""folio.stage = %(waiting)s AND %(inbound)s = (
		SELECT line.event FROM `tabService Event` line
		WHERE line.case_type = %(doctype)s AND line.case_name = folio.name AND line.event IN (%(inbound)s, %(outbound)s)
		AND line.creation > folio.waiting_since
		ORDER BY line.creation DESC, line.name DESC LIMIT 1)""",
	answers.take_up_again,
)
# letters of which nothing was decided, as where the queue was down; what is older than a day a person has taken up
_ASK = Net(
	retries.ASK,
	"""folio.stage = %(answered)s AND folio.answered_at BETWEEN %(day_ago)s AND %(registered_before)s
	AND IFNULL(folio.solved_letter, '') = '' AND folio.is_history = 0""",
	solved_letter.ask,
)
# `in_figures` is 0 for whatever is not over, and leads the index
_TELL_DELAY = Net(
	retries.TELL_DELAY,
	"""folio.is_history = 0 AND folio.name IN (
		SELECT promise.case_name FROM `tabService Commitment` promise
		WHERE promise.in_figures = 0 AND promise.status = 'Breached' AND promise.kind = %(first_answer)s
		AND promise.case_type = %(doctype)s AND promise.breached_at > %(day_ago)s
		AND promise.name != IFNULL(folio.delay_letter, ''))""",
	delay_letter.tell,
)
NETS = (_ROUTE, _RESUME, _ASK, _TELL_DELAY)
