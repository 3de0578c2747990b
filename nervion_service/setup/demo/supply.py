"""What the demo's complaints are about: data sheets of the products, their batches in stock, the deliveries to the customers."""

from datetime import datetime, timedelta

import frappe

from nervion_service.setup.demo import books, moments, sheets

# how long before the complaint its goods were made, and delivered
MADE, DELIVERED_DAYS = timedelta(days=60), 12
RECEIVED_QTY = 400
# what a product costs of the price at which it is sold
COST_SHARE = 0.6


def complained_of(
	cases: list[dict], content: dict, customers: dict, products: list[dict], company: str
) -> None:
	"""See to it that what the cases complain of was received and delivered before; what is there stays as it is."""
	cases = [case for case in cases if case.get("batch")]
	used = {case["product"] for case in cases}
	for product in products:
		if product["code"] in used:
			sheets.make(product, content["limits"][content["line"].get(product["code"], "architectural")])
	with moments.nobody_told():
		if cases:
			_receive(cases, content, company)
		for case in cases:
			_deliver(case, content, customers[case["customer"]]["customer"], company)
		frappe.db.commit()


def _receive(cases: list[dict], content: dict, company: str) -> None:
	first = min(case["received_at"] for case in cases)
	lots = {
		case["batch"]: _lot(case["product"], case["batch"], case["received_at"], content) for case in cases
	}
	for product in sorted({case["product"] for case in cases}):
		spare = books.SPARE.format(item=product)
		lots[spare] = {**_lot(product, spare, first, content), "qty": books.SPARE_QTY}
	books.receive(lots.values(), company, (first - MADE).date())


def _lot(product: str, batch: str, complained_at: datetime, content: dict) -> dict:
	cost = round(content["prices"][product] * COST_SHARE, 2)
	made = (complained_at - MADE).date()
	return {"item": product, "batch": batch, "qty": RECEIVED_QTY, "made": made, "cost": cost}


def _deliver(case: dict, content: dict, customer: str, company: str) -> None:
	if not case.get("delivered", True) or books.delivered(customer, case["batch"]):
		return
	before = timedelta(days=case.get("delivered_before", DELIVERED_DAYS))
	day, price = (case["received_at"] - before).date(), content["prices"][case["product"]]
	books.deliver(customer, company, day, case["product"], case["batch"], 4 * case["qty"], price)
