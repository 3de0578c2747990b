"""What an audit shows: its drawn cases, each clause with the records that prove it or what is missing, and the whole file (K12)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import format_date

from nervion_service.domain import audit_clauses
from nervion_service.domain.audit_proofs import EVENT, PROMISE, State
from nervion_service.services import file_response, folio_print, pdf
from nervion_service.services.auditing import access, facts, seeing
from nervion_service.services.case_file import files, history, pages

COLOURS = {State.FOUND: "green", State.GAP: "red", State.PENDING: "blue", State.NOT_APPLICABLE: "gray"}

MESSAGE = "Communication"
NAMELESS = (MESSAGE, EVENT, PROMISE)


@frappe.whitelist()
def get_view(audit: str) -> dict[str, Any]:
	"""The drawn cases with how many clauses have evidence and gaps, the findings, and what the reader may do."""
	doc = access.for_reading(audit)
	return {
		"is_open": access.is_open(doc),
		"may_find": doc.auditor == frappe.session.user and access.is_open(doc),
		"may_lead": bool(doc.has_permission("write")),
		"opens_records": access.reads_all(frappe.session.user),
		"cases": [_case(doc, row) for row in doc.cases],
		"verdicts": audit_clauses.VERDICTS,
		"conclusion": doc.conclusion,
	}


# it notes that the auditor has looked, which a GET would not store
@frappe.whitelist(methods=["POST"])
def look(audit: str, case_type: str, case_name: str) -> list[dict[str, Any]]:
	"""The clauses of one drawn case, in order: question, what was found, proofs, gaps in words, the auditor's finding."""
	doc, row = seeing.case_for(audit, case_type, case_name)
	case = facts.gather(doc, row)
	return clauses(doc, case_name, facts.records(case))


@frappe.whitelist()
def case_file(audit: str, case_type: str, case_name: str) -> None:
	"""The pages of one drawn case as PDF, with its history and the digest of that: the records as they are, to read only."""
	doc, row = seeing.case_for(audit, case_type, case_name)
	case = facts.gather(doc, row)
	chain = history.chained(history.of_cases(case.names))
	entries, gone = files.of(pages.with_messages(case), case.evidence)
	page, pictures = pages.html(case, entries, chain, gone)
	show(row.case_name, page, pictures)


def show(name: str, page: str, pictures: Mapping[str, bytes] | None = None) -> None:
	"""Answer the request with a page as PDF; where nothing can print, with the page itself."""
	response = frappe.local.response
	try:
		content = pdf.of(page, pictures)
	except pdf.NoPrinter:
		file_response.show_page(name, page)
		return
	response.filename, response.filecontent, response.type = f"{name}.pdf", content, "pdf"


def clauses(doc, case_name: str, records) -> list[dict[str, Any]]:
	"""Each question in words, with what these records show and what the auditor found."""
	found = {one.question: one for one in doc.findings if one.case_name == case_name}
	return [_answer(answer, found.get(answer.question.code)) for answer in audit_clauses.look_at(records)]


def summary(doc, row) -> dict[str, int]:
	"""How many clauses of a drawn case have evidence, gaps, time left, or nothing to ask, by the words of the states."""
	case = facts.gather(doc, row)
	answers = audit_clauses.look_at(facts.records(case))
	return {state.value: count for state, count in audit_clauses.count(answers).items()}


def _case(doc, row) -> dict[str, Any]:
	return {
		"case_type": row.case_type,
		"label": _(row.case_type),
		"case_name": row.case_name,
		"place": row.place,
		"seen": folio_print.moment(row.seen_at) if row.seen_at else None,
		"counts": summary(doc, row),
		"nonconformities": sum(
			one.verdict == audit_clauses.NONCONFORMITY
			for one in doc.findings
			if one.case_name == row.case_name
		),
	}


def _answer(answer, finding) -> dict[str, Any]:
	result = answer.result
	return {
		"question": answer.question.code,
		"clause": answer.question.clause,
		"title": _(answer.question.title),
		"state": result.state.value,
		"label": _(result.state.value),
		"colour": COLOURS[result.state],
		"proofs": [_proof(one) for one in result.proofs],
		"gaps": [_(audit_clauses.MESSAGES[code]) for code in result.gaps],
		"finding": finding and {
			"verdict": finding.verdict,
			"note": finding.note,
			"corrective_action": finding.corrective_action,
		},
	}  # fmt: skip


def _proof(proof) -> dict[str, Any]:
	return {
		"doctype": proof.doctype,
		"label": _("Message") if proof.doctype == MESSAGE else _(proof.doctype),
		"name": proof.name,
		# a line of history or a message has no number that says anything to a reader
		"number": None if proof.doctype in NAMELESS else proof.name,
		"at": _when(proof.at),
	}


def _when(at) -> str | None:
	if not at:
		return None
	return folio_print.moment(at) if isinstance(at, datetime) else format_date(at)
