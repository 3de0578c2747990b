"""A workflow action with the answers that its gate asks for, in one save: all of it happens or nothing (S1.11, D16, D17)."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.model.workflow import get_transitions, has_approval_access

from nervion_service.domain.taxonomy import Stage
from nervion_service.services import gates, stages, system

DOCTYPE = "Service Folio"
# what the desk may ask for on the way into a stage; anything else is written in the form itself
ANSWERS = {
	Stage.CLOSED: ("satisfaction", "satisfaction_means", "satisfaction_by", "resolution"),
	Stage.WITHDRAWN: ("withdrawal_reason",),
	Stage.REOPENED: ("reopen_reason",),
}


@frappe.whitelist(methods=["POST"])
def act(folio: str, action: str, values: str | dict | None = None) -> str:
	"""Take a workflow action on a folio and write the answers that its stage asks for; returns the new stage.

	Frappe's own `apply_workflow` reads the document anew and so loses what a dialog asked. The roles are checked as there,
	the gates when the folio is saved.
	"""
	doc = system.permitted(DOCTYPE, folio, "write")
	taken = transition(doc, action)
	doc.update(_answers(stages.of_state(taken["next_state"]), frappe.parse_json(values or "{}")))
	doc.workflow_state = taken["next_state"]
	doc.save()
	doc.add_comment("Workflow", _(doc.workflow_state))
	return doc.stage


def may_reopen(folio: str) -> bool:
	"""Whether this user may take an ended folio up again, and its window for that is open."""
	doc = system.permitted(DOCTYPE, folio, "read")
	offered = any(stages.of_state(row["next_state"]) == Stage.REOPENED for row in get_transitions(doc))
	return offered and not doc.merged_into and bool(gates.reopening_verdict(doc))


def transition(doc, action: str) -> Mapping[str, Any]:
	"""The step of a case's workflow that an action stands for, if this user may take it; ValidationError otherwise."""
	found = next((row for row in get_transitions(doc) if row["action"] == action), None)
	if found and has_approval_access(frappe.session.user, doc, found):
		return found
	return frappe.throw(
		_("In the state {0} you cannot choose {1}. Reload it: somebody else may have moved it.").format(
			frappe.bold(_(doc.workflow_state)), frappe.bold(_(action))
		),
		title=_("Not Now"),
	)


def _answers(stage: str, values: Mapping[str, Any]) -> dict[str, Any]:
	return {name: values[name] or None for name in ANSWERS.get(stage, ()) if name in values}
