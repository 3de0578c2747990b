"""The shipped workflow arrives, follows updates while nobody edited it, and is the customer's once somebody did."""

from dataclasses import replace

import frappe
import pytest

from nervion_service.domain.taxonomy import Role, Stage
from nervion_service.services import health
from nervion_service.setup import workflows
from nervion_service.workflows.folio import FOLIO, Action

NAME = FOLIO.name


@pytest.fixture
def newer(monkeypatch):
	"""A version that ships one transition less, as the next release might."""
	transitions = tuple(t for t in FOLIO.transitions if t.action != Action.ATTEND_AGAIN)
	version = replace(FOLIO, transitions=transitions)
	monkeypatch.setattr(workflows, "WORKFLOWS", (version,))
	return version


def actions():
	return {row.action for row in frappe.get_doc("Workflow", NAME).transitions}


def edit():
	"""What an administrator does: the agency may close cases, too."""
	workflow = frappe.get_doc("Workflow", NAME)
	workflow.append(
		"transitions",
		{"state": Stage.ANSWERED, "action": Action.CLOSE, "next_state": Stage.CLOSED, "allowed": Role.AGENCY},
	)
	workflow.save()


def reports():
	return frappe.get_all(
		"Comment",
		{"reference_doctype": "Workflow", "reference_name": NAME, "comment_type": "Info"},
		pluck="content",
	)


def test_the_site_has_every_state_and_transition_of_the_specification():
	workflow = frappe.get_doc("Workflow", NAME)
	assert {(row.state, row.service_stage) for row in workflow.states} == {
		(s.name, s.stage) for s in FOLIO.states
	}
	assert {(row.state, row.action, row.next_state, row.allowed) for row in workflow.transitions} == {
		(t.source, t.action, t.target, role) for t in FOLIO.transitions for role in t.roles
	}
	assert workflow.is_active
	assert not workflow.send_email_alert


def test_the_first_state_is_the_initial_one():
	assert frappe.get_doc("Workflow", NAME).states[0].state == FOLIO.initial.name


def test_the_shipped_workflow_is_recognised_as_unedited():
	workflow = frappe.get_doc("Workflow", NAME)
	assert workflow.service_fingerprint == workflows.content_hash(workflows.site_content(workflow))


def test_an_unedited_workflow_follows_an_update(newer):
	workflows.install()
	assert Action.ATTEND_AGAIN not in actions()
	workflow = frappe.get_doc("Workflow", NAME)
	assert workflow.service_fingerprint == workflows.content_hash(workflows.shipped_content(newer))
	assert not workflows.edited()


def test_an_edited_workflow_is_kept_and_reported(newer):
	edit()
	workflows.install()
	assert Action.ATTEND_AGAIN in actions()
	assert [row.name for row in workflows.edited()] == [NAME]
	assert len(reports()) == 1
	assert NAME in reports()[0]
	assert frappe.db.exists("Error Log", {"method": "Service workflow kept"})
	assert any("was edited on this site" in str(message) for message in frappe.local.message_log)


def test_the_health_check_names_an_edited_workflow_whose_update_waits(newer):
	def check():
		return next(one for one in health.report()["checks"] if one["code"] == "workflow_updates_waiting")

	assert check()["ok"]
	edit()
	workflows.install()
	assert not check()["ok"]
	assert NAME in check()["message"]


def test_the_same_update_is_reported_once(newer):
	edit()
	workflows.install()
	workflows.install()
	assert len(reports()) == 1


def test_an_edit_without_a_newer_version_is_nothing_to_report():
	edit()
	workflows.install()
	assert not workflows.edited()
	assert not reports()


def test_an_edit_that_is_taken_back_lets_the_update_in(newer):
	edit()
	workflows.install()
	workflow = frappe.get_doc("Workflow", NAME)
	workflow.transitions.pop()
	workflow.save()
	workflows.install()
	assert Action.ATTEND_AGAIN not in actions()
	assert not workflows.edited()


def test_an_edit_that_arrives_at_the_newer_version_by_itself_is_no_longer_waiting(newer):
	edit()
	workflows.install()
	workflow = frappe.get_doc("Workflow", NAME)
	workflow.set("transitions", workflows.shipped_content(newer)["transitions"])
	workflow.save()
	workflows.install()
	assert not workflows.edited()


def test_a_deleted_state_is_made_again_since_the_workflow_needs_it():
	frappe.db.delete("Workflow State", {"name": Stage.REOPENED})
	workflows.install()
	assert frappe.db.exists("Workflow State", Stage.REOPENED)


def test_a_workflow_of_the_customers_own_is_not_switched_off(newer):
	frappe.db.delete("Workflow", {"name": NAME})
	own = frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": "Folio a nuestra manera",
			"document_type": FOLIO.doctype,
			"is_active": 1,
			"workflow_state_field": FOLIO.state_field,
			"states": [
				{
					"state": Stage.REGISTERED,
					"service_stage": Stage.REGISTERED,
					"doc_status": "0",
					"allow_edit": Role.EXECUTIVE,
				}
			],
		}
	).insert()
	workflows.install()
	assert not frappe.db.exists("Workflow", NAME)
	assert frappe.db.get_value("Workflow", own.name, "is_active") == 1
	assert [row.name for row in workflows.edited()] == [own.name]
