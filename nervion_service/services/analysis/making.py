"""A new RAT out of a visit or a complaint, with what is known already (G10, G11)."""

import frappe

from nervion_service.domain.complaint_words import ReportStage
from nervion_service.services import system
from nervion_service.services.complaints import incidents

DOCTYPE = "Technical Analysis Report"
DEVIATION = ("quantity", "value", "side", "limit_value", "amount", "uom")


def from_visit(visit) -> str:
	"""The RAT of a visit, a document: the one that was made from it, else a new draft; returns its number."""
	# the visit was asked for; the link is what it shows
	existing = frappe.db.get_value(
		DOCTYPE, {"visit": visit.name, "stage": ("!=", ReportStage.CANCELLED)}, order_by="creation desc"
	)
	if existing:
		return existing
	system.require(DOCTYPE, "create")
	report = _new(visit)
	report.update(
		{
			"subject": visit.subject,
			"complaint": visit.complaint,
			"visit": visit.name,
			"item": visit.item,
			"batch": visit.batch,
			"is_short": 1,
			"diagnosis": visit.diagnosis,
			"recommendation": visit.recommendation,
			"deviations": [{field: row.get(field) for field in DEVIATION} for row in visit.deviations],
		}
	)
	return report.insert().name


@frappe.whitelist(methods=["POST"])
def from_complaint(complaint: str, line: int | None = None) -> str:
	"""A new draft of a RAT about a complaint, and about its n-th line (the first by default); returns its number.

	It answers the open complaints of the same incident as well.
	"""
	system.require(DOCTYPE, "create")
	doc = system.permitted("Service Complaint", complaint, "read")
	rows = doc.get("lines") or []
	row = next((one for one in rows if one.idx == frappe.utils.cint(line or 1)), None)
	report = _new(doc)
	report.update(
		{
			"subject": doc.subject,
			"complaint": doc.name,
			"item": row and row.item,
			"batch": row and row.batch,
			"is_short": int(_is_evident(doc)),
			"complaints": [{"complaint": name} for name in incidents.waiting_for_report(doc)],
		}
	)
	return report.insert().name


def _new(case):
	report = frappe.new_doc(DOCTYPE)
	folio = case.get("folio")
	report.update({"company": case.company, "customer": case.get("customer"), "folio": folio})
	return report


def _is_evident(complaint) -> bool:
	return bool(
		complaint.get("defect") and frappe.get_cached_value("Service Defect", complaint.defect, "is_evident")
	)
