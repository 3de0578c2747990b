"""What a site is offered for complaints, created once and Quality's afterwards (D10, D11)."""

import frappe
from frappe import _

from nervion_service.domain.complaint_words import URGENCIES
from nervion_service.setup import complaint_catalogue as catalogue
from nervion_service.setup import created

SETTINGS = "Complaint Settings"


def install() -> None:
	"""Offer kinds of evidence, defects, and the settings that have no value yet."""
	_offer_evidence_kinds()
	_offer_defects()
	_fill_settings()


def _offer_evidence_kinds() -> None:
	for name, is_own, hint in catalogue.EVIDENCE_KINDS:
		values = {"kind_name": name, "is_own": is_own, "hint": _in_site_language(hint) if hint else None}
		created.offer_once("Evidence Kind", name, values)


def _offer_defects() -> None:
	for name, family, severity, evidence, is_evident, requires_visit in catalogue.DEFECTS:
		created.offer_once(
			"Service Defect",
			name,
			{
				"defect_name": name,
				"family": _in_site_language(family),
				"default_severity": severity,
				"is_evident": is_evident,
				"requires_visit": requires_visit,
				"evidence": _rows(evidence),
			},
		)


def _fill_settings() -> None:
	"""Give every setting that has no value yet its default, those that came with an update included."""
	present = frappe.db.get_singles_dict(SETTINGS)
	for field in frappe.get_meta(SETTINGS).fields:
		if field.default and present.get(field.fieldname) is None:
			frappe.db.set_single_value(SETTINGS, field.fieldname, field.default)
	if created.names(SETTINGS):
		return
	# once: an administrator who empties a table wants it empty
	created.remember(SETTINGS, SETTINGS)
	settings = frappe.get_doc(SETTINGS)
	if not settings.severity_matrix:
		settings.set("severity_matrix", _matrix())
	if not settings.evidence:
		settings.set("evidence", _rows(catalogue.FILM))
	# set-up runs as the installer
	settings.save(ignore_permissions=True)


def _matrix() -> list[dict]:
	return [
		{"severity": severity, "urgency": urgency, "priority": priority}
		for severity, priorities in catalogue.MATRIX.items()
		for urgency, priority in zip(URGENCIES, priorities, strict=True)
	]


def _rows(evidence: dict[str, int]) -> list[dict]:
	return [{"evidence_kind": kind, "minimum": minimum} for kind, minimum in evidence.items()]


def _in_site_language(source: str) -> str:
	return _(source, lang=frappe.db.get_single_value("System Settings", "language") or "en")
