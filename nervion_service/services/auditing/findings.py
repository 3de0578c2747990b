"""What an auditor finds, and the corrective action that a nonconformity asks for (K12, I2)."""

import frappe
from frappe import _

from nervion_service.domain import audit_clauses
from nervion_service.domain.corrective import Reason
from nervion_service.services import clock, system
from nervion_service.services.auditing import access
from nervion_service.services.corrective import actions

ACTION = "Service Corrective Action"


@frappe.whitelist(methods=["POST"])
def record(audit: str, case_type: str, case_name: str, question: str, verdict: str, note: str = "") -> None:
	"""Write down what was found of one question in one drawn case; a second time replaces the first.

	Raises PermissionError for everybody but the auditor while the audit is open, and ValidationError for a nonconformity or an
	opportunity without a note.
	"""
	doc = access.for_auditing(audit)
	access.drawn(doc, case_type, case_name)
	asked = audit_clauses.BY_CODE.get(question)
	if not asked or verdict not in audit_clauses.VERDICTS:
		_refuse(_("Choose a question of the audit and one of its verdicts."))
	if verdict != audit_clauses.CONFORMS and not (note or "").strip():
		_refuse(_("Write down what was found: without it nobody can act on it."))
	row = _row(doc, case_name, question) or doc.append(
		"findings",
		{"case_type": case_type, "case_name": case_name, "question": question, "clause": asked.clause},
	)
	if row.corrective_action and verdict != audit_clauses.NONCONFORMITY:
		_refuse(_("{0} was opened for it: the finding stays.").format(row.corrective_action))
	row.update({"verdict": verdict, "note": note, "found_at": clock.now()})
	access.saved(doc)


@frappe.whitelist(methods=["POST"])
def conclude(audit: str, conclusion: str) -> None:
	"""The auditor's conclusion over the whole audit."""
	doc = access.for_auditing(audit)
	doc.conclusion = conclusion
	access.saved(doc)


@frappe.whitelist(methods=["POST"])
def open_action(audit: str, case_name: str, question: str) -> str:
	"""Open the corrective action that a nonconformity asks for, for who answers for the audit; returns its number."""
	system.require(ACTION, "create")
	doc = access.for_leading(audit)
	row = _row(doc, case_name, question)
	if not row or row.verdict != audit_clauses.NONCONFORMITY:
		_refuse(_("Only a nonconformity asks for a corrective action."))
	if row.corrective_action:
		return row.corrective_action
	row.corrective_action = actions.open_action(_values(doc, row), (Reason.AUDIT,)).name
	access.saved(doc)
	return row.corrective_action


def _values(doc, row) -> dict[str, str]:
	complaint = row.case_name if row.case_type == "Service Complaint" else None
	return {
		"subject": f"{row.clause}: {_(audit_clauses.BY_CODE[row.question].title)}"[:140],
		"company": doc.company,
		"source_type": access.DOCTYPE,
		"source": doc.name,
		"complaint": complaint,
	}


def _row(doc, case_name: str, question: str):
	return next((one for one in doc.findings if (one.case_name, one.question) == (case_name, question)), None)


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Not Possible"))
