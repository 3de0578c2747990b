"""Complaint Settings, and what of the catalogue of defects a complaint goes by (D10, D11)."""

import frappe
from frappe.utils import cint

from nervion_service.domain.complaint_words import ComplaintKind
from nervion_service.domain.taxonomy import Role

DOCTYPE = "Complaint Settings"
# whose photograph shows the batch in place of its number
LABEL_KIND = "Lot Label"
PHOTOGRAPHS = "Photographs"
# the one kind that a film proves
VIDEO = "Video"
# who judges a kind of complaint, and who is given it then: Calidad the verdict (G18), the Coordinator what is about attention
JUDGES = {ComplaintKind.PRODUCT: (Role.QUALITY, Role.ADMINISTRATOR)}
OTHER_JUDGES = (Role.COORDINATOR, Role.QUALITY, Role.ADMINISTRATOR)
# who may judge an appeal besides (K4)
APPEAL_JUDGES = (Role.COMMERCIAL_DIRECTOR,)
# who works on an admitted complaint; an assumption, but for products
WORKERS = {
	ComplaintKind.PRODUCT: Role.TECHNICIAN,
	ComplaintKind.DELIVERY: Role.SALES,
	ComplaintKind.INVOICING: Role.SALES,
	ComplaintKind.ATTENTION: Role.COORDINATOR,
	ComplaintKind.IMAGE: Role.DIGITAL_COORDINATOR,
}


def get():
	"""The cached Complaint Settings."""
	return frappe.get_cached_doc(DOCTYPE)


def number(field: str) -> int:
	"""A whole number of the settings."""
	return cint(get().get(field))


def matrix() -> dict[tuple[str, str], str]:
	"""(severity, urgency) → priority."""
	return {(row.severity, row.urgency): row.priority for row in get().severity_matrix}


def required_evidence(defect: str | None) -> dict[str, int]:
	"""Kind of evidence → how many files; the defect's own list, else that of the settings."""
	rows = frappe.get_cached_doc("Service Defect", defect).evidence if defect else []
	return {row.evidence_kind: cint(row.minimum) for row in rows or get().evidence if cint(row.minimum)}


def judges_of(complaint) -> tuple[str, ...]:
	"""The roles that may judge this complaint now."""
	own = JUDGES.get(complaint.kind, OTHER_JUDGES)
	return (*own, *APPEAL_JUDGES) if complaint.appeal else own


def worker_of(kind: str) -> str:
	"""The role that works on admitted complaints of a kind."""
	return WORKERS.get(kind, Role.COORDINATOR)


def own_kinds() -> set[str]:
	"""The kinds of evidence that are the company's own."""
	# the catalogue is everybody's to read
	return set(frappe.get_all("Evidence Kind", {"is_own": 1}, pluck="name", order_by="name"))
