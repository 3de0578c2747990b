"""Where a folio goes and why: the administrator's rules put to the domain, once per folio, after commit (S1.8, S7.9, D9)."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _

from nervion_service.domain import routing as domain
from nervion_service.domain.taxonomy import Stage
from nervion_service.services import assignment, clock, stages, system

RULE = "Routing Rule"
# a rule's field → the fact that it asks about
CONDITIONS = {
	"request_type": "request_type",
	"nature": "nature",
	"channel": "channel",
	"channel_kind": "channel_kind",
	"customer_kind": "customer_kind",
	"priority": "priority",
	"severity": "severity",
	"item_group": "item_group",
	"product": "product",
	"text_contains": domain.TEXT,
}
# what a person may give as a sample when asking which rule takes a case
SAMPLE_FACTS = (
	"company",
	"request_type",
	"channel",
	"customer_kind",
	"priority",
	"severity",
	"product",
	"subject",
	"description",
)


def route(folio_name: str) -> bool:
	"""Route a registered folio as the system and give it to a person; False when that was done before.

	The folio's row is locked first, so that a job that runs twice routes once.
	"""
	with system.as_system():
		folio = frappe.get_doc("Service Folio", folio_name, for_update=True)
		if folio.stage != Stage.REGISTERED or folio.routed_at or folio.is_history:
			return False
		_write(folio)
	return True


def decide(folio) -> domain.Route:
	"""Where the folio belongs by the rules as they are now."""
	return domain.route(facts_of(folio), _rules(folio.company), _default_of(folio.request_type))


def set_route(folio, decision: domain.Route) -> None:
	"""Write a decision into the folio's fields; saving it, and giving it to a person, is the caller's."""
	procedure = _procedure(decision.procedure)
	folio.update(
		{
			"procedure": procedure and procedure.name,
			"procedure_version": procedure and procedure.version,
			"department": department_named(decision.department, folio.company) or folio.department,
			"route_role": decision.role or None,
			"routing_rule": decision.rule or None,
			"routing_reason": reason_in_words(decision.reason, frappe.db.get_default("lang") or "en"),
		}
	)


def stamp(folio) -> domain.Route:
	"""Decide a folio's route and write it with the time, and with a person where nobody has the folio; saving is the caller's."""
	decision = decide(folio)
	# a department that came with the request, from an import or a form, is kept
	given = folio.department
	set_route(folio, decision)
	folio.department = given or folio.department
	folio.routed_at = clock.now()
	folio.assigned_to = folio.assigned_to or assignment.choose(decision.role, folio.company)
	return decision


def event_of(folio, decision: domain.Route) -> dict[str, Any]:
	"""What the event of a routed folio says beside the event itself: the rule, and codes."""
	return {
		"reference_type": RULE if decision.rule else None,
		"reference_name": decision.rule,
		"details": _codes(folio, decision),
	}


def facts_of(folio: Mapping[str, Any]) -> dict[str, Any]:
	"""What the rules may ask of a folio, or of a sample of one: a dict or a document with a folio's fields."""
	facts = {name: folio.get(name) for name in SAMPLE_FACTS}
	kind = folio.get("request_type") and frappe.get_cached_doc("Request Type", folio.get("request_type"))
	channel = folio.get("channel") and frappe.get_cached_doc("Service Channel", folio.get("channel"))
	facts["nature"] = kind.nature if kind else None
	facts["channel_kind"] = ("Digital" if channel.is_digital else "Not Digital") if channel else None
	facts["item_group"] = _item_groups(folio.get("product"))
	facts[domain.TEXT] = " ".join(filter(None, (folio.get("subject"), folio.get("description"))))
	return facts


def explain(facts: Mapping[str, Any]) -> dict[str, Any]:
	"""Which rule takes a case of these facts: {"reason", "procedure", "department", "role", "rule", "rules": [...]}.

	Each of "rules" tells name, whether it matches and takes the case, and its conditions with what the case has.
	"""
	rules = _rules(facts.get("company"))
	decision = domain.route(facts, rules, _default_of(facts.get("request_type")))
	return {
		"procedure": decision.procedure,
		"department": decision.department,
		"role": decision.role,
		"rule": decision.rule,
		"reason": reason_in_words(decision.reason),
		"rules": [_explained(one) for one in domain.explain(facts, rules)],
	}


