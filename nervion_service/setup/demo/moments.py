"""When things happen in the demo, and as whom: the services' clock and session moved, Frappe's own stamps dated back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import frappe
from frappe.utils import get_datetime
from frappe.utils.nestedset import get_root_of

from nervion_service.services import clock

# what Frappe writes beside a document: its fields for the document's kind and name
_STAMPED = {
	"Comment": ("reference_doctype", "reference_name"),
	"Communication": ("reference_doctype", "reference_name"),
	"Version": ("ref_doctype", "docname"),
	"ToDo": ("reference_type", "reference_name"),
	"File": ("attached_to_doctype", "attached_to_name"),
}
# what a step leads to by itself: whatever is new of it is of that step
_FOLLOWING = ("Notification Log", "Email Queue", "Service Corrective Action", "Service Batch Alert")


def weekday_ago(days: int, calendar, now: datetime) -> date:
	"""The working day, Monday to Friday, so many of them before today."""
	day = now.date()
	while days:
		day -= timedelta(days=1)
		noon = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
		days -= day.weekday() < 5 and calendar.is_open(noon)
	return day


def working_time_ago(working: timedelta, calendar, now: datetime) -> datetime:
	"""The latest moment from which that much working time has passed until now, to the second."""
	early, late = now - timedelta(days=14), now
	while late - early > timedelta(seconds=1):
		middle = early + (late - early) / 2
		early, late = (middle, late) if calendar.elapsed(middle, now) >= working else (early, middle)
	return early.replace(microsecond=0)


@contextmanager
def by(user: str) -> Iterator[None]:
	"""The session is that person's inside the block."""
	before = frappe.session.user
	if user == before:
		# Frappe forgets what it knows with every change of user
		yield
		return
	# the demo plays every person of the house, with that person's own permissions
	frappe.set_user(user)
	try:
		yield
	finally:
		# back to whoever runs the demo
		frappe.set_user(before)


@contextmanager
def nobody_told() -> Iterator[None]:
	"""Nothing reaches the queue inside the block: no bell rings today for what was assigned weeks ago."""
	enqueue, frappe.enqueue = frappe.enqueue, lambda *_args, **_kwargs: None
	try:
		yield
	finally:
		frappe.enqueue = enqueue


@contextmanager
def at(moment: datetime, documents: Iterable[tuple[str, str]]) -> Iterator[None]:
	"""The services live at `moment`, and what Frappe writes by itself about `documents` is dated back to it.

	documents: (DocType, name) each; a list may grow inside the block.
	"""
	# Frappe's own stamps come from the real clock
	began = frappe.utils.now_datetime()
	with clock.at(moment):
		yield
	date_back(documents, began, moment)


def date_back(documents: Iterable[tuple[str, str]], began: datetime, moment: datetime) -> None:
	"""Date what Frappe has stamped since `began` on or beside `documents` to `moment`."""
	documents = list(dict.fromkeys(documents))
	since = (">=", get_datetime(began))
	stamps = {"creation": moment, "modified": moment}
	beside = (("in", [kind for kind, _name in documents]), ("in", [name for _kind, name in documents]))
	for doctype, fields in _STAMPED.items():
		filters = {**dict(zip(fields, beside, strict=True)), "creation": since}
		# stamps of demo rows, which no controller lets be chosen
		frappe.db.set_value(doctype, filters, stamps, update_modified=False)
	for doctype in _FOLLOWING:
		# as above
		frappe.db.set_value(doctype, {"creation": since}, stamps, update_modified=False)
	for doctype, name in documents:
		frappe.db.set_value(doctype, name, "modified", moment, update_modified=False)
		frappe.db.set_value(
			doctype, {"name": name, "creation": since}, "creation", moment, update_modified=False
		)


def leaf(doctype: str, named: str) -> str:
	"""The first node of a tree that is no group, made below the root as `named` where there is none."""
	if found := frappe.db.get_value(doctype, {"is_group": 0}, "name", order_by="lft"):
		return found
	field = frappe.scrub(doctype)
	values = {"doctype": doctype, f"{field}_name": named, f"parent_{field}": get_root_of(doctype)}
	return frappe.get_doc(values).insert().name
