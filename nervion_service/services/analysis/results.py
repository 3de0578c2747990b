"""The tests of a report: typed numbers read, verdicts and the comparison with the retained sample computed (G11)."""

from datetime import date

from frappe import _
from frappe.utils import getdate

from nervion_service.domain import analysis, measures
from nervion_service.domain.analysis import Test, typed_test
from nervion_service.domain.measures import shown
from nervion_service.services import clock, refusals

_MESSAGES = (analysis.MESSAGES, measures.MESSAGES)


def fill(report) -> None:
	"""Compute every verdict of a report out of what was typed.

	ValidationError, naming the test, for a result that is no number, limits upside down, or an instrument whose calibration
	was over when it was used.
	"""
	today = clock.now().date()
	with refusals.explained(*_MESSAGES):
		tests = [_fill_row(row, today) for row in report.tests]
	report.verdict = analysis.report_verdict(test.verdict for test in tests)
	report.comparison = analysis.report_comparison(test.comparison for test in tests)


def open_tests(report) -> list[str]:
	"""The methods of tests that say nothing yet: without a result, or without a limit to hold it against."""
	return [row.method for row in report.tests if row.verdict == analysis.Verdict.INCONCLUSIVE]


def _fill_row(row, today: date) -> Test:
	# a test is of the day it is written down, unless its row says another
	row.tested_on = row.tested_on or (today if row.result not in (None, "") else None)
	test = typed_test(
		row.method or _("Row {0}").format(row.idx),
		row.minimum,
		row.maximum,
		row.result,
		row.retained_result,
		instrument=row.instrument or "",
		calibrated_until=row.calibrated_until and getdate(row.calibrated_until),
		tested_on=row.tested_on and getdate(row.tested_on),
	)
	analysis.check_instrument(test, today)
	row.minimum, row.maximum = shown(test.limits.minimum), shown(test.limits.maximum)
	row.result, row.retained_result = shown(test.result), shown(test.retained)
	row.verdict = test.verdict
	row.retained_verdict = test.retained_verdict if test.retained is not None else ""
	return test
