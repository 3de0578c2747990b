"""What goods of a complaint's line are worth, by the price at which they were delivered or are sold, and how much a unit is (K3)."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, getdate

from nervion_service.services import clock
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
	value = _value_field(doctype)
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


def as_sold(item: str | None, quantity: Decimal, company: str) -> Decimal | None:
	"""What so much of a product is worth where no delivery says it: by the price list, else its latest sale, else the stock's value.

	In the company's currency, before taxes, to the cent; quantity in the stock unit. None where the books know no price.
	"""
	if not item:
		return None
	for price_of in (_listed, _last_sold, _valued):
		if price := price_of(item, company):
			return proofs.money(Decimal(str(price)) * quantity)
	return None


def _listed(item: str, company: str) -> float:
	if not frappe.db.exists("DocType", "Item Price"):
		return 0.0
	listed = {
		"item_code": item,
		"selling": 1,
		"price_list": frappe.db.get_single_value("Selling Settings", "selling_price_list") or "",
		"currency": frappe.get_cached_value("Company", company, "default_currency"),
	}
	# what a product is sold for is known to everybody who promises it
	rows = frappe.get_all(
		"Item Price",
		listed,
		["price_list_rate", "uom", "customer", "valid_from", "valid_upto"],
		order_by="valid_from desc, modified desc",
	)
	unit = frappe.get_cached_value("Item", item, "stock_uom")
	return next((flt(row.price_list_rate) for row in rows if _is_for_all(row, unit)), 0.0)


def _is_for_all(row, unit: str) -> bool:
	"""Whether a price is in force today, for the stock unit, and no single customer's."""
	today = getdate(clock.now())
	begins = not row.valid_from or getdate(row.valid_from) <= today
	in_force = begins and (not row.valid_upto or getdate(row.valid_upto) >= today)
	return in_force and not row.customer and row.uom in (None, "", unit)


def _last_sold(item: str, company: str) -> float:
	latest = (None, 0.0)
	for doctype in ("Delivery Note", "Sales Invoice"):
		value = _value_field(f"{doctype} Item")
		# as for the price list; names of tables and columns are ours
		rows = frappe.db.sql(
			f"""SELECT d.posting_date, r.{value} / r.stock_qty FROM `tab{doctype} Item` r
			JOIN `tab{doctype}` d ON d.name = r.parent WHERE r.item_code = %s AND d.company = %s AND d.docstatus = 1
				AND d.is_return = 0 AND r.{value} > 0 AND r.stock_qty > 0 ORDER BY d.posting_date DESC, d.name DESC LIMIT 1""",
			(item, company),
		)
		if rows and (not latest[0] or rows[0][0] > latest[0]):
			latest = rows[0]
	return flt(latest[1])


def _valued(item: str, company: str) -> float:
	known = [name for name in ("valuation_rate", "standard_rate") if frappe.get_meta("Item").has_field(name)]
	rates = frappe.db.get_value("Item", item, known, as_dict=True) if known else {}
	return max(map(flt, rates.values()), default=0.0)


def _value_field(rows: str) -> str:
	return "base_net_amount" if frappe.get_meta(rows).has_field("base_net_amount") else "base_amount"
