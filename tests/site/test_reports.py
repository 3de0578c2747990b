"""A drill-down opens for whom it is meant, through Frappe's own door, which asks about the link of each column (X1)."""

import frappe
import pytest
from frappe.desk import query_report

from nervion_service.domain.taxonomy import Role
from tests import engine
from tests.site.folio_factories import cast, everybody, make_folio  # noqa: F401

CAST = (Role.EXECUTIVE, Role.TECHNICIAN, Role.QUALITY, Role.SALES, Role.PRODUCTION, Role.AGENCY)
FILTERS = {"Service Indicator Rows": {"code": "S1.12", "part": "denominator"}, "Complaint Analysis": {}}


@pytest.mark.parametrize("report", FILTERS)
def test_a_report_opens_for_every_role_that_it_names_and_for_no_other(report):
	make_folio(assigned_to=cast(Role.EXECUTIVE))
	named = {row.role for row in frappe.get_doc("Report", report).roles} & set(CAST)
	assert named and named != set(CAST)
	for role in CAST:
		with engine.run_as(cast(role)):
			if role in named:
				answer = query_report.run(report, FILTERS[report], ignore_prepared_report=True)
				assert answer["columns"], role
				continue
			with pytest.raises(frappe.PermissionError):
				query_report.run(report, FILTERS[report], ignore_prepared_report=True)
