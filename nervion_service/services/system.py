"""What the other services need from Frappe itself: acting as the system, work after commit, rows in bulk, shared memory."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from secrets import token_hex
from typing import Any

import frappe
from frappe import _
from redis import Redis
from redis.exceptions import RedisError

from nervion_service.services import clock

# What frappe.set_user overwrites; kept aside so that a web request goes on as if nothing had happened.
_SESSION_STATE = ("session", "form_dict", "jenv", "role_permissions", "new_doc_templates", "user_perms")
# A queue that does not answer in this time counts as down: nobody waits for it with a document on the screen.
_QUEUE_PATIENCE_SECONDS = 0.5
# What Frappe keeps of every row beside its name
ROW_COLUMNS = ("creation", "modified", "owner", "modified_by")
_ROWS_A_STATEMENT = 1_000


@contextmanager
def as_system() -> Iterator[None]:
	"""Act as Administrator inside the block, for what the system does by itself; the caller's session comes back after."""
	with as_user("Administrator"):
		yield


@contextmanager
def as_user(user: str) -> Iterator[None]:
	"""Act as `user` inside the block, for a job that shows people what they may see; the session comes back after."""
	kept = {name: getattr(frappe.local, name, None) for name in _SESSION_STATE}
	# what follows writes into the session it finds, so it gets a copy: the original still belongs to the request
	frappe.local.session = frappe._dict(kept["session"] or {})
	# for what nobody asked for: transitions, routes and letters that the system makes by itself
	frappe.set_user(user)
	try:
		yield
	finally:
		for name, value in kept.items():
			setattr(frappe.local, name, value)
		# what was looked up with another's eyes is not the caller's to see
		frappe.local.cache = {}


def after_commit(method: Callable | str, *, queue: str = "default", **kwargs: Any) -> None:
	"""Run `method` in a worker once the present transaction is stored.

	A queue that is down neither raises nor loses anything: it is logged, and the sweep's safety net does the work later.
	"""
	path = method if isinstance(method, str) else f"{method.__module__}.{method.__qualname__}"
	frappe.db.after_commit.add(lambda: enqueue(path, queue=queue, **kwargs))


def enqueue(path: str, *, queue: str = "default", timeout: int | None = None, **kwargs: Any) -> bool:
	"""Put a job in the queue under a fresh id. False, and a line in the log, when the queue does not answer."""
	try:
		_queue_must_answer()
		frappe.enqueue(path, queue=queue, timeout=timeout, **kwargs)
	except (RedisError, OSError) as error:
		frappe.logger("nervion_service").error(f"The queue is down, {path} waits for the sweep: {error}")
		return False
	return True


def insert_rows(
	doctype: str, rows: Iterable[Mapping[str, Any]], *, ignore_duplicates: bool = False
) -> list[str]:
	"""Insert many rows of one shape, a thousand a statement; returns their names.

	Rows are written as they are, without controllers: for the spine's own append-only and derived rows, which no person
	types. `ignore_duplicates` leaves rows alone that a unique index already holds.
	"""
	birth = _birth()
	rows = [{"name": new_name(), **birth, **row} for row in rows]
	verb = "INSERT IGNORE" if ignore_duplicates else "INSERT"
	for begin in range(0, len(rows), _ROWS_A_STATEMENT):
		# nobody is asked: see the docstring
		_write_rows(verb, doctype, rows[begin : begin + _ROWS_A_STATEMENT])
	return [row["name"] for row in rows]


def update_rows(doctype: str, rows: Iterable[Mapping[str, Any]]) -> None:
	"""Write many existing rows of one shape, each with its `name`, in one statement.

	For rows that the caller holds locked: a name that does not exist would become a new row.
	"""
	rows = list(rows)
	if rows:
		changes = ", ".join(f"`{column}` = VALUES(`{column}`)" for column in rows[0] if column != "name")
		_write_rows("INSERT", doctype, rows, f"ON DUPLICATE KEY UPDATE {changes}")


