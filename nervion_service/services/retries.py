"""Work of the system's own that failed: tried again with growing pauses, a bounded number of times, then left for a person to see.

One row a piece of work (F12): how often it was tried, when next, why it failed last. What succeeds leaves no row.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.domain.taxonomy import Role
from nervion_service.services import clock, system

DOCTYPE = "Service Retry"
MOST_ATTEMPTS = 10  # eight and a half hours in all
ROUTE, RESUME, RECOMPUTE, EXPORT, CONTAIN = "Route", "Resume", "Recompute", "Export", "Hold Batch"
ASK, TELL_DELAY = "Ask Whether Solved", "Tell of a Delay"
MENDERS = (Role.ADMINISTRATOR, Role.SYSTEMS, "System Manager")
_FIRST_PAUSE = timedelta(minutes=1)


def attempt(task: str, doctype: str, name: str, work: Callable[[str], object]) -> bool:
	"""Do `work(name)` and commit; when it fails, take it back, count that and commit. Returns whether it went well."""
	try:
		work(name)
		settle(task, doctype, [name])
		frappe.db.commit()
		return True
	except Exception as error:
		# one that fails must not stop the others: it waits for its turn, and the health check shows it in the end
		frappe.db.rollback()
		frappe.log_error(
			title=f"Service retry: {task}", message=f"{doctype} {name}\n{frappe.get_traceback()}"
		)
		note(task, doctype, name, error)
		frappe.db.commit()
		return False


def note(task: str, doctype: str, name: str, error: Exception, payload: str | None = None) -> None:
	"""Count a failure in the caller's transaction. payload: what the next attempt needs; the first one's is kept."""
	wanted = {"task": task, "document_type": doctype, "document_name": name}
	known = frappe.db.get_value(DOCTYPE, wanted, ["name", "attempts", "payload"], as_dict=True)
	attempts = cint(known and known.attempts) + 1
	row = {
		**wanted,
		"attempts": attempts,
		"next_at": clock.now() + _FIRST_PAUSE * 2 ** (attempts - 1),
		"given_up": int(attempts >= MOST_ATTEMPTS),
		"last_error": system.reason(error),
		"payload": (known and known.payload) or payload,
	}
	if known:
		frappe.db.set_value(DOCTYPE, known.name, row)
	else:
		system.insert_rows(DOCTYPE, [row], ignore_duplicates=True)


def settle(task: str, doctype: str, names: Iterable[str]) -> None:
	"""Forget the failures of what is done, or needs not be done any more."""
	wanted = {"task": task, "document_type": doctype, "document_name": ("in", list(names) or [""])}
	# the system's own work list, whoever may see those documents
	if rows := frappe.get_all(DOCTYPE, filters=wanted, pluck="name"):
		frappe.db.delete(DOCTYPE, {"name": ("in", rows)})


def known(task: str, doctype: str) -> list[str]:
	"""Names of the documents for which that work failed and has not succeeded since, the oldest first."""
	# the system's own work list
	return frappe.get_all(
		DOCTYPE,
		filters={"task": task, "document_type": doctype},
		pluck="document_name",
		order_by="creation, name",
		limit_page_length=0,
	)


def resting(task: str, doctype: str, now: datetime) -> set[str]:
	"""Documents for which that work failed and is not to be tried yet, or ever again."""
	wanted = {"task": task, "document_type": doctype}
	later = {"given_up": 1, "next_at": (">", now)}
	# the system's own work list
	return set(
		frappe.get_all(DOCTYPE, filters=wanted, or_filters=later, pluck="document_name", limit_page_length=0)
	)


def due(task: str, doctype: str, now: datetime, limit: int) -> list[frappe._dict]:
	"""Failed work whose turn has come: document_name and payload, the longest waiting first."""
	wanted = {"task": task, "document_type": doctype, "given_up": 0, "next_at": ("<=", now)}
	# the system's own work list
	return frappe.get_all(
		DOCTYPE,
		filters=wanted,
		fields=["document_name", "payload"],
		order_by="next_at, name",
		limit=limit,
	)


def given_up() -> list[frappe._dict]:
	"""What was tried often enough: task, document_name and last_error, the latest first."""
	# the health of the whole site, for those who may see it
	return frappe.get_all(
		DOCTYPE,
		filters={"given_up": 1},
		fields=["task", "document_name", "last_error"],
		order_by="modified desc, name",
		limit_page_length=0,
	)


@frappe.whitelist(methods=["POST"])
def try_again(names: str | list | None = None) -> int:
	"""Give failed work its attempts anew, all of it or these rows of Service Retry; returns how many will be tried."""
	system.require_role(MENDERS, _("Failed work is tried again by these roles: {0}."))
	chosen = [str(name) for name in frappe.parse_json(names) or []]
	wanted = {"name": ("in", chosen)} if chosen else {}
	# the administrator's own command, over the whole list
	rows = frappe.get_all(DOCTYPE, filters=wanted, pluck="name", limit_page_length=0)
	if rows:
		anew = {"attempts": 0, "given_up": 0, "next_at": clock.now()}
		frappe.db.set_value(DOCTYPE, {"name": ("in", rows)}, anew)
	return len(rows)
