"""What goods of a complaint's line are worth, by the price at which they were delivered, and how much a unit is (K3)."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt

from nervion_service.services.remedies import proofs


def stock_factor(item: str, uom: str | None) -> float:
	"""How many of the item's stock unit one `uom` is; ValidationError where the item does not say."""
	factor = known_factor(item, uom)
	if factor is None:
		frappe.throw(
			_("The product {0} does not say how much of {1} one {2} is: write the quantity in {1}.").format(
				item, frappe.get_cached_value("Item", item, "stock_uom"), uom
			)
		)
	return factor


def known_factor(item: str | None, uom: str | None) -> float | None:
	"""The same; None where the item does not say."""
	if not item or not uom or uom == frappe.get_cached_value("Item", item, "stock_uom"):
		return 1.0
	factor = frappe.get_meta("Item").has_field("uoms") and frappe.db.get_value(
		"UOM Conversion Detail", {"parent": item, "parenttype": "Item", "uom": uom}, "conversion_factor"
	)
	return flt(factor) or None


def delivered(line) -> tuple[Decimal, Decimal] | None:
	"""(value before taxes in company currency, quantity in stock units) of a line's product in its delivery.

	None where no delivery is named or it has no price.
	"""
	if not (line and line.item and line.delivery):
		return None
	doctype = f"{line.delivery_type} Item"
	value = "base_net_amount" if frappe.get_meta(doctype).has_field("base_net_amount") else "base_amount"
	# what a delivery brought of the product of a complaint that the caller may read
	rows = frappe.get_all(
		doctype,
		filters={"parent": line.delivery, "item_code": line.item},
		fields=[f"{value} as value", "stock_qty"],
		order_by="idx",
	)
	amount = sum((abs(proofs.money(row.value)) for row in rows), Decimal(0))
	quantity = sum((abs(proofs.quantity(row.stock_qty)) for row in rows), Decimal(0))
	return (amount, quantity) if amount and quantity else None


def of_quantity(line, quantity: Decimal) -> Decimal | None:
	"""What so much of a line's product is worth, to the cent, by its delivery; None where nobody knows."""
	found = delivered(line)
	return proofs.money(found[0] / found[1] * quantity) if found else None
