"""What a RAT must hold before it goes on, each refusal a sentence that says what to do (G10, G11)."""

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.services.analysis import results

COMPLAINT, VISIT, SAMPLE = "Service Complaint", "Service Technical Visit", "Service Sample"
# what the author writes and the reviewer judges
CONTENT = (
	"subject", "company", "complaint", "folio", "visit", "customer", "item", "batch", "is_short", "diagnosis", "conclusion",
	"customer_conclusion", "recommendation", "internal_notes",
)  # fmt: skip
TABLES = {
	"complaints": ("complaint",),
	"samples": ("sample",),
	"tests": (
		"method", "property_name", "instrument", "calibrated_until", "tested_on", "uom", "minimum", "maximum", "result",
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


def check_links(report) -> None:
	"""Refuse a complaint, sample or visit that is of another company, item or case than the report."""
	if not (report.complaint or report.folio or report.visit):
		frappe.throw(
			_("A report is about a complaint, a folio or a visit: choose one of them."),
			title=_("Case Missing"),
		)
	for row in report.complaints:
		_check_company(report, COMPLAINT, row.complaint)
	for doctype, name in ((COMPLAINT, report.complaint), (VISIT, report.visit)):
		if name:
			_check_company(report, doctype, name)
	for row in report.samples:
		_check_sample(report, row.sample)
	if report.batch:
		_check_batch(report)


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
		_check_tests(report)


def check_return(report) -> None:
	"""Whoever returns a report says what is to be mended."""
	_need(report, "return_reason")


def check_reason(report) -> None:
	"""Whoever cancels a report says why."""
	_need(report, "cancel_reason")


def _check_tests(report) -> None:
	if not report.tests:
		frappe.throw(
			_(
				"Add the tests that were made, with their limits and results. Only what is evident gets the short form."
			),
			title=_("Not Yet"),
		)
	if open_ones := results.open_tests(report):
		frappe.throw(
			_("These tests have no result yet, or no limits to hold it against: {0}.").format(
				frappe.bold(frappe.utils.escape_html(", ".join(open_ones)))
			),
			title=_("Not Yet"),
		)


def _check_short(report) -> None:
	"""The short form is for what is evident at a look, and for what a visit recorded on the spot."""
	if report.visit:
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


def _check_company(report, doctype: str, name: str) -> None:
	# only the company is looked at, which the user named already
	if frappe.db.get_value(doctype, name, "company") != report.company:
		frappe.throw(
			_("{0} belongs to another company than this report.").format(frappe.bold(name)),
			title=_("Not Accepted"),
		)


def _check_sample(report, name: str) -> None:
	# the row was chosen by somebody who may see samples
	sample = frappe.db.get_value(SAMPLE, name, ["company", "item", "batch"], as_dict=True) or {}
	for field in ("company", "item", "batch"):
		if report.get(field) and sample.get(field) and report.get(field) != sample.get(field):
			frappe.throw(
				_("The sample {0} is of another {1} than this report: {2}.").format(
					frappe.bold(name), _(report.meta.get_label(field)), frappe.bold(sample.get(field))
				),
				title=_("Not Accepted"),
			)


def _check_batch(report) -> None:
	# the batch was named by the user; only its item is looked at
	item = frappe.db.get_value("Batch", report.batch, "item")
	if report.item and item and item != report.item:
		frappe.throw(
			_("The batch {0} is of the item {1}, not of {2}.").format(
				frappe.bold(report.batch), frappe.bold(item), frappe.bold(report.item)
			),
			title=_("Not Accepted"),
		)


def _need(report, field: str) -> None:
	if not (report.get(field) or "").strip():
		frappe.throw(
			_("Fill in {0} first.").format(frappe.bold(_(report.meta.get_label(field)))), title=_("Not Yet")
		)


def _rows(report, table: str, fields: tuple[str, ...]) -> list[tuple[str, ...]]:
	return [tuple(str(row.get(field) or "") for field in fields) for row in report.get(table)]
