"""Products as customers know them: what they bought is offered, what they write is understood or kept in their words."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.query_builder.functions import Max

MOST = 60
SOURCES = (("Sales Invoice", "Sales Invoice Item"), ("Delivery Note", "Delivery Note Item"))


def bought(customers: tuple[str, ...]) -> list[tuple[str, str]]:
	"""(code, name) of items that these customers bought, the latest first; at most MOST."""
	found: dict[str, str] = {}
	for doctype, rows in SOURCES:
		for code, name in _rows(doctype, rows, customers) if customers else ():
			found.setdefault(code, name)
	return list(found.items())[:MOST]


def _rows(doctype: str, rows: str, customers) -> list[tuple[str, str]]:
	parent, row = frappe.qb.DocType(doctype), frappe.qb.DocType(rows)
	# sales of the user's own customers; portal users hold no permission on items
	return (
		frappe.qb.from_(parent)
		.join(row)
		.on(row.parent == parent.name)
		.select(row.item_code, row.item_name)
		.where(parent.customer.isin(list(customers)) & (parent.docstatus == 1) & row.item_code.notnull())
		.groupby(row.item_code, row.item_name)
		.orderby(Max(parent.posting_date), order=Order.desc)
		.limit(MOST)
		.run()
	)


def recognised(values: Mapping[str, Any]) -> dict[str, Any]:
	"""The values of a form with product and batch as our records call them; what we do not know goes into the description."""
	values = dict(values)
	unknown = []
	product = _said(values, "product")
	values["product"] = _item(product)
	if product and not values["product"]:
		unknown.append(_("Product: {0}").format(product))
	batch = _said(values, "batch")
	values["batch"] = _batch(batch, values["product"])
	if batch and not values["batch"]:
		unknown.append(_("Batch: {0}").format(batch))
	if unknown:
		values["description"] = "\n".join((*filter(None, (_said(values, "description"),)), *unknown))
	return values


def _said(values: Mapping[str, Any], key: str) -> str:
	value = values.get(key)
	return value.strip()[:140] if isinstance(value, str) and key != "description" else (value or "")


def _item(said: str) -> str | None:
	if not said:
		return None
	by_code = frappe.db.get_value("Item", {"name": said, "disabled": 0})
	return by_code or frappe.db.get_value("Item", {"item_name": said, "disabled": 0})


def _batch(said: str, item: str | None) -> str | None:
	if not said:
		return None
	batch = frappe.db.get_value("Batch", {"name": said}, ["name", "item"], as_dict=True)
	return batch.name if batch and (not item or batch.item == item) else None
