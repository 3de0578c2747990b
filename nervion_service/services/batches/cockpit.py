"""The batch on one page: what was made, where it went, what is left, what is open with whom, who was told (K6)."""

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from nervion_service.domain import batches as domain
from nervion_service.domain.complaint_words import COMPLAINT_ENDED, ComplaintStage
from nervion_service.services import clock, system, wording
from nervion_service.services.batches import holds, reading, recall, refusal, releasing, watch

HOLD, COMPLAINT, ACTION = "Service Batch Hold", "Service Complaint", "Service Corrective Action"
OVER = (*COMPLAINT_ENDED, ComplaintStage.INADMISSIBLE)
RECENT = timedelta(days=90)
MOST = 20


@frappe.whitelist()
def get(batch: str) -> dict[str, Any]:
	"""All that the page shows of a batch, of the companies, complaints and customers that the user may see.

	{"batch", "made", "used", "delivered", "returned", "outside", "left", "counted", "stock", "customers", "complaints", "actions",
	"hold", "withdrawn", "earlier_holds", "alert", "threshold", "may"}; quantities in the unit of "batch", None where nobody keeps count.
	Raises ValidationError when there is no such batch.
	"""
	system.require(HOLD, "read")
	facts = reading.batch_facts(batch)
	if not facts:
		frappe.throw(
			_("There is no batch {0}.").format(frappe.utils.escape_html(batch)), title=_("Not Found")
		)
	companies = _companies()
	hold = _hold(batch)
	trace = domain.trace(
		reading.movements(batch, companies), counted=reading.is_counted(), held_at=hold and hold["held_at"]
	)
	complaints = _complaints(batch)
	return {
		"batch": facts,
		**_quantities(trace),
		"counted": reading.is_counted(),
		"stock": reading.stock(batch, companies),
		"customers": _customers(trace, complaints),
		"complaints": complaints,
		"actions": _actions(batch),
		"hold": hold,
		"withdrawn": _withdrawn(batch),
		"earlier_holds": _earlier(batch),
		"alert": _alert(batch),
		"threshold": watch.threshold(),
		"may": _may(hold),
	}


@frappe.whitelist()
def overview() -> list[dict[str, Any]]:
	"""The batches that need somebody now: held, alerted, or with complaints of the last ninety days; the most pressing first.

	Each: {"batch", "item", "item_name", "complaints", "held", "alerted"}.
	"""
	system.require(HOLD, "read")
	held = {row.batch: row for row in _list(HOLD, {"stage": "Held"}, ("batch", "item"), "held_at desc")}
	alerts = {row.batch: row for row in _alerts()}
	counts = _counts()
	names = dict.fromkeys((*held, *alerts, *counts))
	rows = [
		{
			"batch": name,
			"item": (held.get(name) or alerts.get(name) or counts.get(name)).item,
			"complaints": counts[name].complaints if name in counts else 0,
			"held": name in held,
			"alerted": name in alerts,
		}
		for name in names
	]
	rows.sort(key=lambda row: (-row["held"], -row["complaints"], row["batch"]))
	return _named(rows[:MOST])


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
	# names of the products of batches that the user was given by lists
	found = frappe.get_all(
		"Item",
		filters={"name": ("in", [row["item"] for row in rows if row["item"]] or [""])},
		fields=["name", "item_name"],
		order_by="name",
	)
	names = {one.name: one.item_name for one in found}
	return [{**row, "item_name": names.get(row["item"])} for row in rows]


def _quantities(trace: domain.Trace) -> dict[str, float | None]:
	return {
		"made": trace.made,
		"used": trace.used,
		"delivered": trace.delivered,
		"returned": trace.returned,
		"outside": trace.outside,
		"left": trace.stock,
	}


def _companies() -> list[str]:
	"""The companies whose documents the user may know of."""
	return frappe.get_list("Company", pluck="name", order_by="name")


def _customers(trace: domain.Trace, complaints) -> list[dict[str, Any]]:
	names = [one.customer for one in trace.customers if one.customer]
	# a list, so that a customer whom the user may not see stays nameless
	known = {
		row.name: row.customer_name
		for row in frappe.get_list(
			"Customer", {"name": ("in", names or [""])}, ["name", "customer_name"], order_by="name"
		)
	}
	open_with = {row["customer"] for row in complaints if row["open"]}
	return [
		{
			"customer": one.customer if one.customer in known else "",
			"name": known.get(one.customer) or _("A customer whom you may not see"),
			"delivered": one.delivered,
			"returned": one.returned,
			"kept": one.kept,
			"last_at": one.last_at,
			"deliveries": one.vouchers if one.customer in known else [],
			"complains": one.customer in open_with,
		}
		for one in trace.customers
	]


