"""Transactions of the spine's own jobs: fresh, READ COMMITTED, retried when the database chose them as a deadlock's victim.

Measured on MariaDB 10.11: under REPEATABLE READ the sweep's locking read blocks inserts of new commitments.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import frappe

Result = TypeVar("Result")

RETRIES = 5
_FIRST_PAUSE_SECONDS = 0.05


@contextmanager
def read_committed() -> Iterator[None]:
	"""Transactions that begin inside the block are READ COMMITTED; the connection's own level comes back after.

	What the caller left undone is rolled back, and so is what the block leaves: commit in between.
	"""
	# a setting of the connection; asked in the way that both names of it (before and since MariaDB 11.1) answer
	before = frappe.db.sql(
		"""SELECT variable_value FROM information_schema.session_variables
		WHERE variable_name IN ('TX_ISOLATION', 'TRANSACTION_ISOLATION') LIMIT 1"""
	)[0][0].replace("-", " ")
	_set_level("READ COMMITTED")
	try:
		yield
	finally:
		_set_level(before)


def fresh() -> None:
	"""End whatever transaction there is without storing it: the next statement is the first of a new one."""
	frappe.db.rollback()


def retried(work: Callable[[], Result]) -> Result:
	"""Run `work` in a fresh transaction and commit it; a deadlock or lock time-out repeats the whole of it, a few times.

	A deadlock's victim has lost its savepoints, so nothing smaller can be repeated. The last failure is raised.
	"""
	for attempt in range(RETRIES + 1):
		fresh()
		try:
			result = work()
			frappe.db.commit()
			return result
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			if attempt == RETRIES:
				raise
			time.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)


def from_the_start(work: Callable[[], Result]) -> Result:
	"""Run `work`; where the database chose it as a deadlock's victim, do it again from the start, a few times.

	For the door of a request, where nothing was stored before: a deadlock takes back all of its transaction.
	"""
	for attempt in range(RETRIES):
		try:
			return work()
		except frappe.QueryDeadlockError:
			frappe.db.rollback()
			frappe.clear_messages()
			time.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
	return work()


def _set_level(level: str) -> None:
	# a setting of the connection; it counts from the next transaction on, hence the fresh one
	frappe.db.sql(f"SET SESSION TRANSACTION ISOLATION LEVEL {level}")
	fresh()
