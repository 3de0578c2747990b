"""Where a case goes and why (S1.8, S7.9, D9)."""

from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import taxonomy
from nervion_service.domain.routing import FALLBACK, MESSAGES, Destination, Rule, explain, in_order, route

SALES = Destination("MPC-SER-001", "Sales", "Service Sales")
FACTS = {
	"company": "Pinturas Nervión",
	"request_type": "Order",
	"nature": "Order",
	"channel": "WhatsApp",
	"channel_kind": "Digital",
	"customer_kind": "Distributor",
	"priority": "Medium",
	"item_group": ["Epoxies", "Coatings", "All Item Groups"],
	"text": "El RECUBRIMIENTO se desprendió de la losa",
}


def test_without_rules_the_request_type_decides_and_the_reason_says_so():
	found = route(FACTS, (), SALES)
	assert (found.procedure, found.department, found.role, found.rule) == (
		"MPC-SER-001",
		"Sales",
		"Service Sales",
		"",
	)
	assert found.reason.code == "request_type"
	assert MESSAGES[found.reason.code].format(**dict(found.reason.values)).endswith("request type Order.")


def test_without_rules_and_without_a_route_the_coordinator_gets_it():
	found = route({}, ())
	assert (found.procedure, found.department, found.role) == (
		FALLBACK.procedure,
		FALLBACK.department,
		FALLBACK.role,
	)
	assert found.reason.code == "fallback"
	assert dict(found.reason.values) == {"role": "Service Coordinator"}


def test_the_first_matching_rule_takes_the_case_and_its_reason_names_the_facts():
	rules = (
		Rule(20, "Distributors", conditions={"customer_kind": ["Distributor"]}, role="Service Sales"),
		Rule(10, "Claims", conditions={"nature": ["Claim"]}, role="Service Quality"),
	)
	found = route(FACTS, rules, SALES)
	assert found.rule == "Distributors"
	assert (found.reason.code, dict(found.reason.values)) == ("rule", {"rule": "Distributors"})
	assert [condition.fact for condition in found.reason.conditions] == ["customer_kind"]


def test_all_conditions_of_a_rule_must_hold():
	rule = Rule(
		1, "Urgent distributors", conditions={"customer_kind": ["Distributor"], "priority": ["Urgent"]}
	)
	assert route(FACTS, (rule,), SALES).rule == ""
	assert route({**FACTS, "priority": "Urgent"}, (rule,), SALES).rule == "Urgent distributors"


def test_a_condition_holds_when_any_allowed_value_occurs_in_a_collection_of_facts():
	rule = Rule(1, "Coatings", conditions={"item_group": ("Primers", "Coatings")}, role="Service Technician")
	assert route(FACTS, (rule,), SALES).rule == "Coatings"
	assert route({**FACTS, "item_group": "Enamels"}, (rule,), SALES).rule == ""


def test_words_are_found_in_the_text_without_accents_or_case():
	rule = Rule(1, "Peeling", conditions={"text": ("desprendio", "ampollas")}, role="Service Quality")
	found = route(FACTS, (rule,), SALES)
	assert found.rule == "Peeling"
	assert [condition.fact for condition in found.reason.conditions] == ["text"]


def test_an_empty_condition_asks_nothing_and_a_rule_without_conditions_takes_everything():
	rule = Rule(1, "All", conditions={"channel": "", "priority": ()}, role="Service Executive")
	assert route({}, (rule,)).rule == "All"
	assert route({}, (rule,)).reason.code == "rule_without_conditions"


def test_a_missing_fact_matches_no_condition():
	rule = Rule(1, "Severe", conditions={"severity": ["Critical"]}, role="Service Quality")
	assert route({**FACTS, "severity": None}, (rule,), SALES).rule == ""


def test_a_rule_of_another_company_never_takes_the_case():
	rule = Rule(1, "Theirs", company="Otra", role="Service Quality")
	assert route(FACTS, (rule,), SALES).rule == ""


