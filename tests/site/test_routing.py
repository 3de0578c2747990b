"""Where a folio goes, and why (S1.8, S7.9, D9)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import intake, routing
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.AGENCY)


def make_rule(**overrides):
	values = {
		"title": factories.unique("Regla"),
		"sequence": 1,
		"role": Role.ENGINEER,
		"department_name": "Engineering",
	}
	return factories.insert("Routing Rule", {**values, "procedure": "MPC-SER-005"}, **overrides)


def test_a_request_without_a_rule_follows_its_type():
	folio = folios.make_folio(request_type="Technical Advice")
	assert (folio.procedure, folio.route_role, folio.routing_rule) == ("MPC-SER-005", Role.TECHNICIAN, None)
	assert folio.procedure_version == frappe.db.get_value("Service Procedure", "MPC-SER-005", "version")
	assert folio.routing_reason and folio.stage == "Routed"


def test_the_first_rule_that_matches_takes_it_and_says_so():
	customer = factories.make_customer()
	rule = make_rule(channel="Phone", customer_kind="Industry", notes="Las industrias van a Ingeniería.")
	make_rule(sequence=2, role=Role.SALES)
	folio = folios.make_folio(customer=customer.name, customer_kind="Industry")
	assert (folio.routing_rule, folio.route_role) == (rule.name, Role.ENGINEER)
	assert rule.name in folio.routing_reason and "Las industrias van a Ingeniería." in folio.routing_reason
	event = folios.events_of(folio, Events.ROUTED)[0]
	assert (event.reference_type, event.reference_name) == ("Routing Rule", rule.name)
	assert frappe.parse_json(event.details)["procedure"] == "MPC-SER-005"


@pytest.mark.parametrize(
	("condition", "folio_values"),
	[
		({"request_type": "Claim"}, {"request_type": "Claim"}),
		({"nature": "Claim"}, {"request_type": "Complaint"}),
		({"channel_kind": "Digital"}, {"channel": "WhatsApp"}),
		({"priority": "Urgent"}, {"priority": "Urgent"}),
		({"severity": "Critical"}, {"severity": "Critical"}),
		({"text_contains": "descascara, ampolla"}, {"subject": "La pintura se DESCASCARÁ"}),
	],
)
def test_each_condition_is_asked_of_the_folio(condition, folio_values):
	rule = make_rule(**condition)
	assert folios.make_folio(**folio_values).routing_rule == rule.name
	assert folios.make_folio(request_type="Suggestion").routing_rule != rule.name


def test_a_rule_for_a_group_of_items_takes_what_lies_below_it():
	parent = factories.make_leaf("Item Group", is_group=1)
	child = factories.make_leaf("Item Group", parent_item_group=parent)
	rule = make_rule(item_group=parent)
	item = factories.make_item(item_group=child)
	assert folios.make_folio(product=item.name).routing_rule == rule.name


def test_rules_of_another_company_and_disabled_ones_take_nothing():
	make_rule(company=factories.make_company(company_name=factories.unique("Otra")).name)
	make_rule(disabled=1)
	assert folios.make_folio().routing_rule is None


def test_the_department_is_found_by_name_within_the_company():
	department = factories.make_department(department_name=factories.unique("Laboratorio"))
	make_rule(department_name=department.department_name)
	assert folios.make_folio().department == department.name


def test_routing_twice_changes_nothing():
	folio = folios.make_folio()
	events = len(folios.events_of(folio))
	assert routing.route(folio.name) is False
	intake.follow_up(folio.name)
	again = folios.reloaded(folio)
	assert (again.routed_at, again.modified, len(folios.events_of(folio))) == (
		folio.routed_at,
		folio.modified,
		events,
	)


def test_routing_is_the_systems_act_whoever_registered():
	folio = folios.make_folio(by=folios.cast(Role.EXECUTIVE))
	assert folios.events_of(folio, Events.ROUTED)[0].actor == "Administrator"
	assert frappe.session.user == "Administrator"


def test_a_person_asks_which_rule_takes_a_sample_case():
	rule = make_rule(channel="Phone", priority="Urgent")
	answer = routing.explain_route(facts={"channel": "Phone", "priority": "Low", "request_type": "Order"})
	mine = next(row for row in answer["rules"] if row["rule"] == rule.name)
	assert (mine["matches"], mine["takes"], answer["role"]) == (False, False, Role.SALES)
	asked = {c["label"]: c["matched"] for c in mine["conditions"]}
	assert (asked["Channel"], asked["Priority"]) == (True, False)
	answer = routing.explain_route(facts={"channel": "Phone", "priority": "Urgent"})
	assert answer["rule"] == rule.name and rule.name in answer["reason"]


def test_a_person_asks_which_rule_takes_a_folio():
	folio = folios.make_folio()
	rule = make_rule(channel="Phone")
	assert routing.explain_route(folio=folio.name)["rule"] == rule.name


def test_who_may_not_read_the_folio_learns_nothing_of_its_route():
	folio = folios.make_folio()
	with folios.engine.run_as(folios.cast(Role.AGENCY)), pytest.raises(frappe.PermissionError):
		routing.explain_route(folio=folio.name)
	with (
		folios.engine.run_as(factories.make_user(roles=["Customer"]).name),
		pytest.raises(frappe.PermissionError),
	):
		routing.explain_route(facts={})


def test_words_of_a_rule_are_tidied():
	assert make_rule(text_contains=" óxido ,, ampolla,óxido ").text_contains == "óxido, ampolla"
