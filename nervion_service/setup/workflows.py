"""Frappe's Workflow rows out of the frozen specifications in `workflows/`.

What was shipped is remembered as a hash beside the workflow. As long as the site's rows still have that hash, a newer
shipped version replaces them; a workflow that somebody edited is the customer's, is kept, and is reported.
"""

import hashlib
import json

import frappe
from frappe import _

from nervion_service.domain.complaint_words import ComplaintStage
from nervion_service.domain.taxonomy import Stage
from nervion_service.setup import created
from nervion_service.workflows import WORKFLOWS
from nervion_service.workflows.specification import Workflow

ICONS = {
	Stage.REGISTERED: "inbox",
	Stage.ROUTED: "random",
	Stage.IN_ATTENTION: "play",
	Stage.WAITING: "pause",
	Stage.ANSWERED: "comment",
	Stage.CLOSED: "ok",
	Stage.WITHDRAWN: "ban-circle",
	Stage.REOPENED: "repeat",
	ComplaintStage.RECEIVED: "inbox",
	ComplaintStage.UNDER_REVIEW: "search",
	ComplaintStage.INADMISSIBLE: "remove",
	ComplaintStage.ASSIGNED: "user",
	ComplaintStage.IN_ANALYSIS: "filter",
	ComplaintStage.REPORT_ISSUED: "file",
	ComplaintStage.REMEDY_DONE: "gift",
}
HEAD_FIELDS = ("document_type", "is_active", "override_status", "send_email_alert", "workflow_state_field")
STATE_FIELDS = (
	"state",
	"service_stage",
	"doc_status",
	"allow_edit",
	"update_field",
	"update_value",
	"message",
)
TRANSITION_FIELDS = ("state", "action", "next_state", "allowed", "allow_self_approval", "condition")


def install() -> None:
	"""Create or update every shipped workflow; what a customer edited is kept and reported."""
	for specification in WORKFLOWS:
		_install(specification)


def uninstall() -> None:
	"""Remove our workflows, then the states and actions that we made and no other workflow names."""
	for specification in WORKFLOWS:
		# any workflow of our DocType, whoever drew it, means nothing without that DocType
		for name in frappe.get_all("Workflow", {"document_type": specification.doctype}, pluck="name"):
			frappe.delete_doc("Workflow", name, force=True, ignore_permissions=True)
		frappe.db.delete("Workflow Action", {"reference_doctype": specification.doctype})
	_delete_unused(
		"Workflow State", (("Workflow Document State", "state"), ("Workflow Transition", "next_state"))
	)
	_delete_unused("Workflow Action Master", (("Workflow Transition", "action"),))


def edited() -> list[dict]:
	"""The workflows that this site edited while a newer shipped version waits, for the health check."""
	# an administrator's view; the health check has its own permission
	return frappe.get_all(
		"Workflow",
		{"service_update_waiting": ["is", "set"]},
		["name", "document_type", "service_update_waiting"],
		order_by="name",
	)


def content_hash(content: dict) -> str:
	"""SHA-256 of a workflow's head, state rows and transition rows, the same on every machine."""
	return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def shipped_content(specification: Workflow) -> dict:
	"""The rows that a specification stands for: one row per state and role, one per transition and role."""
	head = {
		"document_type": specification.doctype,
		"is_active": 1,
		"workflow_state_field": specification.state_field,
	}
	states = [
		{
			"state": state.name,
			"service_stage": state.stage,
			"doc_status": str(state.doc_status),
			"allow_edit": role,
		}
		for state in specification.states
		for role in state.allow_edit
	]
	transitions = [
		{
			"state": transition.source,
			"action": transition.action,
			"next_state": transition.target,
			"allowed": role,
			"allow_self_approval": 1,
		}
		for transition in specification.transitions
		for role in transition.roles
	]
	return _normal(head, states, transitions)


def site_content(workflow) -> dict:
	"""The same picture of the Workflow document that the site has."""
	return _normal(workflow, workflow.states, workflow.transitions)


def _normal(head, states, transitions) -> dict:
	return {
		"head": _picked(head, HEAD_FIELDS),
		"states": [_picked(row, STATE_FIELDS) for row in states],
		"transitions": [_picked(row, TRANSITION_FIELDS) for row in transitions],
	}


def _picked(row, fields: tuple[str, ...]) -> dict:
	# an empty value, a zero and a missing one mean the same to Frappe
	return {field: str(row.get(field)).strip() for field in fields if row.get(field) not in (None, "", 0)}


def _install(specification: Workflow) -> None:
	_create_words(specification)
	if frappe.db.exists("Workflow", specification.name):
		_update(specification)
	elif not _foreign_workflow(specification):
		_write(frappe.new_doc("Workflow", workflow_name=specification.name), specification)


def _create_words(specification: Workflow) -> None:
	for state in specification.states:
		values = {"workflow_state_name": state.name, "style": state.style, "icon": ICONS.get(state.stage, "")}
		created.create_missing("Workflow State", state.name, values)
	for action in dict.fromkeys(transition.action for transition in specification.transitions):
		created.create_missing("Workflow Action Master", action, {"workflow_action_name": action})


def _foreign_workflow(specification: Workflow) -> bool:
	"""Whether the customer runs the DocType on a workflow of another name, which ours would switch off."""
	other = frappe.db.get_value("Workflow", {"document_type": specification.doctype, "is_active": 1})
	if other:
		_report(other, specification)
	return bool(other)


def _update(specification: Workflow) -> None:
	workflow = frappe.get_doc("Workflow", specification.name)
	shipped, here = content_hash(shipped_content(specification)), content_hash(site_content(workflow))
	if here == shipped:
		_note(workflow, fingerprint=shipped, waiting=None)
	elif here == workflow.service_fingerprint:
		_write(workflow, specification)
	elif shipped not in (workflow.service_fingerprint, workflow.service_update_waiting):
		_report(workflow.name, specification)


def _write(workflow, specification: Workflow) -> None:
	content = shipped_content(specification)
	# before Frappe makes documents of the rows, which changes them
	workflow.service_fingerprint = content_hash(content)
	workflow.update({field: content["head"].get(field, 0) for field in HEAD_FIELDS})
	workflow.set("states", content["states"])
	workflow.set("transitions", content["transitions"])
	workflow.service_update_waiting = None
	# set-up runs as the installer
	workflow.save(ignore_permissions=True)


def _note(workflow, fingerprint: str, waiting: str | None) -> None:
	wanted = {"service_fingerprint": fingerprint, "service_update_waiting": waiting}
	if any((workflow.get(field) or None) != value for field, value in wanted.items()):
		frappe.db.set_value("Workflow", workflow.name, wanted, update_modified=False)


def _report(name: str, specification: Workflow) -> None:
	"""Say once per shipped version that the site's workflow was kept: on the document, in the log, on the screen."""
	shipped = content_hash(shipped_content(specification))
	if frappe.db.get_value("Workflow", name, "service_update_waiting") == shipped:
		return
	frappe.db.set_value("Workflow", name, "service_update_waiting", shipped, update_modified=False)
	message = _(
		"The workflow {0} was edited on this site, so the version that came with the update was not applied."
	).format(name)
	frappe.get_doc("Workflow", name).add_comment("Info", message)
	frappe.log_error(title="Service workflow kept", message=message)
	frappe.msgprint(message, indicator="orange", alert=True)


def _delete_unused(doctype: str, links: tuple[tuple[str, str], ...]) -> None:
	for name in created.names(doctype):
		if not any(frappe.db.exists(link_doctype, {field: name}) for link_doctype, field in links):
			# uninstalling runs as the site's administrator
			frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)
