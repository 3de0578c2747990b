"""A customer files a complaint from the portal: one folio and one complaint, made together or not at all (G5, G11, K2).

The customer need not know delivery, batch or defect: what is not known is among what is asked for afterwards. What was delivered
bounds what is claimed, by the desk's own rule.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, flt

from nervion_service.domain import claims
from nervion_service.domain.complaint_words import COMPLAINT_KINDS, DELIVERY_TYPES
from nervion_service.services import outside_intake, portal_products, system
from nervion_service.services.complaints import (
	customer_evidence,
	quantities,
	registering,
	sources,
)

# the key of a form that says that it files a complaint
KIND = "complaint_kind"
MOST_LINES, LONGEST = 30, 140
NOBODYS = frappe._dict(name="")


@dataclass
class Filing:
	"""What a customer said of a complaint, understood: values for the complaint, files by kind of evidence, and it all in words."""

	values: dict[str, Any]
	evidence: dict[str, list[tuple[str, bytes]]]
	told: list[str] = field(default_factory=list)


# The deliveries ----------------------------------------------------------------------------------------------


def goods(customers: Iterable[str], doctype: str, name: str) -> list[dict[str, Any]]:
	"""What one of these customers' deliveries brought: [{"item", "title", "batch", "qty", "uom", "claimable"}].

	DoesNotExistError for any other document, in the same words whether it is another's or none.
	"""
	_own_delivery(customers, doctype, name)
	return [
		{
			**row,
			"title": frappe.get_cached_value("Item", row["item"], "item_name") or row["item"],
			"unit": _(row["uom"]),
		}
		for row in quantities.of_delivery(NOBODYS, doctype, name)
	]


# Reading what was sent ----------------------------------------------------------------------------------------


def is_one(values: Mapping[str, Any]) -> bool:
	"""Whether a form files a complaint."""
	return bool(values.get(KIND))


def read(values: Mapping[str, Any], brought: customer_evidence.Brought, customer: str) -> Filing:
	"""Understand and check what a customer of ours said; outside_intake.Refused, in words, before anything is stored."""
	kind = values.get(KIND)
	if kind not in COMPLAINT_KINDS:
		outside_intake.refuse(KIND, _("Choose what your complaint is about."))
	filing = Filing({"kind": kind, "lines": [], "deliveries": []}, customer_evidence.checked(brought))
	_read_defect(values, filing)
	for group in _groups(values.get("lines")):
		(_read_delivery if group.get("delivery") else _read_product)(group, filing, customer)
	_check_quantities(filing)
	return filing


def _read_defect(values: Mapping[str, Any], filing: Filing) -> None:
	defect, surface = _text(values, "defect"), _text(values, "surface")
	if defect:
		if not frappe.db.exists("Service Defect", {"name": defect, "disabled": 0}):
			outside_intake.refuse("defect", _("Choose what happens with the product from the list."))
		filing.values["defect"] = defect
		filing.told.append(_("What happens: {0}").format(_(defect)))
	if surface:
		filing.values["surface"] = surface
		filing.told.append(_("Applied on: {0}").format(surface))


def _groups(text: Any) -> list[dict[str, Any]]:
	try:
		groups = json.loads(text) if text else []
	except (TypeError, ValueError):
		groups = None
	if not isinstance(groups, list) or not all(isinstance(one, dict) for one in groups):
		outside_intake.refuse("lines", _("The page is too old. Reload it: what you wrote is kept."))
	if len(groups) > MOST_LINES:
		outside_intake.refuse(
			"lines", _("{0} products at most: send the others in another complaint.").format(MOST_LINES)
		)
	return groups


def _read_delivery(group: Mapping[str, Any], filing: Filing, customer: str) -> None:
	doctype, name = _text(group, "delivery_type"), _text(group, "delivery")
	known = {(row["item"], row["batch"] or ""): row for row in goods((customer,), doctype, name)}
	place = {"delivery_type": doctype, "delivery": name}
	if place not in filing.values["deliveries"]:
		filing.values["deliveries"].append(place)
	claimed = group.get("claims")
	for claim in claimed if isinstance(claimed, list) else ():
		row = known.get((_text(claim, "item"), _text(claim, "batch"))) if isinstance(claim, dict) else None
		if not row:
			outside_intake.refuse("lines", _("Choose the products again: {0} brought others.").format(name))
		_add_line(filing, row["item"], row["batch"], _quantity(claim, row["title"]), row, place)
	if not claimed:
		filing.told.append(_("Delivery: {0}").format(name))


def _read_product(group: Mapping[str, Any], filing: Filing, customer: str) -> None:
	product, batch = _text(group, "product"), _text(group, "batch")
	quantity = _quantity(group, product or batch)
	if not (product or batch or quantity):
		return
	item, known_batch = portal_products.known(product, batch)
	if item:
		filing.values["lines"].append({"item": item, "batch": known_batch, "claimed_qty": quantity})
	filing.told.append(_in_words(product or _("product not known"), batch, quantity))


def _add_line(filing: Filing, item: str, batch: str, quantity: float, row: Mapping[str, Any], place) -> None:
	lines = filing.values["lines"]
	known = next(
		(
			one
			for one in lines
			if (one["item"], one["batch"], one.get("delivery")) == (item, batch, place["delivery"])
		),
		None,
	)
	if known:
		known["claimed_qty"] += quantity
	else:
		lines.append({"item": item, "batch": batch, "claimed_qty": quantity, **place})
	filing.told.append(_in_words(row["title"], batch, quantity, row["unit"], place["delivery"]))


def _in_words(product: str, batch: str, quantity: float, unit: str = "", delivery: str = "") -> str:
	return ", ".join(
		filter(
			None,
			(
				_("Product: {0}").format(product),
				_("batch {0}").format(batch) if batch else "",
				_("quantity {0}").format(f"{quantity:g} {unit}".strip()) if quantity else "",
				_("delivery {0}").format(delivery) if delivery else "",
			),
		)
	)


def _check_quantities(filing: Filing) -> None:
	"""Never more than can be claimed, of a batch and of the product as a whole: the desk's rule, before anything is stored (K2)."""
	sums: dict[tuple, float] = {}
	for line in filing.values["lines"]:
		for batch in {line["batch"] or None, None} if line.get("delivery") else ():
			key = (line["delivery_type"], line["delivery"], line["item"], batch)
			sums[key] = sums.get(key, 0.0) + line["claimed_qty"]
	for key, quantity in sums.items():
		limit = quantities.claimable(NOBODYS, *key)
		if claims.exceeds(quantity, limit):
			_refuse_excess(key, quantity, limit)


