"""The history of a case is append-only and holds codes and references (X11)."""

import json

import frappe
import pytest

from nervion_service.domain.taxonomy import ROLES, Events
from nervion_service.services import events
from tests import factories
from tests.site.spine import at, make_case


def line(name):
	return frappe.db.get_value("Service Event", name, "*", as_dict=True)


@pytest.fixture
def recorded():
	"""One stored line about a document that exists."""
	return events.record(frappe.get_doc("User", "Administrator"), Events.ROUTED)


def test_a_line_says_what_happened_when_really_who_and_by_which_channel():
	case = make_case()
	name = events.record(
		case,
		Events.STAGE_CHANGED,
		happened_at=at(11),
		actor="Guest",
		channel="Phone",
		from_stage="Registered",
		to_stage="Routed",
		reference=("User", "Administrator"),
		details={"attempt": 2},
	)
	row = line(name)
	assert (row.case_type, row.case_name, row.company) == ("Service Folio", case.name, case.company)
	assert (row.event, row.happened_at, row.actor, row.channel) == (
		Events.STAGE_CHANGED,
		at(11),
		"Guest",
		"Phone",
	)
	assert (row.from_stage, row.to_stage) == ("Registered", "Routed")
	assert (row.reference_type, row.reference_name) == ("User", "Administrator")
	assert json.loads(row.details) == {"attempt": 2}


def test_without_more_a_line_is_of_now_and_of_whoever_acts(run_as):
	user = factories.make_user(roles=["Service Executive"]).name
	with run_as(user):
		row = line(events.record(make_case(), Events.REGISTERED))
	assert row.actor == user
	assert abs((frappe.utils.now_datetime() - row.happened_at).total_seconds()) < 60


def test_many_lines_are_stored_with_one_statement(monkeypatch):
	case, asked = make_case(), []
	sql = frappe.db.sql
	monkeypatch.setattr(
		frappe.local.db, "sql", lambda *args, **kwargs: asked.append(args) or sql(*args, **kwargs)
	)
	rows = [
		{"case_type": case.doctype, "case_name": case.name, "event": Events.ROUTED} for _turn in range(50)
	]
	names = events.record_many(rows)
	assert len(set(names)) == 50
	assert len(asked) == 1
	assert events.record_many([]) == []
	assert frappe.db.count("Service Event", {"case_name": case.name}) == 50


@pytest.mark.parametrize("everything", [False, True])
def test_neither_the_administrator_nor_all_roles_together_change_or_delete_a_line(
	recorded, run_as, everything
):
	# permissions add up: what all roles together may not do, none of them may
	user = factories.make_user(roles=["System Manager", *ROLES]).name if everything else "Administrator"
	with run_as(user):
		doc = frappe.get_doc("Service Event", recorded)
		doc.event = Events.CLOSED
		with pytest.raises(frappe.PermissionError):
			doc.save()
		with pytest.raises(frappe.PermissionError):
			frappe.delete_doc("Service Event", recorded)
	assert line(recorded).event == Events.ROUTED


def test_ignoring_permissions_does_not_help_and_the_message_says_what_to_do(recorded):
	doc = frappe.get_doc("Service Event", recorded)
	doc.event = Events.CLOSED
	with pytest.raises(frappe.PermissionError, match="cannot be changed or deleted. Record what happened"):
		doc.save(ignore_permissions=True)
	with pytest.raises(frappe.PermissionError, match="cannot be changed or deleted"):
		frappe.delete_doc("Service Event", recorded, force=True, ignore_permissions=True)
	assert line(recorded).event == Events.ROUTED


def test_the_test_would_see_a_line_that_can_be_changed(recorded, monkeypatch):
	# planted: without the controller's refusal the very same edit goes through
	from nervion_service.nervion_service.doctype.service_event.service_event import ServiceEvent

	monkeypatch.setattr(ServiceEvent, "_refuse", lambda self: None)
	doc = frappe.get_doc("Service Event", recorded)
	doc.event = Events.CLOSED
	doc.save(ignore_permissions=True)
	assert line(recorded).event == Events.CLOSED
