"""What the form of a review shows: the sealed reading in words, the rows behind it, and what the cases behind it have in common."""

from typing import Any

import frappe
from frappe import _

from nervion_service.domain import indicator_reviews as domain
from nervion_service.domain import indicators
from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.indicators import Indicator
from nervion_service.services import clock, indicator_catalogue, system, wording
from nervion_service.services.reviews import asking, lifecycle

DOCTYPE = domain.DOCTYPE
SHOWN = 3
# what cases are told apart by: field, label, whether its values are shipped in English
OF_PROMISES = (
	("request_type", "Request Type", True),
	("department", "Department", False),
	("channel", "Channel", True),
)
OF_COMPLAINTS = (
	("root_cause", "Root Cause", True),
	("defect", "Defect", True),
	("department", "Department", False),
)


@frappe.whitelist()
def get(review: str) -> dict[str, Any]:
	"""All that the form shows above the fields, for who may read the review; rows and causes are what this user may list."""
	doc = system.permitted(DOCTYPE, review, "read")
	return {
		"reading": in_words(doc),
		"promise": promise(doc),
		"rows": _drill_downs(doc),
		**causes(doc),
		"may_act": doc.stage == domain.Stage.OPEN
		and doc.has_permission("write")
		and lifecycle.is_holder(doc, frappe.session.user),
		"report": "Complaint Analysis" if _is_of_complaints(doc) else None,
	}


def in_words(doc) -> dict[str, str]:
	"""The sealed reading as people read it: value, target, and the two numbers that were divided."""
	indicator = sealed(doc)
	return {
		"title": _(indicator.title),
		"value": wording.figure(doc.value, doc.unit),
		"target": wording.target(indicator),
		"numerator": wording.summed(doc.numerator, doc.unit),
		"denominator": wording.figure(doc.denominator, indicators.COUNT),
	}


def sealed(doc) -> Indicator:
	"""The indicator by the target that it had, whatever the catalogue says by now."""
	known = indicator_catalogue.BY_CODE.get(doc.indicator)
	return Indicator(
		code=doc.indicator,
		title=known.title if known else doc.subject,
		procedure=doc.procedure,
		formula=doc.formula,
		unit=doc.unit,
		target=doc.target,
		comparison=doc.comparison,
		owner_role=doc.owner_role,
		source=known.source if known else "",
	)


def promise(doc) -> dict | None:
	"""Until when the analysis is owed, as its promise says: due_at and status."""
	# the promise of a review is seen by who sees the review
	found = frappe.get_all(
		"Service Commitment",
		{"case_type": DOCTYPE, "case_name": doc.name},
		["due_at", "status", "level"],
		order_by="started_at desc",
		limit=1,
	)
	return found[0] if found else None


def causes(doc) -> dict[str, Any]:
	"""The cases that made it miss the target, as they stand now: how many, and what most of them have in common."""
	if doc.indicator not in indicator_catalogue.BY_CODE:
		return {"cases": 0, "common": []}
	period, now = asking.period_of(doc), clock.now()
	numerator, denominator = (
		indicator_catalogue.rows(doc.indicator, part, period, now) for part in ("numerator", "denominator")
	)
	rows = domain.behind(sealed(doc), numerator, denominator)
	if _is_of_complaints(doc):
		rows = _with_causes(rows)
	dimensions = OF_COMPLAINTS if _is_of_complaints(doc) else OF_PROMISES
	found = [_common(rows, *dimension) for dimension in dimensions]
	return {"cases": len(rows), "common": [one for one in found if one["values"]]}


def _common(rows, field: str, label: str, shipped: bool) -> dict[str, Any]:
	values = domain.most_frequent(rows, lambda row: row.get(field), SHOWN)
	return {
		"label": _(label),
		"values": [{"value": _(value) if shipped else value, "count": count} for value, count in values],
	}


def _with_causes(rows) -> list[dict]:
	# of complaints that this user may list, since the rows are
	known = frappe.get_all(
		COMPLAINT,
		{"name": ("in", [row["case_name"] for row in rows] or ["-"])},
		["name", "root_cause", "defect"],
		order_by="name",
		limit_page_length=0,
	)
	by_name = {row.name: row for row in known}
	return [{**row, **by_name.get(row["case_name"], {})} for row in rows]


def _drill_downs(doc) -> list[dict[str, Any]]:
	period = asking.period_of(doc)
	filters = {
		"code": doc.indicator,
		"company": doc.company,
		"from_date": str(period.from_date),
		"to_date": str(period.to_date),
	}
	labels = {"numerator": _("Numerator"), "denominator": _("Denominator")}
	return [{"label": label, "filters": {**filters, "part": part}} for part, label in labels.items()]


def _is_of_complaints(doc) -> bool:
	known = indicator_catalogue.BY_CODE.get(doc.indicator)
	return bool(known) and known.source == COMPLAINT
