"""Earlier complaints like the one at hand, with what worked then (K9): read in three statements, ranked by the domain."""

from typing import Any

import frappe
from frappe import _

from nervion_service.domain import precedents as domain
from nervion_service.domain.complaint_words import ADMITTED, ComplaintStage
from nervion_service.services import system

COMPLAINT = "Service Complaint"
# the latest ones of a family of defects that are compared
COMPARED = 500
FIELDS = (
	"name", "subject", "defect", "surface", "received_at", "stage", "workflow_state", "reopen_count", "satisfaction", "recurrence_action",
	"root_cause", "verdict",
)  # fmt: skip


@frappe.whitelist()
def precedents(complaint: str) -> list[dict[str, Any]]:
	"""The earlier complaints most alike, at most five, that the user may see; nothing without a defect or where none is known.

	Each: {"complaint", "subject", "received_at", "state", "defect", "surface", "items", "likeness", "shared", "outcome",
	"root_cause", "remedies", "reports"}; shared and outcome are words for people, reports the released analysis reports.
	"""
	doc = system.permitted(COMPLAINT, complaint, "read")
	rows = _comparable(doc)
	products = _products([doc.name, *(row.name for row in rows)])
	families = _families({doc.defect, *(row.defect for row in rows)})
	failed = _failed(rows)
	cases = [_case(row, products, families, failed) for row in rows]
	found = domain.rank(_traits(doc, products, families), cases)
	details = {row.name: row for row in rows}
	return [_shown(one, details[one.case.name], products) for one in found]


def _comparable(doc) -> list:
	family = _families({doc.defect}).get(doc.defect)
	if not doc.defect:
		return []
	defects = [doc.defect]
	if family:
		# the catalogue of defects is everybody's
		defects += frappe.get_all("Service Defect", {"family": family}, pluck="name", order_by="name")
	# a list, so that nobody is shown what they may not see
	return frappe.get_list(
		COMPLAINT,
		filters={
			"defect": ("in", defects),
			"name": ("!=", doc.name),
			"verdict": ("in", ADMITTED),
			# what came later is no precedent
			"received_at": ("<=", doc.received_at),
		},
		fields=list(FIELDS),
		order_by="received_at desc",
		limit_page_length=COMPARED,
	)


def _products(names: list[str]) -> dict[str, list]:
	"""{complaint: its lines with item and group}."""
	# lines of complaints that the caller was given by a list
	lines = frappe.get_all(
		"Complaint Line",
		filters={"parent": ("in", names), "parenttype": COMPLAINT, "item": ("is", "set")},
		fields=["parent", "item", "remedy", "batch"],
		order_by="parent, idx",
	)
	# the names of products are no secret
	groups = dict(
		frappe.get_all(
			"Item",
			filters={"name": ("in", {line.item for line in lines} or {""})},
			fields=["name", "item_group"],
			order_by="name",
			as_list=True,
		)
	)
	found: dict[str, list] = {}
	for line in lines:
		found.setdefault(line.parent, []).append({**line, "group": groups.get(line.item)})
	return found


def _families(defects) -> dict[str, str]:
	# the catalogue of defects is everybody's
	rows = frappe.get_all(
		"Service Defect",
		filters={"name": ("in", [name for name in defects if name] or [""])},
		fields=["name", "family"],
		order_by="name",
	)
	return {row.name: row.family for row in rows}


def _failed(rows) -> set[str]:
	"""Complaints whose corrective action did not hold: a later one recurs after it."""
	# only whether it worked is told, of complaints that the caller may see
	found = frappe.get_all(
		COMPLAINT,
		filters={"recurrence_of": ("in", [row.name for row in rows] or [""])},
		pluck="recurrence_of",
		order_by="name",
	)
	return set(found)


def _traits(row, products, families) -> domain.Traits:
	lines = products.get(row.name, [])
	return domain.Traits(
		defect=row.defect,
		family=families.get(row.defect),
		items=frozenset(line["item"] for line in lines),
		groups=frozenset(line["group"] for line in lines if line["group"]),
		surface=row.surface,
	)


def _case(row, products, families, failed) -> domain.Case:
	satisfied = {"Satisfied": True, "Not Satisfied": False}.get(row.satisfaction)
	outcome = domain.outcome(
		closed=row.stage == ComplaintStage.CLOSED,
		reopened=bool(row.reopen_count),
		recurred=row.name in failed,
		satisfied=satisfied,
	)
	return domain.Case(row.name, _traits(row, products, families), row.received_at, outcome)


def _shown(one: domain.Precedent, row, products) -> dict[str, Any]:
	outcomes = {
		domain.Outcome.WORKED: _("Worked"),
		domain.Outcome.DID_NOT_WORK: _("Did Not Work"),
		domain.Outcome.OPEN: _("Not Known Yet"),
	}
	words = {
		"defect": _("Defect"),
		"family": _("Family of defects"),
		"item": _("Product"),
		"group": _("Line of products"),
		"surface": _("Surface"),
	}
	lines = products.get(row.name, [])
	return {
		"complaint": row.name,
		"subject": row.subject,
		"received_at": row.received_at,
		"state": _(row.workflow_state or ""),
		"defect": _(row.defect or ""),
		"surface": row.surface or "",
		"items": sorted({line["item"] for line in lines}),
		"likeness": one.likeness,
		"shared": [words[name] for name in one.shared],
		"outcome": outcomes[one.case.outcome],
		"worked": one.case.outcome == domain.Outcome.WORKED,
		"root_cause": row.root_cause or "",
		"remedies": sorted(
			{_(line["remedy"]) for line in lines if line["remedy"] and line["remedy"] != "None"}
		),
		"reports": _reports(row.name),
	}


def _reports(complaint: str) -> list[str]:
	if not frappe.db.exists("DocType", "Technical Analysis Report"):
		return []
	filters = {"complaint": complaint, "docstatus": 1}
	return frappe.get_list("Technical Analysis Report", filters=filters, pluck="name", order_by="name")
