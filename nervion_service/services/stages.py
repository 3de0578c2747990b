"""Workflow states, which an administrator may rename, and the fixed stages behind them, which code reads.

For every DocType with a workflow of ours; the folio's, where none is named.
"""

import frappe
from frappe import _
from frappe.model.workflow import get_workflow_name

DOCTYPE = "Service Folio"


def of(case) -> str:
	"""The fixed stage behind the workflow state of a case, a document."""
	return of_state(case.workflow_state, case.doctype)


def of_state(state: str, doctype: str = DOCTYPE) -> str:
	"""The fixed stage behind a workflow state, whatever an administrator calls that state."""
	stages = _stages(doctype)
	if state not in stages:
		frappe.throw(
			_(
				"The workflow state {0} has no Service Stage: an administrator fills it in on the Workflow."
			).format(frappe.bold(state)),
			title=_("Stage Missing"),
		)
	return stages[state]


def state_of(stage: str, doctype: str = DOCTYPE) -> str:
	"""The workflow state that stands for a stage; the first one, where an administrator split a stage in several."""
	for state, found in _stages(doctype).items():
		if found == stage:
			return state
	return frappe.throw(
		_(
			"No workflow state has the Service Stage {0}: an administrator fills it in on the Workflow."
		).format(_(stage)),
		title=_("Stage Missing"),
	)


def workflow(doctype: str = DOCTYPE):
	"""The active workflow of a DocType, from Frappe's cache."""
	name = get_workflow_name(doctype)
	if not name:
		frappe.throw(
			_("{0} has no active workflow: an administrator activates one.").format(_(doctype)),
			title=_("Workflow Missing"),
		)
	return frappe.get_cached_doc("Workflow", name)


def _stages(doctype: str) -> dict[str, str]:
	rows = workflow(doctype).states
	return {row.state: row.get("service_stage") for row in rows if row.get("service_stage")}
