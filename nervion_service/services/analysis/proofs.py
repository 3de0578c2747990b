"""What the tests of a full RAT rest on: a result each, a calibrated instrument, and a sample that was there (G11, K5)."""

import frappe
from frappe import _
from frappe.utils import cint, format_date, getdate

from nervion_service.services.analysis import results, visit_findings

SAMPLE = "Service Sample"


def check_tests(report) -> None:
	"""Refuse a full report whose tests say nothing, or rest on no sample, no instrument or a day before the sample was taken."""
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
	_check_instruments(report)
	_check_samples(report)


def _check_instruments(report) -> None:
	blank = [row.method for row in report.tests if not (row.instrument or cint(row.by_eye))]
	if blank:
		frappe.throw(
			_("Say with which instrument these tests were made, or mark them as made by eye: {0}.").format(
				_listed(blank)
			),
			title=_("Not Yet"),
		)


def _check_samples(report) -> None:
	"""What was measured during a visit that was made needs no sample; a comparison needs the one that was retained."""
	names = [row.sample for row in report.samples]
	if not names and (not report.visit or visit_findings.saw_nothing(report.visit)):
		frappe.throw(
			_("Name the sample that was tested, or the visit on which it was measured."), title=_("Not Yet")
		)
	# the report names them, and was checked to be of their product
	samples = frappe.get_all(SAMPLE, {"name": ("in", names or [""])}, ["name", "is_retained", "taken_at"])
	_check_retained(report, samples)
	_check_days(report, [sample for sample in samples if not sample.is_retained])


def _check_retained(report, samples) -> None:
	compared = [row.method for row in report.tests if row.retained_result not in (None, "")]
	if compared and not any(sample.is_retained for sample in samples):
		frappe.throw(
			_("Name the retained sample with which these tests compare: {0}.").format(_listed(compared)),
			title=_("Not Yet"),
		)


def _check_days(report, samples) -> None:
	if not samples or report.visit:
		return
	taken = min(getdate(sample.taken_at) for sample in samples)
	early = [row.method for row in report.tests if row.tested_on and getdate(row.tested_on) < taken]
	if early:
		frappe.throw(
			_("The sample was taken on {0}, after these tests: {1}. Correct the day of the tests.").format(
				format_date(taken), _listed(early)
			),
			title=_("Not Yet"),
		)


def _listed(methods: list[str]) -> str:
	return frappe.bold(frappe.utils.escape_html(", ".join(methods)))
