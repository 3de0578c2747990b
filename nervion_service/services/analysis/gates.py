"""What a RAT must hold before it goes on, each refusal a sentence that says what to do (G10, G11)."""

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.domain.complaint_words import ReportStage
from nervion_service.services.analysis import proofs, visit_findings

COMPLAINT = "Service Complaint"
# what the author writes and the reviewer judges
CONTENT = (
	"subject", "company", "complaint", "folio", "visit", "customer", "item", "batch", "is_short", "diagnosis", "conclusion",
	"customer_conclusion", "recommendation", "internal_notes",
)  # fmt: skip
TABLES = {
	"complaints": ("complaint",),
	"samples": ("sample",),
	"tests": (
		"method", "property_name", "instrument", "by_eye", "calibrated_until", "tested_on", "uom", "minimum", "maximum", "result",
		"retained_result",
	),
	"deviations": ("quantity", "value", "limit_value", "amount"),
}  # fmt: skip
NEEDED = ("diagnosis", "conclusion", "customer_conclusion", "recommendation")


def changed(report, before) -> str | None:
	"""The first content of a report that this save changes; None when it changes none."""
	for field in CONTENT:
		# a field that the user may not see comes back as it was stored
		if (str(report.get(field) or "")) != (str(before.get(field) or "")):
			return field
	for table, fields in TABLES.items():
		if _rows(report, table, fields) != _rows(before, table, fields):
			return table
	return None


def check_complete(report) -> None:
	"""Refuse a report that is sent to review or approved before it says everything."""
	for field in NEEDED:
		if not (report.get(field) or "").strip():
			frappe.throw(
				_("Fill in {0} first.").format(frappe.bold(_(report.meta.get_label(field)))),
				title=_("Not Yet"),
			)
	if cint(report.is_short):
		_check_short(report)
	else:
		proofs.check_tests(report)


def check_discard(report) -> None:
	"""Refuse to give up the only report of a visit that found a problem: such a visit ends with one (G10)."""
	if not visit_findings.found_a_problem(report.visit):
		return
	others = {"visit": report.visit, "stage": ("!=", ReportStage.CANCELLED), "name": ("!=", report.name)}
	# the user may cancel this report; what is asked is whether its visit still rests on it
	if report.docstatus.is_draft() and not frappe.db.exists(report.doctype, others):
		frappe.throw(
			_(
				"The visit {0} ended with a problem, which asks for a report: correct this one, or begin another first."
			).format(frappe.bold(report.visit)),
			title=_("Not Yet"),
		)


def check_return(report) -> None:
	"""Whoever returns a report says what is to be mended."""
	_need(report, "return_reason")


def check_reason(report) -> None:
	"""Whoever cancels a report says why."""
	_need(report, "cancel_reason")


def _check_short(report) -> None:
	"""The short form is for what is evident at a look, and for what a visit that was made recorded on the spot."""
	if visit_findings.looked(report.visit):
		return
	# the complaint's defect is part of the report that the user may write
	defect = report.complaint and frappe.db.get_value(COMPLAINT, report.complaint, "defect")
	if defect and frappe.get_cached_value("Service Defect", defect, "is_evident"):
		return
	frappe.throw(
		_("{0} is not evident at a look: take away the short form and add the tests that were made.").format(
			frappe.bold(frappe.utils.escape_html(defect or _("This case")))
		),
		title=_("Not Yet"),
	)


def _need(report, field: str) -> None:
	if not (report.get(field) or "").strip():
		frappe.throw(
			_("Fill in {0} first.").format(frappe.bold(_(report.meta.get_label(field)))), title=_("Not Yet")
		)


def _rows(report, table: str, fields: tuple[str, ...]) -> list[tuple[str, ...]]:
	return [tuple(str(row.get(field) or "") for field in fields) for row in report.get(table)]
