"""What a delivery brought and how much of it can still be claimed: batches on lines, in bundles and in packed items, less returns (K2)."""

import frappe
import pytest

from nervion_service.services.complaints import quantities, sources
from tests import factories
from tests.site import complaint_factories as complaints
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)


@pytest.fixture
def delivered(site):
	"""A customer, an item, two of its batches, and a delivery of 10 and 5 of them."""
	customer, item = factories.make_customer(), factories.make_item(batched=True)
	batches = [factories.make_batch(item=item.name) for _number in range(2)]
	rows = [
		{"item_code": item.name, "qty": qty, "batch_no": batch.name}
		for batch, qty in zip(batches, (10, 5), strict=True)
	]
	note = factories.make_delivery_note(customer=customer, items=rows)
	return frappe._dict(customer=customer, item=item.name, batches=[b.name for b in batches], note=note)


def brought(doctype, name):
	return {(row["item"], row["batch"]): row["qty"] for row in sources.batches_of_delivery(doctype, name)}


def claim(delivered, qty, batch=None, delivery=None, **overrides):
	"""Register a complaint of that quantity; returns it as it stands in the database."""
	folio = complaints.a_claim(customer=overrides.pop("customer", delivered.customer.name))
	line = {
		"item": delivered.item,
		"batch": batch,
		"claimed_qty": qty,
		"delivery_type": (delivery or delivered.note).doctype,
		"delivery": (delivery or delivered.note).name,
	}
	return complaints.make_complaint(folio, lines=[line], evidence=[], **overrides)


def test_a_delivery_is_read_by_batch_less_what_came_back(delivered):
	first, second = delivered.batches
	assert brought("Delivery Note", delivered.note.name) == {
		(delivered.item, first): 10,
		(delivered.item, second): 5,
	}
	factories.make_return(delivered.note, {delivered.item: 4})
	left = brought("Delivery Note", delivered.note.name)
	# four of each line
	assert sum(left.values()) == 7
	draft = factories.make_delivery_note(
		customer=delivered.customer,
		items=[{"item_code": delivered.item, "qty": 1, "batch_no": first}],
		submit=False,
	)
	assert brought("Delivery Note", draft.name) == {}


def test_an_invoice_is_read_through_the_notes_that_it_bills(delivered):
	invoice = factories.make_sales_invoice(delivery_note=delivered.note)
	assert brought("Sales Invoice", invoice.name) == brought("Delivery Note", delivered.note.name)
	claim(delivered, 8, delivered.batches[0])
	# the same goods are not claimed again by their invoice
	with pytest.raises(frappe.ValidationError, match="cannot be claimed"):
		claim(delivered, 3, delivered.batches[0], delivery=invoice)
	assert claim(delivered, 2, delivered.batches[0], delivery=invoice).lines[0].delivered_qty == 10


def test_batches_in_a_bundle_and_in_packed_items_are_read():
	item, part = factories.make_item(batched=True), factories.make_item(batched=True)
	batches = [factories.make_batch(item=item.name).name for _number in range(2)]
	note = factories.make_delivery_note(
		items=[{"item_code": item.name, "batches": {batches[0]: 3, batches[1]: 4}}]
	)
	assert brought("Delivery Note", note.name) == {(item.name, batches[0]): 3, (item.name, batches[1]): 4}
	packed = factories.make_batch(item=part.name).name
	kit = factories.make_product_bundle({part.name: 2})
	note = factories.make_delivery_note(
		items=[{"item_code": kit.new_item_code, "qty": 3}], packed_batches={part.name: packed}
	)
	assert brought("Delivery Note", note.name) == {(part.name, packed): 6}


def test_never_more_is_claimed_than_was_delivered_less_what_was_claimed_before(delivered):
	first, second = delivered.batches
	earlier = claim(delivered, 7, first)
	with pytest.raises(frappe.ValidationError, match="and 3 of it can still be claimed"):
		claim(delivered, 4, first)
	assert claim(delivered, 3, first).lines[0].uom
	with pytest.raises(frappe.ValidationError, match="cannot be claimed"):
		claim(delivered, 6)  # no batch named: five are left of the item
	complaints.act(earlier, "Withdraw", withdrawal_reason="Ya no")
	assert (
		quantities.claimable(
			complaints.new_complaint(lines=[]), "Delivery Note", delivered.note.name, delivered.item, first
		)
		== 7
	)
	assert claim(delivered, 7, first).lines[0].claimed_qty == 7


def test_what_cannot_be_is_refused_with_a_message_that_helps(delivered):
	other_item, other_batch = complaints.a_product()
	rows = [{"item_code": delivered.item, "qty": 1, "batch_no": delivered.batches[0]}]
	draft = factories.make_delivery_note(customer=delivered.customer, items=rows, submit=False)
	for changes, message in (
		({"batch": other_batch}, "is not of the product"),
		({"claimed_qty": -1}, "cannot be negative"),
		({"item": other_item, "batch": other_batch}, "is not in"),
		({"delivery": draft.name}, "no submitted delivery note"),
	):
		line = {
			"item": delivered.item,
			"batch": delivered.batches[0],
			"claimed_qty": 1,
			"delivery_type": "Delivery Note",
			"delivery": delivered.note.name,
			**changes,
		}
		folio = complaints.a_claim(customer=delivered.customer.name)
		with pytest.raises(frappe.ValidationError, match=message):
			complaints.make_complaint(folio, lines=[line], evidence=[])
	with pytest.raises(frappe.ValidationError, match="no delivery of this customer"):
		claim(delivered, 1, delivered.batches[0], customer=factories.make_customer().name)
