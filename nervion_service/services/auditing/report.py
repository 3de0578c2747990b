"""An audit on paper: what was drawn and by which seed, each clause of each case, what was found, and the digest of each history (K12)."""

from typing import Any

import frappe
from frappe.utils import format_date

from nervion_service.domain import case_chain
from nervion_service.domain.audit_proofs import State
from nervion_service.domain.taxonomy import ProcedureCode
from nervion_service.services import clock, folio_print, procedures, wording
from nervion_service.services.auditing import access, facts, reading, seeing
from nervion_service.services.case_file import history

_TEMPLATE = "templates/annexes/audit.html"


@frappe.whitelist()
def download(audit: str) -> None:
	"""The audit as PDF, for its auditor while it is open and for who reads what came of it."""
	doc = access.for_reading(audit)
	# it says of every drawn case what its records show
	seeing.note(doc, doc.cases)
	reading.show(doc.name, html(doc))


def html(doc) -> str:
	"""The whole page, in the language of the session; every value is escaped by the template."""
	return frappe.render_template(
		_TEMPLATE,
		{
			"language": frappe.local.lang,
			"audit": doc,
			"auditor": wording.person(doc.auditor),
			"opened_by": wording.person(doc.opened_by),
			"access": [folio_print.moment(at) for at in (doc.access_from, doc.access_until)],
			"period": [format_date(day) for day in (doc.period_from, doc.period_to)],
			"cases": [_case(doc, row) for row in doc.cases],
			"footing": procedures.footing(clock.now(), ProcedureCode.PROCESS),
		},
	)


def _case(doc, row) -> dict[str, Any]:
	case = facts.gather(doc, row)
	lines = history.chained(history.of_cases(case.names))
	answers = reading.clauses(doc, row.case_name, facts.records(case))
	return {
		"row": row,
		# what there is nothing to ask about would fill the page
		"clauses": [one for one in answers if one["state"] != State.NOT_APPLICABLE or one["finding"]],
		"not_asked": [one["clause"] for one in answers if one["state"] == State.NOT_APPLICABLE],
		"digest": case_chain.head([line[history.DIGEST] for line in lines]),
		"lines": len(lines),
	}
