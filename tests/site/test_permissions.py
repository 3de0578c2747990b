"""Who sees which case: the list and the document say the same (G7, G18, W8)."""

import frappe
import pytest

from nervion_service import permissions
from nervion_service.domain.taxonomy import ROLES, Role
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (*ROLES, "System Manager")

SEE_ALL = (
	Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, Role.EXECUTIVE, Role.QUALITY, Role.MANAGEMENT, Role.SYSTEMS,
	Role.COMMUNITY_MANAGER, Role.DIGITAL_COORDINATOR, Role.ADMINISTRATOR, "System Manager",
)  # fmt: skip


@pytest.fixture(scope="module")
def cases(everybody):  # noqa: F811 (the fixture that was imported)
	"""One folio of each route, none of them anybody's in particular."""
	keeper, made = folios.cast(Role.COORDINATOR), {}
	kinds = {"sales": "Order", "technical": "Technical Advice", "general": "General Information"}
	with folios.engine.working_folder(everybody.sites):
		for key, kind in kinds.items():
			made[key] = folios.make_folio(request_type=kind, by=keeper, assigned_to=keeper).name
	return made


def listed(doctype="Service Folio", **filters):
	return {
		row.name for row in frappe.get_list(doctype, filters=filters, fields=["name"], limit_page_length=0)
	}


def readable(names):
	return {name for name in names if frappe.has_permission("Service Folio", "read", doc=name)}


@pytest.mark.parametrize("role", SEE_ALL)
def test_whoever_answers_for_the_process_sees_every_case(cases, role):
	with folios.engine.run_as(folios.cast(role)):
		assert set(cases.values()) <= listed()
		assert readable(cases.values()) == set(cases.values())


@pytest.mark.parametrize(
	("role", "seen"),
	[(Role.SALES, "sales"), (Role.TECHNICIAN, "technical"), (Role.ENGINEER, None), (Role.AGENCY, None)],
)
def test_the_others_see_what_is_routed_to_their_role(cases, role, seen):
	expected = {cases[seen]} if seen else set()
	with folios.engine.run_as(folios.cast(role)):
		assert listed(name=("in", list(cases.values()))) == expected
		assert readable(cases.values()) == expected


@pytest.mark.parametrize("role", [Role.SALES, Role.TECHNICIAN, Role.AGENCY])
def test_everybody_sees_what_is_theirs(cases, role):
	user = folios.cast(role)
	own = folios.make_folio(by=user, assigned_to=folios.cast(Role.COORDINATOR)).name
	given = folios.make_folio(request_type="General Information", assigned_to=user).name
	with folios.engine.run_as(user):
		assert listed(name=("in", [own, given, cases["general"]])) == {own, given}
		assert readable([own, given, cases["general"]]) == {own, given}


# Production reads what it was told of complaints, an auditor what was drawn, and neither a folio
@pytest.mark.parametrize("role", [role for role in ROLES if role not in (Role.PRODUCTION, Role.AUDITOR)])
def test_list_and_document_never_differ(cases, role):
	user = folios.cast(role)
	folios.make_folio(request_type="Order", assigned_to=user)
	every = frappe.get_all("Service Folio", pluck="name")
	with folios.engine.run_as(user):
		assert listed() == readable(every)


def test_promises_and_history_are_seen_through_their_case(cases):
	with folios.engine.run_as(folios.cast(Role.SALES)):
		for doctype in ("Service Commitment", "Service Event"):
			rows = frappe.get_all(doctype, {"case_name": ("in", list(cases.values()))}, ["name", "case_name"])
			expected = {row.name for row in rows if row.case_name == cases["sales"]}
			names = [row.name for row in rows]
			assert listed(doctype, name=("in", names)) == expected
			assert {n for n in names if frappe.has_permission(doctype, "read", doc=n)} == expected


def test_a_company_kept_from_a_user_keeps_its_cases_too(cases):
	other = factories.make_company(company_name=factories.unique("Otra"))
	user = folios.cast(Role.COORDINATOR)
	factories.insert("User Permission", {"user": user, "allow": "Company", "for_value": other.name})
	with folios.engine.run_as(user):
		assert not listed() & set(cases.values())
		assert readable(cases.values()) == set()
		assert not listed("Service Event", case_name=cases["general"])


@pytest.mark.parametrize("user", ["Guest", "customer"])
def test_guests_and_portal_users_see_nothing(cases, user):
	user = factories.make_user(roles=["Customer"]).name if user == "customer" else user
	folio = frappe.get_doc("Service Folio", cases["general"])
	assert permissions.folio_has_permission(folio, "read", user) is False
	assert permissions.folio_query(user) == permissions.NO_ROWS
	assert permissions.folio_has_website_permission(folio, "read", user) is False
	with folios.engine.run_as(user):
		assert readable(cases.values()) == set()
		with pytest.raises(frappe.PermissionError):
			listed()


@pytest.mark.parametrize("role", [*ROLES, "Customer"])
def test_every_hook_answers_with_a_strict_bool(cases, role):
	user = factories.make_user(roles=[role]).name
	folio = frappe.get_doc("Service Folio", cases["general"])
	event = frappe.get_last_doc("Service Event", {"case_name": folio.name})
	for answer in (
		permissions.folio_has_permission(folio, "read", user),
		permissions.folio_has_permission(folios.new_folio(), "create", user),
		permissions.case_row_has_permission(event, "read", user),
	):
		assert answer is True or answer is False


def test_a_row_without_a_case_is_nobodys():
	orphan = frappe.get_doc({"doctype": "Service Event"})
	assert permissions.case_row_has_permission(orphan, "read", folios.cast(Role.SALES)) is False


def test_an_odd_user_name_cannot_break_out_of_the_condition():
	user = folios.staff(Role.AGENCY, email="o'brien@nervion.test")
	mine = folios.make_folio(by=user).name
	with folios.engine.run_as(user):
		assert listed() == {mine}