def _write_rows(verb: str, doctype: str, rows: list[Mapping[str, Any]], tail: str = "") -> None:
	columns = list(rows[0])
	names = ", ".join(f"`{column}`" for column in columns)
	marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
	# Frappe's bulk_insert goes through the query builder value by value, which costs the sweep more than all the rest; it
	# has no update of many rows at once. Columns are our own literals, values are parameters.
	frappe.db.sql(
		f"{verb} INTO `tab{doctype}` ({names}) VALUES {marks} {tail}",
		[row[column] for row in rows for column in columns],
	)


def new_name() -> str:
	"""A name for a row that is inserted in bulk: grows with time, so that the table does; 48 random bits a millisecond."""
	return f"{time.time_ns() // 1_000_000:011x}{token_hex(6)}"


_CHANGES = ("write", "submit", "cancel")


def permitted(doctype: str, name: str, permission: str):
	"""The document, once the session's user may do that to it; PermissionError otherwise.

	The DocType is asked first: whoever may not touch any learns nothing about which exist. A foreign document and none at all
	are refused in the same words, so that nobody can count or guess what others have (X1). What is to be changed is locked until
	the transaction ends: what a job writes meanwhile beside `modified` would be undone, or be taken for a forgery.
	"""
	require(doctype, permission)
	# by its name alone: a filter instead of a name would find any document
	known = frappe.db.exists(doctype, {"name": str(name)}) if name else None
	doc = known and frappe.get_doc(doctype, known, for_update=permission in _CHANGES)
	said = len(frappe.local.message_log)
	if not doc or not doc.has_permission(permission):
		# Frappe's own words name the company of what nobody may know of
		del frappe.local.message_log[said:]
		frappe.throw(
			_("There is no {0} {1} that you may do this with.").format(
				_(doctype), frappe.utils.escape_html(str(name or ""))
			),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)
	return doc


def require(doctype: str, permission: str) -> None:
	"""PermissionError, in words, unless the session's user may do that to documents of that DocType."""
	# asking Frappe to raise gives a ValidationError on one of the engines
	if not frappe.has_permission(doctype, permission):
		frappe.throw(
			_("You are not permitted to do this with a {0}.").format(_(doctype)),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)


def require_role(roles: Iterable[str], message: str) -> None:
	"""PermissionError unless the session's user holds one of `roles`; `message` has a place {0} for their names.

	Frappe's own check lets everybody pass while tests run, so that no test could see it fail.
	"""
	roles = tuple(roles)
	if not set(roles) & set(frappe.get_roles()):
		names = ", ".join(_(role) for role in roles)
		frappe.throw(message.format(names), frappe.PermissionError, title=_("Not Permitted"))


def remembered(key: str, field: str, build: Callable[[], Any]) -> Any:
	"""What `build` gave, kept in the site's shared cache under `key` and `field` until `forget(key)`."""
	return frappe.cache.hget(key, field, build)


def forget(key: str) -> None:
	"""Drop what was remembered under `key`: now, and once more when the transaction ends, in case somebody read in between."""

	def drop():
		frappe.cache.delete_value(key)

	drop()
	frappe.db.after_commit.add(drop)
	frappe.db.after_rollback.add(drop)


def reason(error: Exception) -> str:
	"""An exception in one line that fits a Small Text; no personal text, since it names kinds and not contents."""
	return f"{type(error).__name__}: {error}"[:500]


def _birth() -> dict[str, str | datetime]:
	at, user = clock.now(), frappe.session.user
	return dict(zip(ROW_COLUMNS, (at, at, user, user), strict=True))


def _queue_must_answer():
	# Frappe's own connection retries for seconds, and then raises: too long for whoever just saved a document
	patience = {"socket_connect_timeout": _QUEUE_PATIENCE_SECONDS, "socket_timeout": _QUEUE_PATIENCE_SECONDS}
	with Redis.from_url(frappe.conf.redis_queue, **patience) as connection:
		connection.ping()
