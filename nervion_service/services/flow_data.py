"""What a workflow, as it is configured on this site, is doing: cases in each state now, how long they stayed, ways taken (K14).

For any DocType with a workflow whose states name their stage and whose history is kept in Service Events.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

import frappe
from frappe import _
from frappe.model.workflow import get_workflow_name

from nervion_service.domain.complaint_words import RESTING_STAGES
from nervion_service.services import calendars, clock, periods, system, visibility

EVENT = "Service Event"
# the newest stays of the period that are measured; more of them would not move a median
STAYS_AT_MOST = 200_000


@dataclass(frozen=True)
class State:
	"""A state: cases in it now; stays that ended in the period, their median and total working time in seconds.

	`share` is its part of the working time of all open states, in percent; `is_bottleneck` marks the largest.
	"""

	name: str
	stage: str
	style: str
	is_final: bool
	now: int
	stays: int
	median: float | None
	share: float | None
	is_bottleneck: bool


@dataclass(frozen=True)
class Transition:
	"""A way from one state to another: its actions, who may take them, how often it was taken in the period."""

	source: str
	target: str
	actions: tuple[str, ...]
	roles: tuple[str, ...]
	taken: int


@dataclass(frozen=True)
class Flow:
	"""A workflow with its figures from `from_date` to `to_date`, both included."""

	doctype: str
	workflow: str
	from_date: date
	to_date: date
	company: str | None
	states: tuple[State, ...]
	transitions: tuple[Transition, ...]


def doctypes() -> list[str]:
	"""The DocTypes whose flow can be drawn for this user: an active workflow with stages, and the right to read."""
	# names of workflows are configuration; who may read the cases is asked below
	active = frappe.get_all("Workflow", {"is_active": 1}, ["name", "document_type"], order_by="document_type")
	found = []
	for row in active:
		staged = any(
			state.get("service_stage") for state in frappe.get_cached_doc("Workflow", row.name).states
		)
		if staged and frappe.has_permission(row.document_type, "read"):
			found.append(row.document_type)
	return found


def flow(doctype: str, from_date=None, to_date=None, company: str | None = None) -> Flow:
	"""The figures of a DocType's workflow over a period, see `periods`, as this user may see them.

	Raises PermissionError without the right to read the DocType, ValidationError without a workflow.
	"""
	system.require(doctype, "read")
	workflow = _workflow(doctype)
	from_date, to_date = periods.asked_for(from_date, to_date)
	span = clock.span(from_date, to_date)
	return Flow(
		doctype, workflow.name, from_date, to_date, company,
		_states(doctype, workflow, span, company), _transitions(doctype, workflow, span, company),
	)  # fmt: skip


def _workflow(doctype: str):
	name = get_workflow_name(doctype)
	if not name:
		frappe.throw(_("{0} has no active workflow.").format(_(doctype)), title=_("Workflow Missing"))
	return frappe.get_cached_doc("Workflow", name)


def _states(doctype, workflow, span, company) -> tuple[State, ...]:
	present, times = _present(doctype, workflow, company), _times(doctype, span, company)
	# history knows stages; where an administrator split one in several states, the first of them shows its times
	rows = _rows(workflow)
	first_of = {}
	for row in rows:
		first_of.setdefault(row.get("service_stage"), row.state)
	sums = {stage: sum(stays) for stage, stays in times.items() if stage not in RESTING_STAGES}
	whole, slowest = sum(sums.values()), max(sums, key=sums.get, default=None)
	states = []
	for row in rows:
		stage = row.get("service_stage") or ""
		stays = times.get(stage, ()) if first_of.get(stage) == row.state else ()
		is_final = stage in RESTING_STAGES
		states.append(
			State(
				name=row.state,
				stage=stage,
				style=frappe.get_cached_value("Workflow State", row.state, "style") or "",
				is_final=is_final,
				now=present.get(row.state, 0),
				stays=len(stays),
				median=median(stays) if stays else None,
				share=100 * sum(stays) / whole if stays and whole and not is_final else None,
				is_bottleneck=bool(stays and whole and stage == slowest),
			)
		)
	return tuple(states)


def _rows(workflow) -> list:
	"""The rows of the states, one each: Frappe repeats a state for every role that may edit in it."""
	found = {}
	for row in workflow.states:
		found.setdefault(row.state, row)
	return list(found.values())


def _present(doctype, workflow, company) -> dict[str, int]:
	field = workflow.workflow_state_field
	if not frappe.get_meta(doctype).has_field(field):
		return {}
	where, values = _of_company(company, "d")
	# SQL: a count of every case; visibility.tail keeps the user's permissions, the names come from the meta
	rows = frappe.db.sql(
		f"""SELECT d.`{field}`, COUNT(*) FROM `tab{doctype}` d
		WHERE {where} {visibility.tail(doctype, "d")} GROUP BY d.`{field}`""",
		values,
	)
	return {state: count for state, count in rows if state}


def _times(doctype, span, company) -> dict[str, list[float]]:
	"""Working seconds of each stay that ended in the period, by stage."""
	_name, calendar = calendars.for_company(
		company or frappe.db.get_single_value("Service Settings", "default_company")
	)
	found: dict[str, list[float]] = {}
	for stage, entered, left in _stays(doctype, span, company):
		found.setdefault(stage, []).append(calendar.elapsed(entered, max(entered, left)).total_seconds())
	return found


def _stays(doctype, span, company) -> Iterable[tuple[str, datetime, datetime]]:
	where, values = _of_company(company, "e")
	visible = visibility.tail(EVENT, "e")
	# SQL: each line of a history beside the next one, which no list can do; visibility.tail keeps the user's permissions
	return frappe.db.sql(
		f"""SELECT stage, entered, left_at FROM (
			SELECT e.to_stage AS stage, e.happened_at AS entered,
				LEAD(e.happened_at) OVER (PARTITION BY e.case_name ORDER BY e.happened_at, e.creation, e.name) AS left_at
			FROM `tabService Event` e
			WHERE e.case_type = %(doctype)s AND e.to_stage > '' AND e.happened_at < %(end)s AND {where} {visible}
				AND e.case_name IN (
					SELECT moved.case_name FROM `tabService Event` moved
					WHERE moved.case_type = %(doctype)s AND moved.to_stage > ''
						AND moved.happened_at >= %(begin)s AND moved.happened_at < %(end)s
				)
		) stays WHERE left_at >= %(begin)s ORDER BY left_at DESC LIMIT {STAYS_AT_MOST}""",
		{"doctype": doctype, "begin": span[0], "end": span[1], **values},
	)


def _transitions(doctype, workflow, span, company) -> tuple[Transition, ...]:
	taken, stage_of = (
		_taken(doctype, span, company),
		{row.state: row.get("service_stage") for row in workflow.states},
	)
	ways: dict[tuple[str, str], list] = {}
	for row in workflow.transitions:
		ways.setdefault((row.state, row.next_state), []).append(row)
	return tuple(
		Transition(
			source,
			target,
			tuple(dict.fromkeys(row.action for row in rows)),
			tuple(dict.fromkeys(row.allowed for row in rows)),
			taken.get((stage_of.get(source), stage_of.get(target)), 0),
		)
		for (source, target), rows in ways.items()
	)


def _taken(doctype, span, company) -> dict[tuple[str, str], int]:
	where, values = _of_company(company, "e")
	# SQL: a count per way; visibility.tail keeps the user's permissions
	rows = frappe.db.sql(
		f"""SELECT e.from_stage, e.to_stage, COUNT(*) FROM `tabService Event` e
		WHERE e.case_type = %(doctype)s AND e.from_stage > '' AND e.to_stage > ''
			AND e.happened_at >= %(begin)s AND e.happened_at < %(end)s AND {where} {visibility.tail(EVENT, "e")}
		GROUP BY e.from_stage, e.to_stage""",
		{"doctype": doctype, "begin": span[0], "end": span[1], **values},
	)
	return {(source, target): count for source, target, count in rows}


def _of_company(company: str | None, alias: str) -> tuple[str, dict]:
	return (f"{alias}.company = %(company)s", {"company": company}) if company else ("1 = 1", {})
