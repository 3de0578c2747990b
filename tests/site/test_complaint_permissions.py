"""Who sees which complaint: the list and the document say the same, promises and history go with it (G7, G18, W8)."""

import frappe
import frappe.client
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services.complaints import choosing, feedback
from tests import engine, factories
from tests.site import complaint_factories as complaints
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (
	Role.COORDINATOR, Role.QUALITY, Role.TECHNICIAN, Role.SALES, Role.PRODUCTION, Role.AGENCY, Role.EXECUTIVE, Role.MANAGEMENT,
)  # fmt: skip
COMPLAINT = complaints.COMPLAINT


@pytest.fixture(scope="module")
def cases(everybody):  # noqa: F811 (the fixture that was imported)
	"""Complaints by who sees them besides who sees all."""
	with engine.working_folder(everybody.sites):
		customer = factories.make_customer(account_manager=folios.cast(Role.SALES))
		made = {
			"account": complaints.make_complaint(complaints.a_claim(customer=customer.name), kind="Image"),
			"technician": complaints.make_complaint(kind="Image"),
			"production": complaints.make_complaint(kind="Image"),
			"nobody": complaints.make_complaint(kind="Image"),
		}
		with engine.run_as(folios.cast(Role.QUALITY)):
			feedback.send(made["production"].name, "Production", "Revisar el cierre")
		complaints.act_save(made["technician"], assigned_to=folios.cast(Role.TECHNICIAN))
	return {key: doc.name for key, doc in made.items()}


@pytest.mark.parametrize(
	("role", "seen"),
	[
		(Role.SALES, {"account"}),
		(Role.TECHNICIAN, {"technician"}),
		(Role.PRODUCTION, {"production"}),
		(Role.AGENCY, set()),
		(Role.MANAGEMENT, {"account", "technician", "production", "nobody"}),
	],
)
def test_each_role_sees_the_complaints_that_are_its_own(cases, role, seen):
	names, expected = list(cases.values()), {cases[key] for key in seen}
	with engine.run_as(folios.cast(role)):
		assert set(frappe.get_list(COMPLAINT, {"name": ("in", names)}, pluck="name")) == expected
		assert {name for name in names if frappe.has_permission(COMPLAINT, "read", doc=name)} == expected


def test_promises_and_history_of_a_complaint_are_seen_with_it(cases):
	with engine.run_as(folios.cast(Role.TECHNICIAN)):
		for doctype in ("Service Commitment", "Service Event"):
			filters = {"case_name": ("in", list(cases.values()))}
			# what there is, whoever sees it
			rows = frappe.get_all(doctype, filters, ["name", "case_name"])
			expected = {row.name for row in rows if row.case_name == cases["technician"]}
			assert expected and set(frappe.get_list(doctype, filters, pluck="name", limit=0)) == expected
			assert {
				row.name for row in rows if frappe.has_permission(doctype, "read", doc=row.name)
			} == expected


def test_where_it_was_bought_opens_the_deliveries_of_no_customer_whose_cases_one_does_not_see(cases):
	rival, item = factories.make_customer().name, factories.make_item().name
	note = factories.make_delivery_note(rival, [{"item_code": item, "qty": 7}])
	own = complaints.act_save(cases["account"], place_of_purchase_customer=rival)
	row = {"item": item, "claimed_qty": 1, "delivery_type": note.doctype, "delivery": note.name}
	with engine.run_as(folios.cast(Role.SALES)):
		assert choosing.choices(own.name) == []
		with pytest.raises(frappe.ValidationError, match="no delivery of this customer"):
			complaints.act_save(own, folios.cast(Role.SALES), lines=[row])
	with engine.run_as(folios.cast(Role.EXECUTIVE)):
		assert [one["delivery"] for one in choosing.choices(own.name)] == [note.name]
	frappe.db.set_value("Customer", rival, "account_manager", folios.cast(Role.SALES))
	with engine.run_as(folios.cast(Role.SALES)):
		assert [one["qty"] for one in choosing.choices(own.name)] == [7]


def test_who_sees_only_some_cannot_change_another(cases):
	with engine.run_as(folios.cast(Role.SALES)), pytest.raises(frappe.PermissionError):
		frappe.client.set_value(COMPLAINT, cases["nobody"], "surface", "Concreto")
	assert not frappe.db.get_value(COMPLAINT, cases["nobody"], "surface")


def test_what_a_line_is_worth_is_read_and_written_by_who_sees_values_alone():
	customer = factories.make_customer(account_manager=folios.cast(Role.SALES))
	lines = [{"item": complaints.a_product()[0], "claimed_qty": 1, "remedy_amount": 777}]
	with engine.run_as(folios.cast(Role.EXECUTIVE)):
		complaint = complaints.new_complaint(complaints.a_claim(customer=customer.name), lines=lines).insert()
	assert complaint.lines[0].remedy_amount == 0, "nobody says before the verdict what it gives"
	complaint.lines[0].db_set("remedy_amount", 777)
	for role, seen in ((Role.SALES, None), (Role.EXECUTIVE, 777), (Role.QUALITY, 777)):
		with engine.run_as(folios.cast(role)):
			found = frappe.client.get(COMPLAINT, complaint.name)
			assert (found["lines"][0].get("remedy_amount") or None) == seen, role
	with engine.run_as(folios.cast(Role.SALES)):
		asked = ["name", "`tabComplaint Line`.remedy_amount"]
		assert frappe.get_list(COMPLAINT, {"name": complaint.name}, asked) == [{"name": complaint.name}]
		doc = frappe.get_doc(found | {"subject": "Otra lata"})
		doc.lines[0].remedy_amount = None
		doc.save()
	assert frappe.db.get_value("Complaint Line", complaint.lines[0].name, "remedy_amount") == 777
