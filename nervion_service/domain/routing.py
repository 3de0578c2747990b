"""Where a case goes and why: facts + rules → procedure, department, role and the reason (S1.8, S7.9, D9)."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from nervion_service.domain.taxonomy import Department, ProcedureCode, Role

Facts = Mapping[str, object]
"""What is known of a case: request_type, nature, channel, channel_kind, customer_kind, priority, severity,
item_group, product, company, text … A fact may be a collection (an item group with its ancestors)."""

TEXT = "text"  # its condition lists words of which one must occur, accents and case aside

MESSAGES = {
	"rule": "The rule {rule} takes it, because {conditions}.",
	"rule_without_conditions": "The rule {rule} takes it, because it takes every case.",
	"request_type": "No rule takes it, so it follows the route of its request type {request_type}.",
	"fallback": "No rule takes it and its request type has no route, so it goes to {role} to be routed by hand.",
}


@dataclass(frozen=True)
class Destination:
	"""A procedure, and a department, a role or both. Empty text means not named."""

	procedure: str = ""
	department: str = ""
	role: str = ""

	def names_somebody(self) -> bool:
		"""True when there is a department or a role to give the case to."""
		return bool(self.department or self.role)


FALLBACK = Destination(ProcedureCode.INTAKE, Department.CUSTOMER_SERVICE, Role.COORDINATOR)


@dataclass(frozen=True)
class Rule:
	"""An administrator's rule. `conditions` maps a fact to its allowed values; an empty one asks nothing.

	`company` "" or None applies to every company. `reason` is the administrator's own note, shown as it is.
	"""

	sequence: int
	name: str
	company: str | None = None
	conditions: Mapping[str, Iterable[str]] = field(default_factory=dict, hash=False)
	procedure: str = ""
	department: str = ""
	role: str = ""
	reason: str = ""

	def __post_init__(self):
		tidy = {name: _as_texts(allowed) for name, allowed in self.conditions.items()}
		object.__setattr__(self, "conditions", MappingProxyType({k: v for k, v in tidy.items() if v}))

	@property
	def destination(self) -> Destination:
		return Destination(self.procedure, self.department, self.role)


@dataclass(frozen=True)
class Condition:
	"""One question of a rule and its answer: what it allows, what the case has, whether that fits."""

	fact: str
	allowed: tuple[str, ...]
	actual: tuple[str, ...]
	matched: bool


@dataclass(frozen=True)
class Explanation:
	"""One rule judged against one case; `takes` on the first that matches."""

	rule: Rule
	conditions: tuple[Condition, ...]
	matches: bool
	takes: bool

	@property
	def failed(self) -> tuple[Condition, ...]:
		return tuple(condition for condition in self.conditions if not condition.matched)


@dataclass(frozen=True)
class Reason:
	"""Why a case went there, as parts: MESSAGES[code] is the sentence to translate, `values` and the
	translated `conditions` fill it, `note` is the rule's own text. Never a finished sentence."""

	code: str
	values: tuple[tuple[str, str], ...] = ()
	conditions: tuple[Condition, ...] = ()
	note: str = ""


@dataclass(frozen=True)
class Route:
	"""The decision. `rule` is "" when no rule took the case."""

	procedure: str
	department: str
	role: str
	rule: str
	reason: Reason


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
	"""Rules by sequence; at the same one, a company's own before the general, then by name."""
	return tuple(sorted(rules, key=lambda rule: (rule.sequence, not rule.company, rule.name)))


def route(facts: Facts, rules: Iterable[Rule], default: Destination | None = None) -> Route:
	"""The first rule that matches decides, else the request type's `default`, else FALLBACK.

	What the winner leaves empty comes from the next: the procedure by itself, department and role as a pair, so
	that a rule's department is never joined to somebody else's role.
	"""
	rule = next((rule for rule in in_order(rules) if _matches(rule, facts)), None)
	default = default or Destination()
	layers = [rule.destination] if rule else []
	layers += [default, FALLBACK]
	target = next(layer for layer in layers if layer.names_somebody())
	procedure = next(layer.procedure for layer in layers if layer.procedure)
	return Route(
		procedure, target.department, target.role, rule.name if rule else "", _reason(rule, facts, default)
	)


def explain(facts: Facts, rules: Iterable[Rule]) -> tuple[Explanation, ...]:
	"""Every rule in order with each of its conditions judged: "which rule takes this case?"."""
	found, taken = [], False
	for rule in in_order(rules):
		conditions = _judge(rule, facts)
		matches = all(condition.matched for condition in conditions)
		found.append(Explanation(rule, conditions, matches, matches and not taken))
		taken = taken or matches
	return tuple(found)


def _matches(rule: Rule, facts: Facts) -> bool:
	return all(condition.matched for condition in _judge(rule, facts))


def _judge(rule: Rule, facts: Facts) -> tuple[Condition, ...]:
	asked = {"company": (rule.company,)} if rule.company else {}
	asked.update(rule.conditions)
	return tuple(_condition(fact, allowed, _as_texts(facts.get(fact))) for fact, allowed in asked.items())


def _condition(fact: str, allowed: tuple[str, ...], actual: tuple[str, ...]) -> Condition:
	return Condition(fact, allowed, actual, bool(_common(fact, allowed, actual)))


def _common(fact: str, allowed: tuple[str, ...], actual: tuple[str, ...]) -> list[str]:
	folded = [_fold(value) for value in actual]
	if fact == TEXT:
		return [word for word in allowed if any(_fold(word) in text for text in folded)]
	return [value for value in allowed if _fold(value) in folded]


def _reason(rule: Rule | None, facts: Facts, default: Destination) -> Reason:
	if rule:
		conditions = _judge(rule, facts)
		code = "rule" if conditions else "rule_without_conditions"
		return Reason(code, (("rule", rule.name),), conditions, rule.reason)
	if default.names_somebody():
		return Reason("request_type", (("request_type", str(facts.get("request_type") or "")),))
	return Reason("fallback", (("role", FALLBACK.role),))


def _as_texts(value: object) -> tuple[str, ...]:
	values = value if isinstance(value, list | tuple | set | frozenset) else (value,)
	return tuple(str(item).strip() for item in values if item is not None and str(item).strip())


def _fold(text: str) -> str:
	parts = unicodedata.normalize("NFKD", text.casefold())
	return "".join(part for part in parts if not unicodedata.combining(part))