@frappe.whitelist()
def explain_route(folio: str | None = None, facts: str | dict | None = None) -> dict[str, Any]:
	"""The answer of `explain` for a folio, or for sample facts typed beside the rules."""
	system.require(RULE, "read")
	if folio:
		return explain(facts_of(system.permitted("Service Folio", folio, "read")))
	sample = frappe.parse_json(facts or "{}")
	company = sample.get("company") or frappe.get_cached_doc("Service Settings").default_company
	return explain(facts_of({**{name: sample.get(name) for name in SAMPLE_FACTS}, "company": company}))


def reason_in_words(reason: domain.Reason, lang: str | None = None) -> str:
	"""The reason as a sentence in the reader's language, or in `lang`."""
	values = {name: _(value, lang) for name, value in reason.values}
	conditions = ", ".join(_condition_in_words(condition, lang) for condition in reason.conditions)
	sentence = _(domain.MESSAGES[reason.code], lang).format(conditions=conditions, **values)
	return f"{sentence} {reason.note}".strip()


def department_named(title: str | None, company: str) -> str | None:
	"""The company's department of that name, in English or as it is called in the site's language."""
	names = {title, _(title, frappe.db.get_default("lang") or "en")} if title else None
	# the system's own look-up, whoever may read departments
	return (
		frappe.db.get_value("Department", {"department_name": ("in", names), "company": company})
		if names
		else None
	)


def _write(folio) -> None:
	folio.flags.event = event_of(folio, stamp(folio))
	folio.workflow_state = stages.state_of(Stage.ROUTED)
	folio.flags.by_service = True
	folio.save()


def _rules(company: str | None) -> list[domain.Rule]:
	# the system's own decision, for every user the same
	rows = frappe.get_all(
		RULE, filters={"disabled": 0}, fields=["*"], order_by="sequence, name", limit_page_length=0
	)
	return [_rule(row) for row in rows if not row.company or not company or row.company == company]


def _rule(row) -> domain.Rule:
	asked = {fact: row.get(field) for field, fact in CONDITIONS.items() if row.get(field)}
	if domain.TEXT in asked:
		asked[domain.TEXT] = [word.strip() for word in asked[domain.TEXT].split(",")]
	target = (row.procedure or "", row.department_name or "", row.role or "")
	return domain.Rule(row.sequence, row.name, row.company, asked, *target, reason=row.notes or "")


def _default_of(request_type: str | None) -> domain.Destination | None:
	if not request_type:
		return None
	kind = frappe.get_cached_doc("Request Type", request_type)
	return domain.Destination(kind.procedure or "", kind.department_name or "", kind.role or "")


def _procedure(code: str):
	return (
		frappe.get_cached_doc("Service Procedure", code)
		if frappe.db.exists("Service Procedure", code)
		else None
	)


def _item_groups(product: str | None) -> list[str]:
	group = product and frappe.get_cached_value("Item", product, "item_group")
	if not group:
		return []
	return [group, *frappe.utils.nestedset.get_ancestors_of("Item Group", group)]


def _codes(folio, decision: domain.Route) -> dict[str, Any]:
	return {
		"procedure": folio.procedure,
		"version": folio.procedure_version,
		"role": decision.role,
		"reason": decision.reason.code,
	}


def _explained(one: domain.Explanation) -> dict[str, Any]:
	return {
		"rule": one.rule.name,
		"sequence": one.rule.sequence,
		"matches": one.matches,
		"takes": one.takes,
		"conditions": [
			{
				"label": _fact_label(c.fact),
				"allowed": [_(value) for value in c.allowed],
				"actual": [_(value) for value in c.actual],
				"matched": c.matched,
			}
			for c in one.conditions
		],
	}


def _condition_in_words(condition: domain.Condition, lang: str | None) -> str:
	values = ", ".join(_(value, lang) for value in condition.allowed)
	return f"{_fact_label(condition.fact, lang)}: {values}"


def _fact_label(fact: str, lang: str | None = None) -> str:
	fieldname = next((field for field, name in CONDITIONS.items() if name == fact), fact)
	return _(frappe.get_meta(RULE).get_label(fieldname), lang)
