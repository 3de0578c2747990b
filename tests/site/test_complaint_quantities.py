"""What a delivery brought and how much of it can still be claimed: batches on lines, in bundles and in packed items, less returns (K2)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import safety
from nervion_service.services.complaints import quantities, sources
from tests import factories
from tests.site import complaint_factories as complaints
from tests.site import folio_factories as folios
from tests.site import remedy_factories as remedies
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


def test_goods_that_came_back_hinder_neither_an_accident_nor_the_closing():
	complaint, note = remedies.delivered_complaint(qty=40, batched=True, remedy="Return")
	# how it was answered is the matter of other tests
	complaint.db_set("workflow_state", "Answered")
	remedy = remedies.promise(complaint, kind="Return")
	remedies.name_document(remedy, factories.make_return(note, {remedy.item: 40}))
	assert remedies.stage_of(remedy) == "Done"
	folio = complaints.folio_of(complaint)
	folio.update({"safety": "Yes", "safety_kind": "Spill"})
	folio.save()
	assert complaints.reloaded(complaint).safety == "Yes"
	safety.attend(folio.name, "Se acordonó el área.")
	complaints.act(complaint, "Mark Remedy as Done")
	closed = complaints.close(complaint)
	assert (closed.stage, closed.lines[0].delivered_qty) == ("Closed", 40)
	assert folios.reloaded(folio.name).stage == "Closed"
	# what came back for it is counted once: by its claim
	assert left_to_claim(complaint.lines[0], note) == 0
	complaint, note = remedies.delivered_complaint(qty=4, batched=True, remedy="Return")
	remedy = remedies.promise(complaint, kind="Return")
	remedies.name_document(remedy, factories.make_return(note, {remedy.item: 4}))
	assert left_to_claim(complaint.lines[0], note) == 36


def left_to_claim(line, note):
	other = complaints.new_complaint(lines=[])
	return quantities.claimable(other, "Delivery Note", note.name, line.item, line.batch)


def test_a_claim_outlives_its_delivery_and_comes_alive_again_only_within_what_others_left(delivered):
	first = delivered.batches[0]
	withdrawn = complaints.act(claim(delivered, 7, first), "Withdraw", withdrawal_reason="Ya no")
	rejected = complaints.judge(claim(delivered, 6, first), "Inadmissible", reason="Mal uso")
	other = claim(delivered, 10, first)
	with pytest.raises(frappe.ValidationError, match="cannot be claimed"):
		complaints.act(withdrawn, "Reopen", reopen_reason="Siempre sí")
	with pytest.raises(frappe.ValidationError, match="and 10 of it can still be claimed"):
		complaints.act_save(other, lines=[*rows_of(other), {**rows_of(other)[0], "claimed_qty": 1}])
	complaints.tell(rejected)
	# who objects claims nothing anew; the goods are asked for when it is judged again
	appealed = complaints.act(rejected, "Appeal", appeal_reason="Llegó así")
	assert complaints.act(appealed, "Withdraw", withdrawal_reason="Ya no").stage == "Withdrawn"
	delivered.note.cancel()
	assert complaints.act_save(other, customer_reference="OC-9").lines[0].delivered_qty == 10


# Without a delivery ------------------------------------------------------------------------------------------------


def unnamed(delivered, qty, batch=None, **overrides):
	"""A complaint of that quantity that names no delivery; of a kind that needs no evidence."""
	folio = complaints.a_claim(customer=overrides.pop("customer", delivered.customer.name))
	line = {"item": delivered.item, "batch": batch, "claimed_qty": qty}
	return complaints.make_complaint(folio, kind="Delivery", lines=[line], evidence=[], **overrides)


def accept(complaint, reason=None, **line):
	return complaints.judge(
		complaint, by=complaints.a(Role.COORDINATOR), no_delivery_reason=reason, **{"remedy": "None", **line}
	)


def test_what_is_accepted_without_a_delivery_is_held_against_all_that_was_delivered_and_claimed(delivered):
	first, second = delivered.batches
	claim(delivered, 3, first)
	greedy = unnamed(delivered, 500, first)
	with pytest.raises(frappe.ValidationError, match="only 7 Litre is not claimed yet"):
		accept(greedy)
	assert complaints.reloaded(greedy).verdict is None
	accept(unnamed(delivered, 5, first))
	with pytest.raises(frappe.ValidationError, match="only 2 Litre"):
		accept(unnamed(delivered, 3, first))
	with pytest.raises(frappe.ValidationError, match="only 7 Litre"):
		accept(unnamed(delivered, 8))  # no batch named: of the item as a whole
	# the same goods by another complaint that names the delivery
	accept(unnamed(delivered, 5, second))
	named = claim(delivered, 5, second, kind="Delivery")
	with pytest.raises(frappe.ValidationError, match="5 Litre of it was granted before without") as refused:
		accept(named)
	# its delivery is named already: the way out is the reason
	assert "Name the delivery" not in str(refused.value)
	assert accept(named, "Se entregó dos veces").lines[0].accepted_qty == 5
	with pytest.raises(frappe.ValidationError, match="no delivery to this customer"):
		accept(unnamed(delivered, 1, first, customer=factories.make_customer().name))


def test_what_was_bought_in_a_shop_is_accepted_by_who_judges_with_the_reason_and_takes_nothing(delivered):
	first = delivered.batches[0]
	of_shop = unnamed(delivered, 500, first)
	with folios.engine.run_as(complaints.a(Role.EXECUTIVE)), pytest.raises(frappe.ValidationError):
		complaints.reloaded(of_shop).update({"no_delivery_reason": "Porque sí"}).save()
	assert accept(of_shop, "Ferretería Centro, nota 118").lines[0].accepted_qty == 500
	assert accept(unnamed(delivered, 10, first)).verdict == "Admissible"
	# the distributor where it was bought was delivered it
	guest = complaints.a_claim(customer=None)
	guest.db_set("place_of_purchase_customer", delivered.customer.name)
	line = {"item": delivered.item, "batch": delivered.batches[1], "claimed_qty": 5}
	bought = complaints.make_complaint(
		folios.reloaded(guest.name), kind="Delivery", lines=[line], evidence=[]
	)
	assert accept(bought).verdict == "Admissible"


def rows_of(complaint):
	fields = ("item", "batch", "claimed_qty", "delivery_type", "delivery")
	return [{field: row.get(field) for field in fields} for row in complaint.lines]
