"""What a customer was delivered, to choose from what a complaint claims, for people who hold no permission on deliveries (K2)."""

from typing import Any

import frappe

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.services import portal_products, system
from nervion_service.services.complaints import buyers, quantities

# as many as a person looks through
MOST_DELIVERIES = 12


@frappe.whitelist()
def choices(complaint: str) -> list[dict[str, Any]]:
	"""What the latest deliveries of the complaint's customer brought, the batches that it names already first.

	[{"delivery_type", "delivery", "date", "item", "title", "batch", "qty", "uom", "claimable"}], quantities in the stock unit. Where it
	was bought counts only for who may know that customer's cases (`buyers.seen`).
	"""
	doc = system.permitted(COMPLAINT, complaint, "read")
	rows = []
	for one in portal_products.deliveries(tuple(sorted(buyers.seen(doc))), doc.company)[:MOST_DELIVERIES]:
		rows += _brought(doc, one)
	named = {(line.item, line.batch or "") for line in doc.lines}
	# a stable sort: the latest delivery stays first among the rest
	return sorted(rows, key=lambda row: (row["item"], row["batch"]) not in named)


def _brought(doc, delivery) -> list[dict[str, Any]]:
	return [
		{
			"date": delivery["date"],
			"title": frappe.get_cached_value("Item", row["item"], "item_name") or row["item"],
			**row,
		}
		for row in quantities.of_delivery(doc, delivery["type"], delivery["name"])
	]
