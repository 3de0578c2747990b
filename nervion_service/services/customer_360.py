"""Everything that is known of a customer, beside the case and on ERPNext's own form (W8): cases, promises, purchases, words, notes.

Each part is an ordinary list of the user's: what they may not see is not counted. Every number comes with the filters of the
list behind it, so that it opens what it counts.
"""

from typing import Any

import frappe
from frappe import _
from frappe.utils import strip_html

from nervion_service.domain.taxonomy import ENDED_STAGES, OPEN_STAGES
from nervion_service.services import commitments, system

DOCTYPE = "Service Folio"
LATEST = 5
# what ERPNext sold and handed over, with the field that says when
PURCHASES = ("Sales Invoice", "Delivery Note")
KEPT = ("Fulfilled",)
# a promise that lapsed says nothing about us
JUDGED = (*KEPT, "Fulfilled Late", "Breached")


@frappe.whitelist()
def of_folio(folio: str) -> dict[str, Any]:
	"""What is known of the party of a folio: by its customer or lead, else by its number or address."""
	doc = system.permitted(DOCTYPE, folio, "read")
	return {**_seen(_of(doc)), "customer": doc.customer, **_beside(doc.customer)}


@frappe.whitelist()
def of_customer(customer: str) -> dict[str, Any]:
	"""The same on the form of a Customer."""
	system.permitted("Customer", customer, "read")
	if not frappe.has_permission(DOCTYPE, "read"):
		return {"customer": customer, "cases": None, "promises": None, "words": [], **_beside(customer)}
	return {**_seen({"customer": customer}), "customer": customer, **_beside(customer)}


def _of(doc) -> dict[str, str]:
	for fieldname in ("customer", "lead", "phone_e164", "email"):
		if doc.get(fieldname):
			return {fieldname: doc.get(fieldname)}
	return {"name": doc.name}


def _seen(party: dict[str, str]) -> dict[str, Any]:
	return {"cases": _cases(party), "promises": _promises(party), "words": _words(party)}


def _beside(customer: str | None) -> dict[str, Any]:
	if not customer or not frappe.has_permission("Customer", "read", doc=customer):
		return {"purchases": [], "notes": []}
	return {"purchases": _purchases(customer), "notes": _notes(customer)}


# Cases and promises ------------------------------------------------------------------------------------------


def _cases(party: dict[str, str]) -> dict[str, Any]:
	counted = {}
	for key, stages in (("open", OPEN_STAGES), ("past", ENDED_STAGES)):
		filters = {**party, "stage": ("in", list(stages))}
		counted[key] = {"count": _count(DOCTYPE, filters), "doctype": DOCTYPE, "filters": filters}
	rows = frappe.get_list(
		DOCTYPE,
		filters=party,
		fields=["name", "subject", "workflow_state", "stage", "received_at", "request_type"],
		order_by="received_at desc",
		limit_page_length=LATEST,
	)
	return {**counted, "latest": [{**row, "state": _(row.workflow_state)} for row in rows]}


def _promises(party: dict[str, str]) -> dict[str, Any] | None:
	"""The share of promises kept, in percent; None where there is none to judge (D12) or the user may read none."""
	if not frappe.has_permission(commitments.DOCTYPE, "read"):
		return None
	filters = {**_promises_of(party), "status": ("in", list(JUDGED))}
	judged = _count(commitments.DOCTYPE, filters)
	kept = _count(commitments.DOCTYPE, {**filters, "status": ("in", list(KEPT))})
	broken = {**filters, "status": ("in", [status for status in JUDGED if status not in KEPT])}
	return {
		"kept": kept,
		"judged": judged,
		"share": round(100 * kept / judged, 1) if judged else None,
		"doctype": commitments.DOCTYPE,
		"filters": filters,
		"broken": {"count": judged - kept, "doctype": commitments.DOCTYPE, "filters": broken},
	}


def _promises_of(party: dict[str, str]) -> dict[str, Any]:
	if "customer" in party:
		return party
	# of somebody without a record: those of their folios, as far as the user sees them
	names = frappe.get_list(
		DOCTYPE, filters=party, pluck="name", order_by="received_at desc", limit_page_length=100
	)
	return {"case_type": DOCTYPE, "case_name": ("in", names or [""])}


def _words(party: dict[str, str]) -> list[dict[str, Any]]:
	"""What the customer said of earlier answers, the latest first."""
	rows = frappe.get_list(
		DOCTYPE,
		filters={**party, "satisfaction": ("in", ("Satisfied", "Not Satisfied"))},
		fields=["satisfaction", "count(name) as count"],
		group_by="satisfaction",
		order_by="satisfaction desc",
	)
	return [
		{
			"word": row.satisfaction,
			"label": _(row.satisfaction),
			"count": row["count"],
			"doctype": DOCTYPE,
			"filters": {**party, "satisfaction": row.satisfaction},
		}
		for row in rows
	]


# What ERPNext knows ------------------------------------------------------------------------------------------


def _purchases(customer: str) -> list[dict[str, Any]]:
	found = []
	for doctype in PURCHASES:
		if not (frappe.db.exists("DocType", doctype) and frappe.has_permission(doctype, "read")):
			continue
		filters = {"customer": customer, "docstatus": 1}
		rows = frappe.get_list(
			doctype,
			filters=filters,
			fields=["name", "posting_date", "grand_total", "currency", "is_return"],
			order_by="posting_date desc, name desc",
			limit_page_length=LATEST,
		)
		found.append(
			{
				"doctype": doctype,
				"label": _(doctype),
				"count": _count(doctype, filters),
				"filters": filters,
				"latest": [
					{**row, "amount": frappe.utils.fmt_money(row.grand_total, currency=row.currency)}
					for row in rows
				],
			}
		)
	return [one for one in found if one["count"]]


def _notes(customer: str) -> list[dict[str, Any]]:
	"""What colleagues wrote on the Customer, the latest first."""
	details = frappe.db.get_value("Customer", customer, "customer_details")
	# a comment is read by whoever may read its document, which was asked before
	rows = frappe.get_all(
		"Comment",
		filters={"reference_doctype": "Customer", "reference_name": customer, "comment_type": "Comment"},
		fields=["content", "comment_by", "creation"],
		order_by="creation desc",
		limit_page_length=LATEST,
	)
	notes = [
		{"text": strip_html(row.content or "").strip(), "by": row.comment_by, "at": row.creation}
		for row in rows
	]
	return ([{"text": strip_html(details).strip(), "by": None, "at": None}] if details else []) + notes


def _count(doctype: str, filters: dict[str, Any]) -> int:
	"""How many the user would find in that list."""
	rows = frappe.get_list(doctype, filters=filters, fields=["count(name) as count"], order_by=None)
	return rows[0]["count"] if rows else 0