def _refuse_excess(key: tuple, quantity: float, limit: float) -> None:
	doctype, name, item, batch = key
	rows = [
		row
		for row in sources.batches_of_delivery(doctype, name)
		if row["item"] == item and batch in (None, row["batch"])
	]
	brought, unit = flt(sum(row["qty"] for row in rows), 6), _(rows[0]["uom"])
	title = frappe.get_cached_value("Item", item, "item_name") or item
	message = _(
		"You claim {0} of {1}, and {2} brought {3}, of which {4} can still be claimed: the rest came back or stands in another "
		"complaint. Correct the quantity."
	)
	what = _("{0}, batch {1}").format(title, batch) if batch else title
	told = (quantity, what, name, brought, limit)
	outside_intake.refuse(
		"lines",
		message.format(
			*(f"{one:g} {unit}" if isinstance(one, float) else frappe.bold(escape_html(one)) for one in told)
		),
	)


def _own_delivery(customers: Iterable[str], doctype: str, name: str) -> None:
	facts = None
	if doctype in DELIVERY_TYPES and sources.is_delivery(doctype, name):
		facts = frappe.get_cached_value(doctype, name, ["customer", "company"], as_dict=True)
	if not facts or facts.customer not in customers or facts.company != outside_intake.company():
		frappe.throw(
			_("We do not find the delivery {0} among yours.").format(frappe.bold(escape_html(name or ""))),
			frappe.DoesNotExistError,
			title=_("Not Found"),
		)


def _text(values: Mapping[str, Any], key: str) -> str:
	value = values.get(key)
	if not isinstance(value, str):
		return ""
	# what cannot be printed cannot be stored everywhere either
	return "".join(one for one in value if one.isprintable()).strip()[:LONGEST]


def _quantity(values: Mapping[str, Any], of_what: str) -> float:
	said = str(values.get("qty") or "").strip()
	try:
		quantity = float(said or 0)
	except ValueError:
		quantity = math.nan
	if not (math.isfinite(quantity) and 0 <= quantity < 1e9):
		outside_intake.refuse(
			"lines",
			_("Write the quantity of {0} as a number, such as 2 or 1.5.").format(
				frappe.bold(escape_html(of_what))
			),
		)
	return flt(quantity, 6)


# Registering --------------------------------------------------------------------------------------------------


def with_words(values: Mapping[str, Any], filing: Filing) -> dict[str, Any]:
	"""The values of the folio: what was said of products stands in its description too, and its product and batch are the first ones'."""
	first = next(iter(filing.values["lines"]), {})
	description = "\n".join((str(values.get("description") or ""), "", *filing.told)).strip()
	return {
		**values,
		"product": first.get("item"),
		"batch": first.get("batch") or None,
		"description": description,
	}


def register(folio, filing: Filing, user: str) -> str:
	"""Make the complaint of a folio that was just registered, with its evidence; returns its number.

	If another folio of the customer has an open one about the same goods, this one is linked to it, and what was sent goes there: its
	lines too. What claims more than was judged already is a complaint of its own (`twins`).
	"""
	if folio.complaint:
		return folio.complaint
	# on behalf of the customer, who holds no permission on complaints
	with system.as_system():
		name = registering.from_folio(folio.name, filing.values)
	# that it was linked is told by the page itself
	frappe.clear_messages()
	customer_evidence.add(name, filing.evidence, user)
	return name
