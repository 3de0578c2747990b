"""Which cases an audit looks at: those of its company and period, drawn by its seed."""

import frappe
from frappe import _
from frappe.utils import add_days

from nervion_service.domain import audit_sampling
from nervion_service.services import clock
from nervion_service.services.auditing import access

# kind of record → the field of the audit that says how many, in the order in which they are shown
KINDS = {
	"Service Complaint": "complaints",
	"Service Folio": "folios",
	"Service Corrective Action": "corrective_actions",
}


def draw(audit) -> None:
	"""Draw what a new audit asks for; fewer where the period has fewer."""
	for case_type, wanted in KINDS.items():
		_add(audit, case_type, audit.get(wanted) or 0)


@frappe.whitelist(methods=["POST"])
def another(audit: str, case_type: str) -> str:
	"""Draw one more case of a kind, for the auditor; returns its name, and keeps that it was drawn."""
	doc = access.for_auditing(audit)
	if case_type not in KINDS:
		frappe.throw(_("Cases of this kind are not audited."), title=_("Not Allowed"))
	found = _add(doc, case_type, 1)
	if not found:
		frappe.throw(
			_("Every {0} of the period was drawn already.").format(_(case_type)), title=_("Nothing Left")
		)
	access.saved(doc)
	return found[0]


def _add(audit, case_type: str, count: int) -> list[str]:
	drawn = [row.case_name for row in audit.cases if row.case_type == case_type]
	found = audit_sampling.draw(_candidates(audit, case_type), audit.seed, count, drawn)
	for place, name in enumerate(found, start=len(drawn) + 1):
		audit.append(
			"cases",
			{"case_type": case_type, "case_name": name, "place": place, "drawn_at": clock.now()},
		)
	return found


def _candidates(audit, case_type: str) -> list[str]:
	day_after = add_days(audit.period_to, 1)
	# an audit draws from all cases of its company, whoever has them: that is what makes it one
	return frappe.get_all(
		case_type,
		filters=[
			["company", "=", audit.company],
			["received_at", ">=", audit.period_from],
			["received_at", "<", day_after],
		],
		pluck="name",
		order_by="name",
		limit_page_length=0,
	)
