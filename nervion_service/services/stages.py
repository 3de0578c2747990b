"""Workflow states, which an administrator may rename, and the fixed stages behind them, which code reads."""

import frappe
from frappe import _
from frappe.model.workflow import get_workflow_name

DOCTYPE = "Service Folio"


def of(folio) -> str:
	"""The fixed stage behind the folio's workflow state."""
	return of_state(folio.workflow_state)


def of_state(state: str) -> str:
	"""The fixed stage behind a workflow state, whatever an administrator calls that state."""
	stages = _stages()
	if state not in stages:
		frappe.throw(
			_(
				"The workflow state {0} has no Service Stage: an administrator fills it in on the Workflow."
			).format(frappe.bold(state)),
			title=_("Stage Missing"),
		)
	return stages[state]


def state_of(stage: str) -> str:
	"""The workflow state that stands for a stage; the first one, where an administrator split a stage in several."""
	for state, found in _stages().items():
		if found == stage:
			return state
	return frappe.throw(
		_(
			"No workflow state has the Service Stage {0}: an administrator fills it in on the Workflow."
		).format(_(stage)),
		title=_("Stage Missing"),
	)


def workflow():
	"""The active workflow of folios, from Frappe's cache."""
	name = get_workflow_name(DOCTYPE)
	if not name:
		frappe.throw(
			_("Folios have no active workflow: an administrator activates one."), title=_("Workflow Missing")
		)
	return frappe.get_cached_doc("Workflow", name)


def _stages() -> dict[str, str]:
	return {row.state: row.get("service_stage") for row in workflow().states if row.get("service_stage")}
