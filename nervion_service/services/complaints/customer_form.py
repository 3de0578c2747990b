"""What the form of a complaint offers a customer: what it may be about, defects, what is asked for each, the own deliveries (G5, K2)."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import format_date

from nervion_service.domain.taxonomy import Nature
from nervion_service.services import portal_products
from nervion_service.services.complaints import customer_evidence, customer_terms


def offered(customers: tuple[str, ...]) -> dict[str, Any] | None:
	"""{"types", "kinds", "families", "asked", "evidence", "deliveries"}; None for who speaks for no customer.

	types: the types of request that are complaints. families: defects by family. asked: every kind of evidence once; evidence:
	{defect: {kind: minimum}}, of which the defect "" is that of who does not know it.
	"""
	if not customers:
		return None
	company = frappe.get_cached_doc("Service Settings").default_company
	families = _families()
	return {
		"types": _types(),
		"kinds": customer_terms.kinds(),
		"families": families,
		**_evidence([name for defects in families.values() for name, _title in defects]),
		"deliveries": [
			{"type": row["type"], "name": row["name"], "customer": row["customer"], "label": _label(row)}
			for row in portal_products.deliveries(customers, company or "")
		],
	}


def _types() -> list[str]:
	# the catalogue is public: it is what a customer chooses from
	return frappe.get_all(
		"Request Type", {"nature": Nature.CLAIM, "disabled": 0}, pluck="name", order_by="name"
	)


def _families() -> dict[str, list[tuple[str, str]]]:
	# the catalogue is public, as above
	rows = frappe.get_all(
		"Service Defect", {"disabled": 0}, ["name", "family"], order_by="family, name", limit_page_length=0
	)
	families: dict[str, list[tuple[str, str]]] = {}
	for row in rows:
		families.setdefault(_(row.family or ""), []).append((row.name, _(row.name)))
	return families


def _evidence(defects: list[str]) -> dict[str, Any]:
	of_defects = customer_evidence.of_defects(("", *defects))
	kinds = {row["kind"]: row for rows in of_defects.values() for row in rows}
	minimums = {name: {row["kind"]: row["minimum"] for row in rows} for name, rows in of_defects.items()}
	return {"asked": list(kinds.values()), "evidence": minimums}


def _label(row: Mapping[str, Any]) -> str:
	products = row["products"]
	more = _("and {0} more").format(len(products) - 1) if len(products) > 1 else ""
	told = " ".join(filter(None, (products[0] if products else "", more)))
	invoices = _("invoice {0}").format(", ".join(row["invoices"])) if row["invoices"] else ""
	return " · ".join(filter(None, (row["name"], format_date(row["date"]), invoices, told)))
