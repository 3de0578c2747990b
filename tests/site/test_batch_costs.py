"""What a whole batch costs, where it was made, and that nothing of it is counted twice (K3, K6)."""

import frappe
import pytest
from frappe.utils import add_days, flt, getdate

from nervion_service.domain.taxonomy import Role
from nervion_service.services.batches import holds, reading
from nervion_service.services.remedies import cost_rows, costs
from tests import engine, factories
from tests.site import remedy_factories as remedies
from tests.site.batch_factories import make_cause, vanished
from tests.site.folio_factories import cast, everybody  # noqa: F401

CAST = (Role.QUALITY, Role.COORDINATOR)
COST = "Complaint Cost"


def make_hold(batch):
	with engine.run_as(cast(Role.QUALITY)):
		return holds.hold(batch.name, "Grumos", factories.make_company().name)


def make_in(batch, qty, warehouse, days_ago=20):
	"""The batch is made, or bought, into a warehouse."""
	company, day = factories.make_company().name, add_days(getdate(), -days_ago)
	if not factories.is_stand_in():
		note = frappe._dict(company=company, posting_date=day)
		factories.receive(batch.item, qty, batch.name, warehouse, note)
		return
	made = vanished("Stock Entry", batch, -qty)
	bundle = frappe.db.get_value("Serial and Batch Bundle", {"voucher_no": made.name}, "name")
	frappe.db.set_value("Serial and Batch Bundle", bundle, "posting_date", day)
	frappe.db.set_value("Serial and Batch Entry", {"parent": bundle}, "warehouse", warehouse)


def test_a_cost_belongs_to_a_complaint_or_to_a_held_batch_and_has_the_cause_that_is_found_later():
	batch, cause = factories.make_batch(), make_cause()
	hold = make_hold(batch)
	values = {"doctype": COST, "cost_kind": "Freight", "paid_amount": 700, "item": batch.item}
	with engine.run_as(cast(Role.QUALITY)):
		for wrong, words in (
			({}, "a complaint, or the hold of a batch"),
			({"hold": hold, "cost_kind": "Product"}, "The books write"),
		):
			with pytest.raises(frappe.ValidationError, match=words):
				frappe.get_doc({**values, **wrong}).insert()
		cost = frappe.get_doc({**values, "hold": hold, "customer": factories.make_customer().name}).insert()
		assert (cost.company, cost.customer, cost.amount) == (factories.make_company().name, None, 700)
		today = getdate()
		row = next(one for one in cost_rows.of_period(cost.company, today, today) if one.name == cost.name)
		assert row.root_cause == ""
		action = holds.open_action(hold)
		frappe.db.set_value("Service Corrective Action", action, "root_cause", cause)
		row = next(one for one in cost_rows.of_period(cost.company, today, today) if one.name == cost.name)
		assert row.root_cause == cause
		assert [
			(one.value, one.amount) for one in costs.sums("root_cause", cost.company) if one.value == cause
		] == [(cause, 700)]
		back = frappe.get_doc(COST, costs.take_back(cost.name))
	assert (back.hold, back.company, back.amount) == (hold, cost.company, -700)


def test_a_remedy_is_charged_to_where_the_batch_was_made_and_not_to_the_shop_that_made_it_good():
	item, plant, shop = (
		factories.make_item(batched=True),
		factories.make_warehouse(),
		factories.make_warehouse(),
	)
	batch = factories.make_batch(item)
	make_in(batch, 50, plant.name)
	delivery = factories.make_delivery_note(
		items=[
			{"item_code": item.name, "qty": 40, "rate": 90, "batch_no": batch.name, "warehouse": plant.name}
		],
		posting_date=add_days(getdate(), -10),
	)
	make_in(batch, 5, shop.name, days_ago=3)
	complaint = remedies.admitted(delivery, item.name, batch.name)
	fresh = factories.make_batch(item)
	note = factories.make_delivery_note(
		customer=complaint.customer,
		items=[
			{"item_code": item.name, "qty": 10, "rate": 90, "batch_no": fresh.name, "warehouse": shop.name}
		],
	)
	remedies.name_document(remedies.promise(complaint), note)
	[cost] = remedies.costs_of(complaint)
	assert (cost.reference, cost.plant) == (note.name, plant.name)
	assert reading.made_in(factories.make_batch().name) is None


def test_what_a_customer_gave_back_was_not_made_where_it_came_back_to():
	batch = factories.make_batch()
	sold = factories.make_delivery_note(items=[{"item_code": batch.item, "qty": 4, "batch_no": batch.name}])
	factories.make_return(sold)
	# where stock is counted it had to be received before it was sold
	expected = None if factories.is_stand_in() else sold.items[0].warehouse
	assert reading.made_in(batch.name) == expected


def scrap(batch, qty, warehouse):
	"""A Material Issue, submitted."""
	values = {"item_code": batch.item, "qty": qty, "batch_no": batch.name, "use_serial_batch_fields": 1}
	values |= {"s_warehouse": warehouse, "conversion_factor": 1}
	entry = {"stock_entry_type": "Material Issue", "purpose": "Material Issue"}
	entry["company"] = factories.make_company().name
	return factories.submitted(factories.insert("Stock Entry", {**entry, "items": [values]}))


def booked(hold):
	return frappe.get_all(COST, {"hold": hold}, ["*"], order_by="creation, name")


def test_what_is_scrapped_of_a_held_batch_is_a_cost_beyond_what_was_made_good_already():
	if factories.is_stand_in():
		pytest.skip("the stand-in keeps no stock")
	complaint, delivery = remedies.delivered_complaint(qty=10, batched=True)
	line = complaint.lines[0]
	batch, warehouse = frappe.get_doc("Batch", line.batch), delivery.items[0].warehouse
	# ten came back and were credited
	back = factories.make_return(delivery, {line.item: 10})
	remedy = remedies.credit(complaint, 900)
	frappe.db.set_value(
		"Complaint Remedy", remedy.name, {"stage": "Done", "batch": batch.name, "stock_qty": 10}
	)
	assert back.docstatus == 1
	hold = make_hold(batch)
	make_in(batch, 30, warehouse, days_ago=0)
	with engine.run_as(cast(Role.QUALITY)):
		doc = frappe.get_doc("Service Batch Hold", hold)
		doc.append("disposition", {"qty": 30, "what": "Scrap"})
		doc.save()
	first = scrap(batch, 6, warehouse)
	assert booked(hold) == [], "of the ten that were credited"
	second = scrap(batch, 24, warehouse)
	[cost] = booked(hold)
	value = abs(
		flt(
			frappe.db.get_value(
				"Stock Ledger Entry",
				{"voucher_no": second.name, "is_cancelled": 0},
				"sum(stock_value_difference)",
			)
		)
	)
	assert value > 0
	assert cost.amount == pytest.approx(value / 24 * 20, abs=0.01)
	assert (cost.cost_kind, cost.item, cost.reference, cost.complaint, cost.plant) == (
		"Product",
		batch.item,
		second.name,
		None,
		warehouse,
	)
	with (
		engine.run_as(cast(Role.QUALITY)),
		pytest.raises(frappe.ValidationError, match=f"cancel {second.name}"),
	):
		costs.take_back(cost.name)
	second.cancel()
	assert sum(row.amount for row in booked(hold)) == 0
	assert len(booked(hold)) == 2
	assert first.docstatus == 1
