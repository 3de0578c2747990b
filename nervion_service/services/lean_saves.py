"""A folio is saved without the jobs that Frappe and ERPNext do for every DocType and that find nothing to do here.

What is left out is said at each of them; everything else that hooks into every save stays.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from nervion_service.domain.taxonomy import ENDED_STAGES
from nervion_service.services import assignment_rules, sealing

FOLIO = "Service Folio"
# They tell who might act next with a query per transition and role, some forty a save: here promise and assignment tell it.
WORKFLOW_ACTIONS = "frappe.workflow.doctype.workflow_action.workflow_action.process_workflow_actions"
# They are asked when they could find something else than before. They run on routed cases only, so an insert asks none.
ASSIGNMENT_RULES = "frappe.automation.doctype.assignment_rule.assignment_rule.apply"
# It stops saves while ERPNext deletes a company's transactions, which never takes folios along (company_data_to_be_ignored).
DELETION_CHECK = "erpnext.setup.doctype.transaction_deletion_record.transaction_deletion_record.check_for_running_deletion_job"
# what a transition changes by itself: its line of history says it, with who and when (D18)
_TOLD_BY_HISTORY = {"workflow_state", "stage", *sealing.COMPUTED}


@contextmanager
def hooks(folio, method: str) -> Iterator[None]:
	"""Inside the block, `method` of this folio or complaint runs without what is in vain."""
	everywhere = frappe.get_doc_hooks().get("*", {})
	unwanted = _unwanted(folio, method) if method in everywhere else ()
	if not unwanted:
		yield
		return
	kept = everywhere[method]
	everywhere[method] = [hook for hook in kept if hook not in unwanted]
	try:
		yield
	finally:
		everywhere[method] = kept


def _unwanted(folio, method: str) -> tuple[str, ...]:
	if method == "validate":
		return (DELETION_CHECK,)
	if method != "on_update":
		return ()
	if folio.doctype != FOLIO:
		return (WORKFLOW_ACTIONS,)
	if folio.flags.in_insert or not _rules_matter(folio):
		return WORKFLOW_ACTIONS, ASSIGNMENT_RULES
	return (WORKFLOW_ACTIONS,)


def _rules_matter(folio) -> bool:
	if not assignment_rules.concerned(folio):
		return False
	return not (folio.stage in ENDED_STAGES and assignment_rules.close_if_told(folio))


def is_seen_by_saver(folio) -> bool:
	"""Whether the mark of who has seen the folio says already what a save would write: the person who saves, nobody else."""
	before = folio.get_doc_before_save()
	return bool(before) and before.get("_seen") == json.dumps([frappe.session.user])


def needs_version(folio) -> bool:
	"""Whether this save changes more than its line of history tells; a transition alone is no new version."""
	before = folio.get_doc_before_save()
	if before is None or folio.stage == before.stage:
		return True
	fields = (field.fieldname for field in folio.meta.fields if field.fieldname not in _TOLD_BY_HISTORY)
	return any((folio.get(name) or None) != (before.get(name) or None) for name in fields)
