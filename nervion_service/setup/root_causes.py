"""The tree of root causes that a new site is offered: what usually makes coatings fail and service disappoint.

No procedure gives it, so every row is marked as an assumption to confirm (D11). Names are contents: they are written in the language
of the site, once it has one, and are Quality's afterwards.
"""

import frappe

from nervion_service.setup import created

DOCTYPE = "Service Root Cause"


def _(source: str) -> str:
	"""Mark a text for translation without translating it on import."""
	return source


# (group, area, its causes)
TREE = (
	(
		_("Manufacture"),
		"Production",
		(
			_("Insufficient dispersion"),
			_("Viscosity out of range"),
			_("Shade out of tolerance"),
			_("Contamination of the batch"),
			_("Error in weighing or adding"),
			_("Poor filtering"),
		),
	),
	(
		_("Raw material and formula"),
		"Quality",
		(
			_("Raw material out of specification"),
			_("Change of supplier or formula not validated"),
			_("Unstable formula: settling or gelling"),
			_("Batch released without a complete test"),
		),
	),
	(
		_("Filling and packaging"),
		"Production",
		(
			_("Can badly sealed"),
			_("Wrong label or data sheet"),
			_("Short content"),
			_("Components of a system mixed up"),
		),
	),
	(
		_("Storage and transport"),
		"Logistics",
		(
			_("Storage outside temperature"),
			_("Product past its shelf life"),
			_("Blow or spill in transport"),
			_("Wrong product or quantity delivered"),
			_("Delivery late"),
		),
	),
	(
		_("Specification and advice"),
		"Technical Service",
		(
			_("System not right for the surface or its use"),
			_("Advice missing or wrong"),
			_("Data sheet incomplete or out of date"),
		),
	),
	(
		_("Application"),
		"Customer",
		(
			_("Surface badly prepared"),
			_("Dilution out of range"),
			_("Humidity or temperature out of range"),
			_("Film thickness out of range"),
			_("Recoat interval not respected"),
			_("Mixing ratio of the catalyst not respected"),
		),
	),
	(
		_("Attention and administration"),
		"Sales",
		(
			_("Error in invoice or price"),
			_("Answer late or incomplete"),
			_("Treatment of the customer"),
			_("Promise that could not be kept"),
		),
	),
)


def install() -> None:
	"""Offer the tree on a site that has a company, and so a language of its own; what was offered before never comes back."""
	if not frappe.db.get_value("Company", {}):
		return
	language = frappe.db.get_default("lang") or "en"
	for group, area, causes in TREE:
		parent = _offer(group, area, language, is_group=1)
		for cause in causes:
			_offer(cause, area, language, parent_service_root_cause=parent)


def _offer(source: str, area: str, language: str, **values) -> str:
	name = frappe._(source, language)
	parent = values.get("parent_service_root_cause")
	if parent and not frappe.db.exists(DOCTYPE, parent):
		# the group has gone: its causes stand by themselves
		values.pop("parent_service_root_cause")
	values = {"cause_name": name, "area": area, "is_assumption": 1, "is_group": 0, **values}
	if not frappe.db.exists(DOCTYPE, name):
		created.offer_once(DOCTYPE, source, values)
	return name
