"""Products as customers know them: what they bought is offered, what they write is understood or kept in their words."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.query_builder.functions import Max

MOST, MOST_DELIVERIES = 60, 40
NOTE, INVOICE = "Delivery Note", "Sales Invoice"
SOURCES = ((INVOICE, "Sales Invoice Item"), (NOTE, "Delivery Note Item"))


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


def deliveries(customers: tuple[str, ...], company: str) -> list[dict[str, Any]]:
	"""What a company delivered to these customers, the latest first: {"type", "name", "customer", "date", "products", "invoices"}.

	Delivery notes with the invoices that go with them, and invoices that go with no note; at most MOST_DELIVERIES.
	"""
	if not customers:
		return []
	notes = _documents(NOTE, customers, company)
	billed = _billed([row.name for row in notes])
	invoices = [row for row in _documents(INVOICE, customers, company) if row.name not in _with_notes(billed)]
	latest = sorted((*notes, *invoices), key=lambda row: (row.posting_date, row.name), reverse=True)
	latest = latest[:MOST_DELIVERIES]
	products = _products(latest)
	return [
		{
			"type": row.doctype,
			"name": row.name,
			"customer": row.customer,
			"date": row.posting_date,
			"products": products.get(row.name, []),
			"invoices": sorted(billed.get(row.name, ())),
		}
		for row in latest
	]


def _documents(doctype: str, customers, company: str) -> list:
	# sales of the user's own customers, as above
	rows = frappe.get_all(
		doctype,
		filters={"customer": ("in", list(customers)), "company": company, "docstatus": 1, "is_return": 0},
		fields=["name", "customer", "posting_date"],
		order_by="posting_date desc, name desc",
		limit_page_length=MOST_DELIVERIES,
	)
	return [frappe._dict(row, doctype=doctype) for row in rows]


def _billed(notes: list[str]) -> dict[str, set[str]]:
	"""The invoices that go with each delivery note, whichever was made first."""
	if not notes:
		# an empty list would mean every row that names none
		return {}
	among = ("in", notes)
	# of the user's own deliveries
	after = frappe.get_all(
		"Sales Invoice Item",
		{"delivery_note": among, "docstatus": 1},
		["delivery_note as note", "parent as invoice"],
		order_by="parent",
	)
	# of the same deliveries
	before = frappe.get_all(
		"Delivery Note Item",
		{"parent": among, "against_sales_invoice": ("is", "set")},
		["parent as note", "against_sales_invoice as invoice"],
		order_by="parent",
	)
	found: dict[str, set[str]] = {}
	for row in (*after, *before):
		found.setdefault(row.note, set()).add(row.invoice)
	return found


def _with_notes(billed: Mapping[str, set[str]]) -> set[str]:
	return set().union(*billed.values())


def _products(documents: list) -> dict[str, list[str]]:
	names = [row.name for row in documents]
	found: dict[str, list[str]] = {}
	for _doctype, rows in SOURCES if names else ():
		among = {"parent": ("in", names)}
		# lines of the user's own deliveries
		for row in frappe.get_all(rows, among, ["parent", "item_name"], order_by="parent, idx"):
			found.setdefault(row.parent, []).append(row.item_name or "")
	return {name: list(dict.fromkeys(filter(None, products))) for name, products in found.items()}


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


def known(product: str, batch: str) -> tuple[str | None, str | None]:
	"""(item, batch) of what a customer wrote, each None where we do not know it; a batch alone says nothing, since it may be foreign."""
	item = _item(product)
	return item, _batch(batch, item) if item else None


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
