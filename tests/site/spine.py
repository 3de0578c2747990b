"""What the tests of the spine need: hours, promises, and rows of promises without the cases around them."""

from datetime import datetime, timedelta

import frappe

from nervion_service.domain import commitments as domain
from nervion_service.domain.commitments import After, Basis, Step
from nervion_service.services import calendars, commitment_rows, policies, policy_versions, system
from tests import factories

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONDAY = datetime(2026, 11, 9)  # a Monday without holidays around it
HOUR = timedelta(hours=1)


def at(hour: float, day: int = 0) -> datetime:
	"""That hour of the n-th day after MONDAY."""
	return MONDAY + timedelta(days=day, hours=hour)


def make_calendar(shifts=None, **overrides):
	"""Monday to Friday, 9 to 18, unless told otherwise; shifts are (weekday, start, end)."""
	rows = shifts or [(day, "09:00:00", "18:00:00") for day in WEEKDAYS]
	values = {
		"calendar_name": factories.unique("Horario"),
		"shifts": [dict(zip(("weekday", "start_time", "end_time"), row, strict=True)) for row in rows],
	}
	return factories.insert("Service Calendar", values, **overrides)


def make_policy(approved=True, **overrides):
	"""A first answer in 4 working hours, in effect for ever, unless told otherwise."""
	values = {
		"policy_code": factories.unique("POLIZA", "-").upper(),
		"title": "Primera respuesta",
		"kind": "First Answer",
		"document_type": "Service Folio",
		"allowance": 4 * 3600,
		"basis": "Working Time",
		"effective_from": "2020-01-01 00:00:00",
	}
	doc = factories.insert("Commitment Policy", values, **overrides)
	return policy_versions.approve(doc.name) if approved else doc


def only_these_policies(*kept):
	"""Leave only these policies in force, whatever the site ships with."""
	names = [doc.name for doc in kept]
	frappe.db.set_value(
		"Commitment Policy", {"name": ("not in", names or [""]), "status": "Approved"}, "status", "Retired"
	)
	policies.forget()


def ladder(pauses=True, **overrides) -> domain.Policy:
	"""The shipped shape of a first answer: two warnings, the breach, one step to the director."""
	steps = (
		Step("half", 0.5, "Responsible"),
		Step("little left", 0.8, "Responsible"),
		Step(domain.BREACH, 1.0, "Role:Service Coordinator", 1),
		Step(
			"one business day",
			After(timedelta(hours=24), Basis.CLOCK_TIME_ON_WORKING_DAYS),
			"Role:Commercial Director",
			2,
		),
	)
	values = {"kind": "First Answer", "allowance": 4 * HOUR, "basis": Basis.WORKING_TIME, "steps": steps}
	return domain.Policy(**{**values, "pauses_while_waiting": pauses, **overrides})


def make_case(**overrides):
	"""What the spine sees of a case; no document stands behind it."""
	values = {
		"doctype": "Service Folio",
		"name": factories.unique("CASO", "-"),
		"company": factories.make_company().name,
		"received_at": at(10),
		"effective_at": at(10),
		"registered_at": at(10),
	}
	return frappe._dict({**values, **overrides})


def promise_rows(count, calendar, policy=None, started_at=None, prefix=None, **overrides) -> list[dict]:
	"""Rows of `count` promises that start together, one case each, ready for system.insert_rows."""
	policy, started_at = policy or ladder(), started_at or at(10)
	prefix = prefix or factories.unique("CASO", "-")
	promise = domain.start(policy, started_at, calendars.get(calendar))
	row = {
		**commitment_rows.row_values(promise),
		"kind": policy.kind,
		"case_type": "Service Folio",
		"company": factories.make_company().name,
		"basis": policy.basis.value,
		"calendar": calendar,
		"terms": policies.dump_terms(policy),
		"started_at": started_at,
		"original_due_at": promise.original_due_at,
		"responsible": "Administrator",
		"attempts": 0,
		**overrides,
	}
	return [{**row, "case_name": f"{prefix}-{number}"} for number in range(count)]


def make_promises(count, calendar, **kwargs) -> list[str]:
	"""Insert `promise_rows`; returns the names in the order of the rows."""
	return system.insert_rows("Service Commitment", promise_rows(count, calendar, **kwargs))


def promise(name):
	"""The row as it stands in the database."""
	return frappe.db.get_value("Service Commitment", name, "*", as_dict=True)


def history(name):
	"""(event, happened_at) of a promise, in order."""
	rows = frappe.get_all(
		"Service Event",
		filters={"reference_type": "Service Commitment", "reference_name": name},
		fields=["event", "happened_at"],
		order_by="happened_at, name",
	)
	return [(row.event, row.happened_at) for row in rows]


def outbox(name, recipient=""):
	"""The notices of a promise for that recipient, in order of time."""
	return frappe.get_all(
		"Service Notice",
		filters={"commitment": name, "recipient": recipient},
		fields=[
			"step",
			"kind",
			"fell_due_at",
			"announce_at",
			"status",
			"audience",
			"audience_name",
			"recipient",
			"attempts",
			"last_error",
		],
		order_by="fell_due_at, name",
	)
