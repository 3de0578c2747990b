"""The records of a case as `domain.audit_evidence` reads them; read as the system, for whoever the audit lets look."""

from typing import Any

import frappe

from nervion_service.domain import audit_proofs
from nervion_service.services import system
from nervion_service.services.case_file import files, gathering, pages

ACTION = audit_proofs.ACTION
_PROMISE_FIELDS = ("name", "kind", "case_name", "status", "fulfilled_at", "breached_at")
_EVENT_FIELDS = ("name", "event", "happened_at", "reference_name")


def gather(audit, row) -> gathering.Case:
	"""A drawn case and all that belongs to it; without its costs unless the audit opens them too. row: of the audit's cases."""
	with system.as_system():
		case = _gather(row.case_type, row.case_name)
	if not audit.see_costs:
		# said to be left out, as in the file of whoever may not see them
		case.hidden[gathering.COST] = len(case.of(gathering.COST))
		case.documents = [doc for doc in case.documents if doc.doctype != gathering.COST]
	return case


def files_of(case: gathering.Case) -> list[files.Listed]:
	"""The files of a case: of its records, of what was said, and those that its evidence names."""
	return files.listed(pages.with_messages(case), case.evidence)


def records(case: gathering.Case) -> dict[str, list[dict[str, Any]]]:
	"""DocType → rows with their child rows, its promises and its history, and the files whose content is lost."""
	found = {doctype: [doc.as_dict() for doc in case.of(doctype)] for doctype in case.names}
	found[audit_proofs.PROMISE] = _of_cases(audit_proofs.PROMISE, case, _PROMISE_FIELDS)
	found[audit_proofs.LOST_FILE] = [{"name": one.title} for one in files_of(case) if one.is_gone]
	found[audit_proofs.EVENT] = _of_cases(audit_proofs.EVENT, case, _EVENT_FIELDS)
	return found


def _gather(case_type: str, case_name: str) -> gathering.Case:
	if case_type != ACTION:
		return gathering.gather(case_type, case_name)
	action = frappe.get_doc(ACTION, case_name)
	# an action is judged with the complaint that it came from; one without stands alone
	return (
		gathering.gather(gathering.COMPLAINT, action.complaint)
		if action.complaint
		else gathering.Case(action, [action])
	)


def _of_cases(doctype: str, case: gathering.Case, fields: tuple[str, ...]) -> list[dict]:
	names = [name for names in case.names.values() for name in names]
	# promises and history of a case belong to who may see the case, which the caller has asked
	return frappe.get_all(
		doctype,
		filters={"case_type": ("in", list(case.names)), "case_name": ("in", names or [""])},
		fields=list(fields),
		order_by="creation, name",
		limit_page_length=0,
	)
