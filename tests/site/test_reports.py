"""A drill-down opens for whom it is meant, through Frappe's own door, which asks about the link of each column (X1)."""

import frappe
import pytest
from frappe.desk import query_report
from frappe.utils import add_days, now_datetime

from nervion_service.domain.taxonomy import Role
from tests import engine
from tests.site.folio_factories import cast, everybody, make_folio  # noqa: F401

CAST = (Role.EXECUTIVE, Role.TECHNICIAN, Role.QUALITY, Role.SALES, Role.PRODUCTION, Role.AGENCY)
FILTERS = {
	"Service Indicator Rows": {"code": "S1.12-unanswered", "part": "denominator"},
	"Complaint Analysis": {},
}


@pytest.mark.parametrize("report", FILTERS)
def test_a_report_opens_for_every_role_that_it_names_and_for_no_other(report):
	# a week ago, since what comes on a holiday begins after it
	make_folio(assigned_to=cast(Role.EXECUTIVE), received_at=add_days(now_datetime(), -7))
	named = {row.role for row in frappe.get_doc("Report", report).roles} & set(CAST)
	assert named and named != set(CAST)
	for role in CAST:
		with engine.run_as(cast(role)):
			if role in named:
				answer = query_report.run(report, FILTERS[report], ignore_prepared_report=True)
				assert answer["columns"], role
				# links are asked about where there are rows
				assert answer["result"] or role != Role.EXECUTIVE or report == "Complaint Analysis"
				continue
			with pytest.raises(frappe.PermissionError):
				query_report.run(report, FILTERS[report], ignore_prepared_report=True)
