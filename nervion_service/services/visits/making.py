"""Asking for a visit from a folio or a complaint, and making the RAT of one that found a problem (G10)."""

import frappe
from frappe import _

from nervion_service.domain.complaint_words import ComplaintKind
from nervion_service.domain.visits import Mode
from nervion_service.services import system
from nervion_service.services.analysis import making as reports
from nervion_service.services.complaints import registering
from nervion_service.services.visits import handing_on, records

DOCTYPE = records.DOCTYPE


@frappe.whitelist(methods=["POST"])
def request_visit(
	doctype: str, name: str, subject: str | None = None, mode: str = Mode.SITE, assigned_to: str | None = None
) -> str:
	"""A visit, or remote support, for a folio or a complaint; returns its number."""
	system.require(DOCTYPE, "create")
	if doctype not in ("Service Folio", "Service Complaint"):
		frappe.throw(
			_("A visit belongs to a folio or a complaint: choose one of them."), title=_("Case Missing")
		)
	case = system.permitted(doctype, name, "read")
	visit = frappe.new_doc(DOCTYPE)
	visit.update(
		{
			"subject": subject or case.subject,
			"mode": mode,
			"assigned_to": assigned_to,
			"folio" if doctype == "Service Folio" else "complaint": case.name,
		}
	)
	return visit.insert().name


@frappe.whitelist(methods=["POST"])
def make_report(visit: str) -> str:
	"""The RAT of a visit: the one it has, else a new draft with what the visit recorded; returns its number."""
	doc = system.permitted(DOCTYPE, visit, "write")
	return reports.from_visit(doc)


@frappe.whitelist(methods=["POST"])
def make_complaint(visit: str) -> str:
	"""The complaint about what a visit found: the one it was made for, else the one of its folio; returns its number.

	It gets what the visit recorded, with its photographs, reports and samples. What was looked at on a product is a complaint about
	that product.
	"""
	doc = system.permitted(DOCTYPE, visit, "write")
	if doc.complaint:
		return doc.complaint
	said = {"visit": doc.name, "subject": doc.subject, "description": doc.diagnosis, "surface": doc.surface}
	goods = {"kind": ComplaintKind.PRODUCT, "lines": [{"item": doc.item, "batch": doc.batch}]}
	complaint = registering.from_folio(
		doc.folio, {name: value for name, value in said.items() if value} | (goods if doc.item else {})
	)
	handing_on.to_complaint(doc, complaint)
	return complaint
