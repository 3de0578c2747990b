"""Which records wait for another system, and handing them over: a state per record, tried again, given up in the open (D13).

A pass of a scheduled job finds what reached its end, so that nothing in a save waits for anybody, and nothing is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import frappe
from frappe import _
from frappe.utils import cint, get_datetime

from nervion_service.domain.taxonomy import Events
from nervion_service.services import clock, events, retries, system
from nervion_service.services.exports import packages

DOCTYPE, SETTINGS = "Record Export", "Complaint Settings"
PENDING, EXPORTED, FAILED = "Pending", "Exported", "Failed"
# cases with a history of their own
WITH_HISTORY = (
	"Service Folio", "Service Complaint", "Service Technical Visit", "Technical Analysis Report", "Service Corrective Action",
)  # fmt: skip
_A_PASS = 500


@dataclass(frozen=True)
class Route:
	"""Records of a DocType go over once `column` holds one of `values`."""

	doctype: str
	column: str
	values: tuple[str, ...]


@dataclass(frozen=True)
class Receiver:
	"""Another system: its name, the setting that switches it on, and what it gets."""

	name: str
	switch: str
	routes: Sequence[Route]


def run(receiver: Receiver) -> int:
	"""Note what has come to its end, and hand over what waits; returns how many records were handed over."""
	if not is_on(receiver):
		return 0
	for route in receiver.routes:
		_note_new(receiver, route)
	frappe.db.commit()
	names = _waiting(receiver)
	return sum(_hand_over(name) for name in names)


def is_on(receiver: Receiver) -> bool:
	"""Whether the settings switch it on."""
	return bool(cint(frappe.db.get_single_value(SETTINGS, receiver.switch)))


@frappe.whitelist(methods=["POST"])
def try_again(names: str | list | None = None) -> int:
	"""Give records whose hand-over failed their attempts anew, all of them or these; returns how many."""
	system.require_role(retries.MENDERS, _("Failed work is tried again by these roles: {0}."))
	chosen = [str(name) for name in frappe.parse_json(names) or []]
	filters = {"state": FAILED, **({"name": ("in", chosen)} if chosen else {})}
	# the administrator's own command, over the whole list
	rows = frappe.get_all(DOCTYPE, filters=filters, pluck="name", limit_page_length=0)
	retries.settle(retries.EXPORT, DOCTYPE, rows)
	if rows:
		frappe.db.set_value(DOCTYPE, {"name": ("in", rows)}, {"state": PENDING, "attempts": 0})
	return len(rows)


def _note_new(receiver: Receiver, route: Route) -> None:
	"""A row for every record that came to its end since the switch was set.

	What went over goes again whenever it changes or gets a file: a report that is cancelled, or a case that is taken up again, must not
	stay in force over there.
	"""
	values = {"doctype": route.doctype, "system": receiver.name, "values": route.values}
	for row in _changed(route, values):
		frappe.db.set_value(DOCTYPE, row.export, {"state": PENDING, "asked_at": row.modified, "attempts": 0})
	fresh = [_row(receiver, route, row) for row in _ended(route, values)]
	system.insert_rows(DOCTYPE, fresh, ignore_duplicates=True)


def _ended(route: Route, values: dict) -> list:
	"""Records that came to their end and are in no row yet."""
	# the system's own work list; the table and the column are literals of the receivers
	return frappe.db.sql(
		f"""SELECT record.name, record.company, record.modified
		FROM `tab{route.doctype}` record
		LEFT JOIN `tabRecord Export` export
			ON export.record_type = %(doctype)s AND export.record = record.name AND export.system = %(system)s
		WHERE record.`{route.column}` IN %(values)s AND record.modified >= %(since)s AND export.name IS NULL
		ORDER BY record.modified, record.name LIMIT {_A_PASS}""",
		{**values, "since": _since()},
		as_dict=True,
	)


def _changed(route: Route, values: dict) -> list:
	"""Rows of what went over and was changed, or got a file, since."""
	# as above; it begins from what went over, since few of all records do
	return frappe.db.sql(
		f"""SELECT export.name AS export, record.modified
		FROM `tabRecord Export` export
		JOIN `tab{route.doctype}` record ON record.name = export.record
		WHERE export.record_type = %(doctype)s AND export.system = %(system)s AND export.state = %(exported)s
			AND (record.modified > export.asked_at OR EXISTS (
				SELECT 1 FROM `tabFile` file WHERE file.attached_to_doctype = %(doctype)s
					AND file.attached_to_name = record.name AND file.creation > export.exported_at))
		ORDER BY record.modified, record.name LIMIT {_A_PASS}""",
		{**values, "exported": EXPORTED},
		as_dict=True,
	)


def forget(doctype: str, names: Sequence[str]) -> int:
	"""Take back what was handed over of records whose personal data were erased, every version, and hand over what is left of them (X12).

	Returns how many. The caller has the right to erase; folders go once the erasure is stored.
	"""
	# the list of hand-overs belongs to the system
	rows = frappe.get_all(
		DOCTYPE,
		{"record_type": doctype, "record": ("in", list(names) or [""]), "version": (">", 0)},
		["name", "folder"],
		limit_page_length=0,
	)
	for row in rows:
		frappe.db.set_value(
			DOCTYPE, row.name, {"state": PENDING, "attempts": 0, "folder": None, "digest": None}
		)
		frappe.db.after_commit.add(partial(packages.remove, row.folder))
	return len(rows)


def _since() -> datetime:
	"""From when on what ended is handed over: since the first pass, unless the settings name an earlier day."""
	known = frappe.db.get_single_value(SETTINGS, "export_since")
	if not known:
		known = clock.now()
		frappe.db.set_single_value(SETTINGS, "export_since", known)
	return get_datetime(known)


def _row(receiver: Receiver, route: Route, record) -> dict:
	return {
		"record_type": route.doctype,
		"record": record.name,
		"company": record.company,
		"system": receiver.name,
		"state": PENDING,
		"asked_at": record.modified,
		"attempts": 0,
		"version": 0,
	}


def _waiting(receiver: Receiver) -> list[str]:
	# the system's own work list: what failed waits for its turn, what was given up for a person
	return frappe.db.sql_list(
		f"""SELECT name FROM `tabRecord Export` WHERE system = %(system)s AND state <> %(exported)s AND name NOT IN (
			SELECT document_name FROM `tabService Retry`
			WHERE task = %(task)s AND document_type = %(doctype)s AND (given_up = 1 OR next_at > %(now)s))
		ORDER BY asked_at, name LIMIT {_A_PASS}""",
		{
			"system": receiver.name,
			"exported": EXPORTED,
			"task": retries.EXPORT,
			"doctype": DOCTYPE,
			"now": clock.now(),
		},
	)


def _hand_over(name: str) -> bool:
	done = retries.attempt(retries.EXPORT, DOCTYPE, name, _write)
	if not done:
		_show_failure(name)
	return done


def _write(name: str) -> None:
	export = frappe.get_doc(DOCTYPE, name, for_update=True)
	if export.state == EXPORTED:
		# another pass was quicker
		return
	record = frappe.get_doc(export.record_type, export.record)
	version = cint(export.version) + 1
	package = packages.write(record, export.system, version)
	_note_handed_over(export, record, package, version, clock.now())


def _note_handed_over(export, record, package, version: int, at: datetime) -> None:
	# the state of a hand-over is written by this module alone
	export.db_set(
		{
			"state": EXPORTED,
			"exported_at": at,
			"asked_at": record.modified,
			"folder": package.folder,
			"digest": package.digest,
			"version": version,
			"attempts": 0,
			"last_error": None,
		}
	)
	if record.doctype in WITH_HISTORY:
		events.record(
			record,
			Events.RECORD_EXPORTED,
			reference=(DOCTYPE, export.name),
			details={"system": export.system},
		)


def _show_failure(name: str) -> None:
	wanted = {"task": retries.EXPORT, "document_type": DOCTYPE, "document_name": name}
	failure = frappe.db.get_value(
		retries.DOCTYPE, wanted, ["attempts", "given_up", "last_error"], as_dict=True
	)
	if failure:
		state = FAILED if failure.given_up else PENDING
		values = {"state": state, "attempts": failure.attempts, "last_error": failure.last_error}
		frappe.db.set_value(DOCTYPE, name, values)
		frappe.db.commit()