def test_at_the_same_sequence_the_company_s_own_rule_goes_before_the_general_one():
	general = Rule(10, "A general", role="Service Executive")
	own = Rule(10, "Z own", company="Pinturas Nervión", role="Service Sales")
	assert route(FACTS, (general, own)).rule == "Z own"
	assert route(FACTS, (Rule(9, "Earlier", role="Service Executive"), own)).rule == "Earlier"


def test_what_a_rule_leaves_empty_comes_from_the_request_type_but_its_department_keeps_its_own_role():
	only_procedure = Rule(1, "Complaints", procedure="MPC-SER-002")
	found = route(FACTS, (only_procedure,), SALES)
	assert (found.procedure, found.department, found.role) == ("MPC-SER-002", "Sales", "Service Sales")
	only_department = Rule(1, "To marketing", department="Marketing")
	found = route(FACTS, (only_department,), SALES)
	assert (found.procedure, found.department, found.role) == ("MPC-SER-001", "Marketing", "")


def test_explaining_lists_every_rule_in_order_with_the_condition_that_failed():
	rules = (
		Rule(3, "Also", conditions={"channel": ["WhatsApp"]}),
		Rule(1, "Claims", conditions={"nature": ["Claim"], "channel": ["WhatsApp"]}),
		Rule(2, "Orders", conditions={"nature": ["Order"]}),
	)
	found = explain(FACTS, rules)
	assert [(e.rule.name, e.matches, e.takes) for e in found] == [
		("Claims", False, False),
		("Orders", True, True),
		("Also", True, False),
	]
	assert [(c.fact, c.allowed, c.actual) for c in found[0].failed] == [("nature", ("Claim",), ("Order",))]


def test_a_change_to_the_callers_mapping_leaves_the_rule_as_it_was():
	conditions = {"nature": ["Claim"]}
	rule = Rule(1, "Claims", conditions=conditions)
	conditions["nature"].append("Order")
	conditions["channel"] = ["Phone"]
	assert dict(rule.conditions) == {"nature": ("Claim",)}


names = st.sampled_from(["a", "b", "c", "d", "e"])
values = st.sampled_from(["Claim", "Order", "Advice"])
rule_sets = st.lists(
	st.builds(
		Rule,
		sequence=st.integers(0, 3),
		name=names,
		company=st.sampled_from(["", "N", "M"]),
		conditions=st.dictionaries(st.sampled_from(["nature", "text"]), st.lists(values, max_size=2)),
		role=st.sampled_from(["", "Service Sales"]),
	),
	max_size=6,
	unique_by=lambda rule: rule.name,
)


@given(rule_sets, values, st.sampled_from(["N", "M"]), st.randoms())
def test_the_order_in_which_rules_are_loaded_changes_nothing(rules, nature, company, random):
	facts = {"nature": nature, "company": company, "text": nature}
	shuffled = random.sample(rules, len(rules))
	assert in_order(shuffled) == in_order(rules)
	assert route(facts, shuffled, SALES) == route(facts, rules, SALES)


@given(rule_sets, values, st.sampled_from(["N", "M"]))
def test_the_rule_that_routes_is_the_one_that_the_explanation_says_takes_it(rules, nature, company):
	facts = {"nature": nature, "company": company, "text": nature}
	takers = [e.rule.name for e in explain(facts, rules) if e.takes]
	assert takers == ([route(facts, rules).rule] if route(facts, rules).rule else [])


def test_every_shipped_request_type_reaches_the_area_that_the_procedures_name():
	where = {}
	for kind in taxonomy.REQUEST_TYPES:
		found = route(
			{"request_type": kind.name}, (), Destination(kind.procedure, kind.department, kind.role)
		)
		where[kind.name] = (found.procedure, found.department)
	for name in ("Commercial Information", "Order", "Order Follow-up", "New Distributor Contact"):
		assert where[name][1] == "Sales"
	for name in ("Technical Advice", "Technical Request"):
		assert where[name] == ("MPC-SER-005", "Technical Service")
	for name in ("Complaint", "Claim"):
		assert where[name][0] == "MPC-SER-002"