def _complaints(batch: str) -> list[dict[str, Any]]:
	# which complaints have a line of this batch; the list below shows those that the user may see
	lines = frappe.get_all(
		"Complaint Line",
		filters={"batch": batch, "parenttype": COMPLAINT},
		fields=["parent", "claimed_qty"],
		order_by="parent, idx",
	)
	claimed: dict[str, float] = {}
	for line in lines:
		claimed[line.parent] = claimed.get(line.parent, 0.0) + flt(line.claimed_qty)
	fields = (
		"name", "subject", "customer", "party_name", "stage", "workflow_state", "severity", "safety", "assigned_to", "received_at",
		"root_cause",
	)  # fmt: skip
	rows = _list(COMPLAINT, {"name": ("in", list(claimed) or [""])}, fields, "received_at desc", limit=0)
	return [
		{
			**row,
			"state": _(row.workflow_state or ""),
			"severity": _(row.severity or ""),
			"holder": _holder(row),
			"claimed": claimed[row.name],
			"open": row.stage not in OVER,
		}
		for row in rows
	]


def _actions(batch: str) -> list[dict[str, Any]]:
	if not frappe.has_permission(ACTION, "read"):
		return []
	fields = ("name", "subject", "workflow_state", "stage", "assigned_to", "root_cause", "received_at")
	rows = _list(ACTION, {"batch": batch}, fields, "received_at desc")
	return [{**row, "state": _(row.workflow_state or ""), "holder": _holder(row)} for row in rows]


def _holder(row) -> str:
	return wording.person(row.assigned_to) if row.assigned_to else ""


def _hold(batch: str) -> dict[str, Any] | None:
	found = _list(HOLD, {"batch": batch, "stage": "Held"}, ("name",), "held_at desc")
	if not found:
		return None
	doc = frappe.get_doc(HOLD, found[0].name)
	shown = ("name", "reason", "held_by", "held_at", "complaint", "folio", "company")
	recovered = holds.recovered(doc)
	decided = [flt(row.qty) for row in doc.disposition]
	return {
		**{field: doc.get(field) for field in shown},
		"recovered": recovered,
		"undecided": domain.undecided(decided, recovered),
		"disposition": [
			{"qty": row.qty, "what": _(row.what), "by": row.decided_by, "at": row.decided_at}
			for row in doc.disposition
		],
		"notices": [_notice(row) for row in doc.notices],
	}


def _notice(row) -> dict[str, Any]:
	fields = (
		"customer", "delivery_type", "delivery", "qty", "email", "sent_at", "acknowledged_at", "acknowledged_by", "kept_qty", "recovered_qty",
	)  # fmt: skip
	return {field: row.get(field) for field in fields}


def _withdrawn(batch: str) -> dict[str, str] | None:
	"""The ended hold after which nothing of the batch leaves any more."""
	row = refusal.withdrawn(batch)
	return {"hold": row.name, "outcome": _(row.outcome)} if row else None


def _earlier(batch: str) -> list[dict[str, Any]]:
	fields = ("name", "reason", "held_at", "released_at", "release_reason", "recovered_qty", "outcome")
	rows = _list(HOLD, {"batch": batch, "stage": "Released"}, fields, "held_at desc")
	return [{**row, "outcome": _(row.outcome or ""), "untold": _untold(row.name)} for row in rows]


def _untold(hold: str) -> int:
	"""How many customers have not heard yet how this hold ended."""
	return len(releasing.waiting(frappe.get_doc(HOLD, hold)))


def _alert(batch: str) -> dict[str, Any] | None:
	if not frappe.has_permission(watch.ALERT, "read"):
		return None
	return next(
		iter(_list(watch.ALERT, {"batch": batch}, ("alerted_at", "complaints"), "alerted_at desc")), None
	)


def _alerts() -> list:
	if not frappe.has_permission(watch.ALERT, "read"):
		return []
	return _list(watch.ALERT, {}, ("batch", "item"), "alerted_at desc")


def _counts() -> dict[str, frappe._dict]:
	"""{batch: its recent complaints that the user may see}."""
	recent = {"received_at": (">=", clock.now() - RECENT), "stage": ("not in", watch.NOT_COUNTED)}
	names = [row.name for row in _list(COMPLAINT, recent, ("name",), "received_at desc", limit=500)]
	# lines of complaints that the user was given by a list
	lines = frappe.get_all(
		"Complaint Line",
		filters={"parent": ("in", names or [""]), "batch": ("is", "set"), "parenttype": COMPLAINT},
		fields=["parent", "batch", "item"],
		order_by="batch, parent",
	)
	found: dict[str, frappe._dict] = {}
	for batch in dict.fromkeys(line.batch for line in lines):
		own = [line for line in lines if line.batch == batch]
		found[batch] = frappe._dict(item=own[0].item, complaints=len({line.parent for line in own}))
	return found


def _may(hold) -> dict[str, bool]:
	roles = set(frappe.get_roles())
	write = bool(frappe.has_permission(HOLD, "write"))
	return {
		"hold": not hold and bool(frappe.has_permission(HOLD, "create")),
		"release": bool(hold) and write and bool(roles & set(holds.RELEASERS)),
		"tell": bool(hold) and write and bool(roles & set(recall.SENDERS)),
		"act": bool(hold) and bool(frappe.has_permission(ACTION, "create")),
	}


def _list(doctype: str, filters, fields, order_by: str, limit: int = MOST) -> list:
	if not frappe.has_permission(doctype, "read"):
		return []
	return frappe.get_list(
		doctype, filters=filters, fields=list(fields), order_by=order_by, limit_page_length=limit
	)
