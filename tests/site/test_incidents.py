"""Complaints of one cause are gathered under the one that came first, and one report answers them all (K6)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services.analysis import making
from nervion_service.services.complaints import view
from tests import engine, factories
from tests.site import complaint_factories as complaints
from tests.site.folio_factories import cast, everybody  # noqa: F401 (a fixture)

CAST = (Role.QUALITY, Role.TECHNICIAN)


def gathered(parent, **overrides):
	return complaints.make_complaint(parent_complaint=parent.name, **overrides)


def test_the_first_complaint_shows_those_it_gathers_and_its_report_answers_them():
	first = complaints.make_complaint()
	others = [gathered(first).name for _ in range(2)]
	frappe.db.set_value("Service Complaint", others[1], "stage", "Withdrawn")
	with engine.run_as(cast(Role.QUALITY)):
		assert [row["name"] for row in view.get_view(first.name)["incident"]] == others
		report = frappe.get_doc("Technical Analysis Report", making.from_complaint(first.name))
	# what has ended is answered already
	assert [row.complaint for row in report.complaints] == others[:1]


@pytest.mark.parametrize("wrong", ["itself", "below another", "gathers others", "of another company"])
def test_an_incident_is_one_level_of_one_company(wrong):
	first = complaints.make_complaint()
	second = gathered(first)
	third = complaints.make_complaint()
	tried, parent = {
		"itself": (third, third),
		"below another": (third, second),
		"gathers others": (first, third),
		"of another company": (third, first),
	}[wrong]
	if wrong == "of another company":
		other = factories.make_company(company_name=factories.unique("Otra"))
		frappe.db.set_value("Service Complaint", first.name, "company", other.name)
	doc = frappe.get_doc("Service Complaint", tried.name)
	doc.parent_complaint = parent.name
	with pytest.raises(frappe.ValidationError, match="gather|belongs to"):
		doc.save()
	assert not complaints.reloaded(tried).parent_complaint
