"""A batch is watched, held, traced and called back (K1, K6): with delivery notes, bundles, packed items and returns."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, flt, getdate, set_request
from frappe.website.serve import get_response

from nervion_service.domain.batches import Customer, Trace
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import access_tokens, clock
from nervion_service.services.batches import cockpit, holds, reading, recall, refusal, releasing, watch
from tests import engine, factories
from tests.site import complaint_factories as complaints
from tests.site import letters
from tests.site.batch_factories import close_till, make_complaint, sell_at_till, vanished
from tests.site.folio_factories import cast, everybody, make_folio  # noqa: F401
from tests.site.test_intake import count_queries

CAST = (Role.QUALITY, Role.PRODUCTION, Role.SALES, Role.EXECUTIVE, Role.AGENCY)
HOLD = "Service Batch Hold"


def hold(batch, by=None, **values):
	with engine.run_as(by or cast(Role.QUALITY)):
		name = holds.hold(batch.name, values.pop("reason", "Grumos"), factories.make_company().name, **values)
	return frappe.get_doc(HOLD, name)


def deliver(batch, qty=5, customer=None, **values):
	row = {"item_code": batch.item, "qty": qty, "batch_no": batch.name}
	return factories.make_delivery_note(customer, [row], **values)


def not_submitted(doc, words):
	"""Submitting is refused in these words, and the document stays a draft."""
	point = "not_submitted"
	frappe.db.savepoint(point)
	with pytest.raises(frappe.ValidationError, match=words):
		frappe.get_doc(doc.doctype, doc.name).submit()
	frappe.db.rollback(save_point=point)
	assert frappe.db.get_value(doc.doctype, doc.name, "docstatus") == 0


def bells(user, name):
	return frappe.db.count("Notification Log", {"for_user": user, "document_name": name})


# The hold ----------------------------------------------------------------------------------------------------


def test_a_held_batch_is_not_delivered_however_the_document_names_it():
	batch, other = factories.make_batch(), factories.make_batch()
	sent = deliver(batch, 2)
	plain = deliver(batch, submit=False)
	spread_item = batch.item
	second = factories.make_batch(spread_item)
	spread = factories.make_delivery_note(
		items=[{"item_code": spread_item, "batches": {second: 1, batch: 2}}], submit=False
	)
	bundle = factories.make_product_bundle({batch.item: 2})
	packed = factories.make_delivery_note(
		items=[{"item_code": bundle.new_item_code, "qty": 1}],
		packed_batches={batch.item: batch.name},
		submit=False,
	)
	counter = factories.make_sales_invoice(
		items=[{"item_code": batch.item, "qty": 1, "batch_no": batch.name}], update_stock=1, submit=False
	)
	paper = factories.make_sales_invoice(delivery_note=sent, submit=False)
	free = deliver(other, submit=False)
	held = hold(batch)
	for doc in (plain, spread, packed, counter):
		not_submitted(doc, f"{batch.name}.*is held.*{held.name}")
	for doc in (paper, free):
		assert factories.submitted(doc).docstatus == 1
	back = factories.make_return(sent)
	assert back.docstatus == 1
	with engine.run_as(cast(Role.QUALITY)):
		held.append("disposition", {"qty": 2, "what": "Return to Stock"})
		held.save()
		releasing.release(held.name, "Filtrado y ensayado", "May Be Used")
	assert factories.submitted(plain).docstatus == 1


def test_stock_is_used_up_only_for_what_was_decided():
	if factories.is_stand_in():
		pytest.skip("the stand-in keeps no stock")
	batch, company = factories.make_batch(), factories.make_company().name
	warehouse = factories.usual_warehouse(company)
	note = frappe._dict(company=company, posting_date=getdate())
	factories.receive(batch.item, 10, batch.name, warehouse, note)
	held = hold(batch)

	def entry(purpose, qty, **row):
		values = {"item_code": batch.item, "qty": qty, "batch_no": batch.name, "use_serial_batch_fields": 1}
		values |= {"s_warehouse": warehouse, "conversion_factor": 1, **row}
		return factories.insert(
			"Stock Entry",
			{"stock_entry_type": purpose, "purpose": purpose, "company": company, "items": [values]},
		)

	not_submitted(entry("Material Issue", 1), "is held")
	moved = entry("Material Transfer", 4, t_warehouse=factories.make_warehouse().name)
	assert factories.submitted(moved).docstatus == 1
	held.append("disposition", {"qty": 3, "what": "Scrap"})
	held = held.save()
	assert factories.submitted(entry("Material Issue", 2)).docstatus == 1
	not_submitted(entry("Material Issue", 2), "is held")
	assert factories.submitted(entry("Material Issue", 1)).docstatus == 1
	held.append("disposition", {"qty": 8, "what": "Rework"})
	with pytest.raises(frappe.ValidationError, match="would be disposed of"):
		held.save()


@pytest.mark.parametrize("doctype", sorted(refusal.OTHERS))
def test_what_takes_a_held_batch_out_otherwise_does_what_was_decided_and_no_more(doctype):
	batch = factories.make_batch()
	held = hold(batch)

	def asked(qty):
		refusal.refuse_held_otherwise(vanished(doctype, batch, qty))

	asked(-4)
	with pytest.raises(frappe.ValidationError, match=f"is held.*{held.name}"):
		asked(1)
	# how much there is to decide about is another matter
	held.append("disposition", {"qty": 3, "what": "Return to Stock"}).db_insert()
	with pytest.raises(frappe.ValidationError, match="is held"):
		asked(0.5)
	frappe.db.delete("Serial and Batch Entry", {"batch_no": batch.name})
	held.append("disposition", {"qty": 3, "what": refusal.OTHERS[doctype]}).db_insert()
	asked(2)
	with pytest.raises(frappe.ValidationError, match="is held"):
		asked(2)


def test_a_till_sells_nothing_that_is_held_and_closes_with_what_it_sold_before():
	if factories.is_stand_in():
		pytest.skip("the stand-in has no tills")
	batch, customer = factories.make_batch(), factories.make_customer()
	morning = sell_at_till(batch, 2, customer)
	later = sell_at_till(batch, 1, customer, submit=False)
	forged = factories.make_sales_invoice(
		items=[{"item_code": batch.item, "qty": 1, "batch_no": batch.name}], update_stock=1, submit=False
	)
	forged.update({"is_consolidated": 1}).save()
	hold(batch)
	for doc in (later, forged):
		not_submitted(doc, "is held")
	whole = close_till([morning])
	assert (whole.docstatus, whole.is_consolidated, whole.items[0].qty) == (1, 1, 2)
	with engine.run_as(cast(Role.QUALITY)):
		found = cockpit.get(batch.name)
	assert found["delivered"] == 2, "sold once, whoever put it together"
	assert flt(sum(row["qty"] for row in found["stock"]), 3) == flt(found["left"], 3)


def test_a_held_batch_goes_back_to_its_supplier_or_is_counted_away_as_decided_alone():
	if factories.is_stand_in():
		pytest.skip("the stand-in buys nothing")
	batch, company = factories.make_batch(), factories.make_company().name
	row = {
		"item_code": batch.item,
		"qty": 10,
		"rate": 5,
		"batch_no": batch.name,
		"use_serial_batch_fields": 1,
	}
	row["warehouse"] = factories.usual_warehouse(company)
	supplier = factories.insert(
		"Supplier",
		{
			"supplier_name": factories.unique("Proveedor"),
			"supplier_group": factories.leaf_of("Supplier Group"),
		},
	)
	bought = factories.insert(
		"Purchase Receipt", {"supplier": supplier.name, "company": company, "items": [row]}
	)
	factories.submitted(bought)
	held = hold(batch)

	def count(qty):
		values = {**row, "qty": qty, "valuation_rate": 5}
		return factories.insert(
			"Stock Reconciliation", {"company": company, "purpose": "Stock Reconciliation", "items": [values]}
		)

	make_return = frappe.get_attr("erpnext.controllers.sales_and_purchase_return.make_return_doc")
	back = make_return("Purchase Receipt", bought.name)
	back.items[0].update({"qty": -4, "received_qty": -4})
	back.insert()
	fewer = count(9)
	for doc in (back, fewer):
		not_submitted(doc, "is held")
	for what, qty in (("Return to Supplier", 4), ("Scrap", 1)):
		held.append("disposition", {"qty": qty, "what": what})
	held.save()
	assert factories.submitted(fewer).docstatus == 1
	assert factories.submitted(back).docstatus == 1
	assert factories.submitted(count(7)).docstatus == 1, "more than there was is let in"
	not_submitted(count(4), "is held")


def test_a_pick_list_moves_nothing():
	if factories.is_stand_in():
		pytest.skip("the stand-in picks nothing")
	batch, company = factories.make_batch(), factories.make_company().name
	warehouse = factories.usual_warehouse(company)
	factories.receive(
		batch.item, 10, batch.name, warehouse, frappe._dict(company=company, posting_date=getdate())
	)
	location = {"item_code": batch.item, "qty": 4, "stock_qty": 4, "picked_qty": 4, "warehouse": warehouse}
	location |= {"batch_no": batch.name, "use_serial_batch_fields": 1, "conversion_factor": 1}
	location["uom"] = location["stock_uom"] = frappe.db.get_value("Item", batch.item, "stock_uom")
	picked = {"company": company, "purpose": "Delivery", "pick_manually": 1, "locations": [location]}
	factories.submitted(factories.insert("Pick List", picked))
	assert sum(row["qty"] for row in reading.stock(batch.name)) == 10
	assert [one.kind for one in reading.movements(batch.name)] == ["Made"]


def test_a_batch_is_held_once_by_quality_and_everybody_who_has_to_know_hears():
	batch = factories.make_batch()
	held = hold(batch)
	assert (held.item, held.stage, held.held_by) == (batch.item, "Held", cast(Role.QUALITY))
	for role in (Role.PRODUCTION, Role.SALES):
		assert bells(cast(role), held.name) == 1
	with pytest.raises(frappe.ValidationError, match=f"held already: {held.name}"):
		hold(batch)
	for role in (Role.PRODUCTION, Role.SALES, Role.EXECUTIVE):
		with pytest.raises(frappe.PermissionError):
			hold(factories.make_batch(), by=cast(role))
		with engine.run_as(cast(role)), pytest.raises(frappe.PermissionError):
			releasing.release(held.name, "Porque sí", "May Be Used")
	with engine.run_as(cast(Role.QUALITY)), pytest.raises(frappe.ValidationError, match="Say why"):
		releasing.release(held.name, "  ", "May Be Used")
	assert frappe.db.get_value(HOLD, held.name, "stage") == "Held"
	event = {"case_name": held.name, "event": Events.BATCH_HELD, "reference_name": batch.name}
	assert frappe.db.exists("Service Event", event)


def test_nobody_writes_a_release_or_an_acknowledgement_into_the_form():
	customer, batch = factories.make_customer(), factories.make_batch()
	deliver(batch, customer=customer)
	held = hold(batch)
	forged = {
		"stage": "Released",
		"released_by": cast(Role.QUALITY),
		"release_reason": "x",
		"held_at": "2020-01-01",
	}
	with engine.run_as(cast(Role.QUALITY)):
		held.update(forged)
		held.notices[0].update({"acknowledged_at": "2026-01-01", "sent_at": "2026-01-01", "recovered_qty": 2})
		held = held.save()
	assert (held.stage, held.released_by, held.release_reason) == ("Held", None, None)
	assert (held.notices[0].acknowledged_at, held.notices[0].sent_at) == (None, None)
	assert (held.notices[0].recovered_qty, held.recovered_qty) == (2, 2)
	held.notices[0].recovered_qty = -1
	with pytest.raises(frappe.ValidationError, match="cannot be negative"):
		held.save()


def test_who_was_told_and_what_was_decided_stay_on_the_hold():
	customer, other, batch = factories.make_customer(), factories.make_customer(), factories.make_batch()
	deliver(batch, 5, customer)
	deliver(batch, 2, other)
	held = hold(batch)
	told = next(row for row in held.notices if row.customer == customer.name)
	told.db_set("acknowledged_at", clock.now())
	told.db_set("recovered_qty", 3)
	with engine.run_as(cast(Role.QUALITY)):
		held = frappe.get_doc(HOLD, held.name)
		held.append("disposition", {"qty": 3, "what": "Scrap"})
		held.save()
		rows = {row.customer: row.name for row in held.notices}

		def without(table, name):
			return lambda doc: doc.set(table, [row for row in doc.get(table) if row.name != name])

		def changed(**values):
			return lambda doc: next(r for r in doc.notices if r.name == rows[customer.name]).update(values)

		for change, words in (
			(without("notices", rows[customer.name]), "was told already"),
			(changed(customer=other.name), "was told already"),
			(without("disposition", held.disposition[0].name), "is not removed"),
			(changed(recovered_qty=5.5), "more than that cannot have come back"),
		):
			doc = frappe.get_doc(HOLD, held.name)
			change(doc)
			with pytest.raises(frappe.ValidationError, match=words):
				doc.save()
		doc = frappe.get_doc(HOLD, held.name)
		without("notices", rows[other.name])(doc)
		doc.save()
	stored = frappe.get_doc(HOLD, held.name)
	assert [(row.name, row.customer, row.recovered_qty) for row in stored.notices] == [
		(rows[customer.name], customer.name, 3)
	]
	assert [row.qty for row in stored.disposition] == [3]


def test_what_came_back_has_its_decision_before_the_batch_leaves_again():
	customer, batch = factories.make_customer(), factories.make_batch()
	note = deliver(batch, 6, customer)
	held = hold(batch)
	factories.make_return(note, {batch.item: 4})
	with engine.run_as(cast(Role.QUALITY)):
		with pytest.raises(frappe.ValidationError, match="4 that came back is still without a decision"):
			releasing.release(held.name, "Ensayado", "May Be Used")
		held.append("disposition", {"qty": 3, "what": "Return to Stock"})
		held = held.save()
		assert (held.recovered_qty, held.disposition[0].decided_by) == (4, cast(Role.QUALITY))
		with pytest.raises(frappe.ValidationError, match="^1 that came back"):
			releasing.release(held.name, "Ensayado", "May Be Used")
		held.append("disposition", {"qty": 1, "what": "Return to Stock"})
		held.save()
		for outcome in ("", "Da igual"):
			with pytest.raises(frappe.ValidationError, match="what customers are to do.*May Be Used"):
				releasing.release(held.name, "Ensayado", outcome)
		assert frappe.db.get_value(HOLD, held.name, "stage") == "Held"
		assert releasing.release(held.name, "Ensayado", "May Be Used")["stage"] == "Released"
	held = frappe.get_doc(HOLD, held.name)
	held.reason = "Otra"
	with pytest.raises(
		frappe.ValidationError, match="was released|cannot be changed|Cannot change|Value cannot"
	):
		held.save()
	assert hold(batch).name != held.name


def test_what_was_decided_is_done_before_the_hold_ends(monkeypatch):
	batch, done = factories.make_batch(), {}
	held = hold(batch)
	for what, qty in (("Scrap", 40), ("Rework", 3), ("Return to Stock", 9)):
		held.append("disposition", {"qty": qty, "what": what}).db_insert()
	# a site that keeps count of stock
	monkeypatch.setattr(reading, "is_counted", lambda: True)
	monkeypatch.setattr(reading, "movements", lambda batch: [])
	monkeypatch.setattr(reading, "stock", lambda batch: [{"warehouse": "Patio", "qty": 43.5}])
	monkeypatch.setattr(refusal, "used_up", lambda hold, what: done.get(what, 0.0))
	with engine.run_as(cast(Role.QUALITY)):
		for done_now, words in (
			({}, "43 was decided and is not done yet: Rework 3, Scrap 40.*43.5 is still in stock"),
			({"Rework": 3, "Scrap": 38.5}, "^1.5 was decided and is not done yet: Scrap 1.5"),
			({"Return to Supplier": 40, "Rework": 3}, "^40 was decided"),
		):
			done.clear()
			done.update(done_now)
			with pytest.raises(frappe.ValidationError, match=words):
				releasing.release(held.name, "Ensayado", "May Be Used")
		done.update({"Scrap": 40, "Rework": 3})
		with pytest.raises(frappe.ValidationError, match="43.5 of the batch is still in stock"):
			releasing.release(held.name, "Destruido", "Withdrawn and Destroyed")
		assert frappe.db.get_value(HOLD, held.name, "stage") == "Held"
		assert releasing.release(held.name, "Ensayado", "May Be Used")["stage"] == "Released"


def test_tins_that_were_to_be_scrapped_are_not_sold_by_ending_the_hold():
	if factories.is_stand_in():
		pytest.skip("the stand-in keeps no stock")
	batch, company = factories.make_batch(), factories.make_company().name
	warehouse = factories.usual_warehouse(company)
	note = frappe._dict(company=company, posting_date=getdate())
	factories.receive(batch.item, 4, batch.name, warehouse, note)
	held = hold(batch)
	held.append("disposition", {"qty": 4, "what": "Scrap"})
	held.save()

	def scrap(qty):
		values = {"item_code": batch.item, "qty": qty, "batch_no": batch.name, "use_serial_batch_fields": 1}
		values |= {"s_warehouse": warehouse, "conversion_factor": 1}
		entry = {"stock_entry_type": "Material Issue", "purpose": "Material Issue", "company": company}
		return factories.submitted(factories.insert("Stock Entry", {**entry, "items": [values]}))

	scrap(3)
	undone = pytest.raises(frappe.ValidationError, match="^1 was decided.*1 is still in stock")
	with engine.run_as(cast(Role.QUALITY)), undone:
		releasing.release(held.name, "Destruido", "May Be Used")
	scrap(1)
	with engine.run_as(cast(Role.QUALITY)):
		assert releasing.release(held.name, "Destruido", "Withdrawn and Destroyed")["stage"] == "Released"
	factories.receive(batch.item, 2, batch.name, warehouse, note)
	not_submitted(deliver(batch, 1, submit=False), f"{batch.name}.*was withdrawn.*{held.name}")
	assert scrap(2).docstatus == 1, "what turns up later is cleared away"


def test_nothing_leaves_of_a_withdrawn_batch_until_quality_says_otherwise():
	batch = factories.make_batch()
	draft = deliver(batch, submit=False)
	held = hold(batch)
	with engine.run_as(cast(Role.QUALITY)):
		releasing.release(held.name, "Se retira", "Bring Back")
		shown = cockpit.get(batch.name)
	assert (shown["hold"], shown["withdrawn"]) == (None, {"hold": held.name, "outcome": "Bring Back"})
	not_submitted(draft, f"{batch.name}.*was withdrawn.*{held.name}")
	again = hold(batch)
	not_submitted(draft, f"is held.*{again.name}")
	with engine.run_as(cast(Role.QUALITY)):
		releasing.release(again.name, "Ensayado otra vez", "May Be Used")
		assert cockpit.get(batch.name)["withdrawn"] is None
	assert factories.submitted(frappe.get_doc(draft.doctype, draft.name)).docstatus == 1


def test_a_withdrawn_batch_is_cleared_away_and_not_worked_into_anything():
	batch = factories.make_batch()
	held = hold(batch)
	with engine.run_as(cast(Role.QUALITY)):
		releasing.release(held.name, "Se retira", "Bring Back")
	for doctype, what in sorted(refusal.OTHERS.items()):
		gone = vanished(doctype, batch, 1)
		if what == "Rework":
			with pytest.raises(frappe.ValidationError, match="was withdrawn"):
				refusal.refuse_held_otherwise(gone)
		else:
			refusal.refuse_held_otherwise(gone)


# Where it went ------------------------------------------------------------------------------------------------


def test_the_way_of_a_batch_is_told_whole_and_netted_by_customer():
	ana, beto, batch = factories.make_customer(), factories.make_customer(), factories.make_batch()
	note = deliver(batch, 6, ana, posting_date=add_days(getdate(), -3))
	bundle = factories.make_product_bundle({batch.item: 2})
	factories.make_delivery_note(
		beto, [{"item_code": bundle.new_item_code, "qty": 2}], packed_batches={batch.item: batch.name}
	)
	factories.make_return(note, {batch.item: 1})
	factories.make_sales_invoice(
		ana, [{"item_code": batch.item, "qty": 3, "batch_no": batch.name}], update_stock=1
	)
	cancelled = deliver(batch, 9, beto)
	cancelled.cancel()
	deliver(factories.make_batch(batch.item), 50, ana)
	complaint = make_complaint([batch], customer=ana.name)
	with engine.run_as(cast(Role.QUALITY)):
		found = cockpit.get(batch.name)
	customers = {one["customer"]: one for one in found["customers"]}
	assert (
		customers[ana.name]["delivered"],
		customers[ana.name]["returned"],
		customers[ana.name]["kept"],
	) == (9, 1, 8)
	assert (customers[beto.name]["delivered"], customers[beto.name]["kept"]) == (4, 4)
	assert (found["delivered"], found["returned"], found["outside"]) == (13, 1, 12)
	assert customers[ana.name]["complains"] and not customers[beto.name]["complains"]
	assert [one["name"] for one in found["complaints"]] == [complaint.name]
	assert found["may"] == {"hold": True, "release": False, "tell": False, "act": False}
	if factories.is_stand_in():
		assert (found["counted"], found["made"], found["left"], found["stock"]) == (False, None, None, [])
	else:
		made, left = found["made"], sum(row["qty"] for row in found["stock"])
		assert flt(made - 13 + 1, 3) == flt(left, 3) == flt(found["left"], 3) > 0


def test_the_page_says_what_nobody_knows_and_who_may_look():
	batch = factories.make_batch()
	with engine.run_as(cast(Role.SALES)):
		found = cockpit.get(batch.name)
		assert (found["customers"], found["complaints"], found["hold"]) == ([], [], None)
		assert not any(found["may"].values())
		with pytest.raises(frappe.ValidationError, match="There is no batch LOTE-X"):
			cockpit.get("LOTE-X")
	for caller in (cast(Role.AGENCY), factories.make_portal_user(factories.make_customer()).name):
		with engine.run_as(caller), pytest.raises(frappe.PermissionError, match="not permitted"):
			cockpit.get(batch.name)
	hold(batch)
	with engine.run_as(cast(Role.QUALITY)):
		row = next(row for row in cockpit.overview() if row["batch"] == batch.name)
	assert (row["held"], row["complaints"]) == (True, 0)


# The alarm ----------------------------------------------------------------------------------------------------


def test_the_third_complaint_rings_once_for_quality_and_production():
	batch, heard = factories.make_batch(), []
	make_complaint([batch], stage="Inadmissible")
	for _number in range(5):
		heard.append(watch.complaint_registered(make_complaint([batch])))
	assert heard == [[], [], [batch.name], [], []]
	alert = frappe.get_doc("Service Batch Alert", batch.name)
	assert (alert.complaints, alert.item) == (3, batch.item)
	for role in (Role.QUALITY, Role.PRODUCTION):
		assert bells(cast(role), batch.name) == 1
	assert bells(cast(Role.SALES), batch.name) == 0
	frappe.db.set_single_value("Complaint Settings", "batch_alert_count", 1)
	frappe.clear_document_cache("Complaint Settings", "Complaint Settings")
	other = factories.make_batch()
	complaint = make_complaint([other])
	assert watch.complaint_registered(complaint.name) == [other.name]
	assert watch.complaint_registered(complaint.name) == []


def test_an_accident_holds_every_batch_of_its_complaint_at_the_first_case():
	batches = [factories.make_batch(), factories.make_batch()]
	complaint = make_complaint(batches, safety="Yes")
	with engine.run_as(cast(Role.EXECUTIVE)):
		watch.complaint_registered(complaint)
		watch.complaint_registered(complaint)
	found = frappe.get_all(HOLD, {"complaint": complaint.name}, pluck="batch", order_by="batch")
	assert found == sorted(batch.name for batch in batches)
	assert bells(cast(Role.QUALITY), frappe.db.get_value(HOLD, {"batch": found[0]}, "name")) == 1


def test_an_accident_holds_the_batch_of_its_folio_when_it_is_reported(background_jobs):
	for safety in ("No", "Yes"):
		batch = factories.make_batch()
		folio = make_folio(
			by=cast(Role.EXECUTIVE), routed=False, safety=safety, product=batch.item, batch=batch.name
		)
		frappe.db.commit()
		jobs = background_jobs.named("accident_reported")
		for job in jobs:
			frappe.call(job.method, **job.arguments)
		assert frappe.db.get_value(HOLD, {"batch": batch.name}, "folio") == (folio.name if jobs else None)
		assert bool(jobs) == (safety == "Yes")


def test_a_batch_that_is_learnt_after_the_accident_was_reported_is_held_at_once(background_jobs):
	batch = factories.make_batch()
	folio = make_folio(by=cast(Role.EXECUTIVE), routed=False, safety="Yes", product=batch.item)
	frappe.db.commit()
	assert background_jobs.named("accident_reported") == []
	folio.reload()
	folio.batch = batch.name
	folio.save()
	folio.reload()
	folio.subject = "Se sabe también de qué bodega salió"
	folio.save()
	frappe.db.commit()
	# by the save that names the batch, and by no later one
	(job,) = background_jobs.named("accident_reported")
	frappe.call(job.method, **job.arguments)
	assert frappe.db.get_value(HOLD, {"batch": batch.name}, "folio") == folio.name


def test_what_was_released_is_not_held_again_by_the_same_accident():
	batch = factories.make_batch()
	folio = make_folio(by=cast(Role.EXECUTIVE), routed=False, safety="No", batch=batch.name)
	frappe.db.set_value("Service Folio", folio.name, "safety", "Yes")
	complaint = make_complaint([batch], safety="Yes", folio=folio.name)
	held = watch.accident_reported(folio.name)
	with engine.run_as(cast(Role.QUALITY)):
		releasing.release(held, "Ensayado", "May Be Used")
	assert watch.accident_reported(folio.name) is None
	watch.complaint_registered(complaint)
	assert not frappe.db.exists(HOLD, {"batch": batch.name, "stage": "Held"})
	watch.complaint_registered(make_complaint([batch], safety="Yes"))
	assert frappe.db.exists(HOLD, {"batch": batch.name, "stage": "Held"})


def test_an_accident_whose_job_died_holds_its_batch_in_the_next_minutes():
	batch, other = factories.make_batch(), factories.make_batch()
	complaint = make_complaint([batch], safety="Yes")
	folio = make_folio(by=cast(Role.EXECUTIVE), routed=False, safety="No", batch=other.name)
	frappe.db.set_value("Service Folio", folio.name, "safety", "Yes")
	frappe.db.set_value("Service Complaint", complaint.name, "safety", "Yes")
	now = clock.now()
	watch.catch_up(now)
	assert not frappe.db.exists(HOLD, {"batch": ("in", (batch.name, other.name))})
	for _pass in range(2):
		watch.catch_up(now + timedelta(minutes=2))
	found = frappe.get_all(HOLD, {"batch": ("in", (batch.name, other.name))}, ["complaint", "folio"])
	assert sorted((row.complaint or "", row.folio or "") for row in found) == [
		("", folio.name),
		(complaint.name, ""),
	]


def test_a_batch_that_is_named_later_is_watched_too(background_jobs):
	complaint, batch = complaints.make_complaint(), factories.make_batch()
	frappe.db.commit()
	background_jobs.waiting.clear()
	complaint.append("lines", {"item": batch.item, "batch": batch.name, "claimed_qty": 1})
	complaint.save()
	frappe.db.commit()
	(job,) = background_jobs.named("watch.complaint_registered")
	assert job.arguments == {"complaint": complaint.name}
	frappe.db.set_single_value("Complaint Settings", "batch_alert_count", 1)
	frappe.clear_document_cache("Complaint Settings", "Complaint Settings")
	assert batch.name in frappe.call(job.method, **job.arguments)


# Notices ------------------------------------------------------------------------------------------------------


@pytest.fixture
def post():
	letters.forget_accounts()
	yield letters.mailbox()
	letters.forget_accounts()


def test_without_a_mail_account_nobody_is_marked_as_told():
	customer, batch = factories.make_customer(), factories.make_batch()
	factories.make_contact(customer=customer)
	deliver(batch, 1, customer)
	held = hold(batch)
	letters.forget_accounts()
	frappe.db.set_value("Email Account", {"enable_outgoing": 1}, "enable_outgoing", 0)
	with engine.run_as(cast(Role.QUALITY)), pytest.raises(frappe.ValidationError, match="by telephone"):
		recall.send(held.name, "No lo use")
	assert frappe.get_doc(HOLD, held.name).notices[0].sent_at is None
	letters.forget_accounts()


def test_customers_are_told_and_acknowledge_by_their_own_link(post):
	batch = factories.make_batch()
	ana, beto, caro = (factories.make_customer() for _ in range(3))
	for customer, qty in ((ana, 5), (beto, 2), (caro, 3)):
		note = deliver(batch, qty, customer)
	factories.make_return(note)
	factories.make_contact(customer=ana, email=f"{factories.unique('ana', '.')}@cliente.test")
	held = hold(batch)
	assert {row.customer: row.qty for row in held.notices} == {ana.name: 5, beto.name: 2}
	with engine.run_as(cast(Role.QUALITY)):
		assert batch.name in recall.draft(held.name)
		with pytest.raises(frappe.ValidationError, match="Write what the customers"):
			recall.send(held.name, "  ")
		sent = recall.send(held.name, "No lo use <b>ya</b>")
	assert sent == {"sent": 1, "without_address": [beto.name]}
	mail = frappe.get_last_doc("Email Queue", {"reference_name": held.name})
	assert "No lo use &lt;b&gt;ya&lt;/b&gt;" in mail.message.replace("=\n", "").replace("=3D", "=")
	mine = next(row for row in frappe.get_doc(HOLD, held.name).notices if row.customer == ana.name)
	token = access_tokens.issue(mine, recall.PURPOSE)
	with engine.run_as("Guest"):
		shown = recall.notice(token)
		assert (shown["batch"], shown["qty"], shown["message"]) == (batch.name, "5", "No lo use <b>ya</b>")
		assert recall.notice("A" * 43) is None
		for by, qty in (("", 1), ("Ana", 6), ("Ana", "muchas"), ("Ana", "nan"), ("Ana", -1)):
			with pytest.raises(frappe.ValidationError, match="Write"):
				recall.acknowledge(token, by, qty)
		with pytest.raises(frappe.ValidationError, match="does not open any notice"):
			recall.acknowledge("A" * 43, "Ana", 1)
		recall.acknowledge(token, "Ana Pérez", "2,5")
		recall.acknowledge(token, "Otra", 0)
	rows = {row.customer: row for row in frappe.get_doc(HOLD, held.name).notices}
	assert (rows[ana.name].acknowledged_by, rows[ana.name].kept_qty) == ("Ana Pérez", 2.5)
	with engine.run_as(cast(Role.QUALITY)):
		recall.log_acknowledgement(held.name, beto.name, "Beto, por teléfono", 0)
		assert recall.send(held.name, "Otra vez", again=True) == {"sent": 0, "without_address": []}
		shown = cockpit.get(batch.name)["hold"]["notices"]
	assert all(row["acknowledged_at"] for row in shown)
	acknowledged = {"case_name": held.name, "event": Events.BATCH_NOTICE_ACKNOWLEDGED}
	assert frappe.db.count("Service Event", acknowledged) == 2


def told(name):
	"""{customer: whether the notice says that the outcome was told}."""
	return {row.customer: bool(row.outcome_told_at) for row in frappe.get_doc(HOLD, name).notices}


@pytest.mark.parametrize(("outcome", "hears"), [("May Be Used", 2), ("Bring Back", 3)])
def test_who_was_told_hears_how_it_ends_and_who_must_not_use_it_hears_it_too(post, outcome, hears):
	batch = factories.make_batch()
	ana, beto, caro = (factories.make_customer() for _ in range(3))
	for customer in (ana, beto, caro):
		factories.make_contact(customer=customer, email=f"{factories.unique('c', '.')}@cliente.test")
		deliver(batch, 5, customer)
	held = hold(batch)
	with engine.run_as(cast(Role.QUALITY)):
		for row in frappe.get_doc(HOLD, held.name).notices:
			if row.customer == beto.name:
				row.db_set("email", "")
			if row.customer == caro.name:
				row.db_set("email", "")
		recall.send(held.name, "No lo use")
		recall.log_acknowledgement(held.name, beto.name, "Beto", 1)
		with pytest.raises(frappe.ValidationError, match="has not ended"):
			releasing.tell_outcome(held.name)
		mine = next(row for row in frappe.get_doc(HOLD, held.name).notices if row.customer == ana.name)
		token = access_tokens.issue(mine, recall.PURPOSE)
		usual = releasing.draft(held.name)[outcome]
		found = releasing.release(held.name, "Ya", outcome, tell=True)
		assert (found["sent"], len(found["without_address"])) == (1, hears - 1)
		assert told(held.name) == {ana.name: True, beto.name: False, caro.name: False}
		assert releasing.tell_outcome(held.name)["sent"] == 0
		releasing.log_told(held.name, beto.name)
		with pytest.raises(frappe.ValidationError, match="was told already"):
			releasing.log_told(held.name, beto.name)
		(earlier,) = cockpit.get(batch.name)["earlier_holds"]
	assert earlier["untold"] == len(releasing.untold(held.name)) == hears - 2
	mail = frappe.get_last_doc("Email Queue", {"reference_name": held.name})
	assert mail.recipients[0].recipient == mine.email
	with engine.run_as("Guest"):
		shown = recall.notice(token)
		assert (shown["ended"], shown["outcome_words"]) == (True, usual)
		assert (shown["withdrawn"], shown["asks"]) == (outcome != "May Be Used",) * 2


def test_a_link_of_an_ended_hold_says_what_was_decided_and_never_that_it_may_be_used(post):
	batch, customer = factories.make_batch(), factories.make_customer()
	deliver(batch, 5, customer)
	held = hold(batch)
	token = access_tokens.issue(held.notices[0], recall.PURPOSE)
	with engine.run_as(cast(Role.QUALITY)):
		releasing.release(held.name, "Destruido", "Withdrawn and Destroyed", words="Se <b>destruyó</b> todo")
	for outcome, expected in (("Se &lt;b&gt;destruyó&lt;/b&gt; todo", 1), ("", 0)):
		if not outcome:
			# as a hold stands that was released before there were outcomes
			frappe.db.set_value(HOLD, held.name, {"outcome": None, "outcome_words": None})
		with engine.run_as("Guest"):
			set_request(method="GET", path=f"aviso-lote/{token}")
			page = get_response(f"aviso-lote/{token}").get_data(as_text=True)
		assert "may be used" not in page and "you may use" not in page
		assert (outcome or "Please ask us before you use or sell") in page
		assert page.count("acknowledge_batch") == expected


def test_a_customer_whom_quality_adds_says_what_he_has_and_who_has_some_again_is_noted(post):
	batch = factories.make_batch()
	painter, shop = factories.make_customer(), factories.make_customer()
	note = deliver(batch, 5, shop)
	back = factories.make_return(note)
	held = hold(batch)
	assert held.notices == []
	with engine.run_as(cast(Role.QUALITY)):
		held.append("notices", {"customer": painter.name})
		held = held.save()
		token = access_tokens.issue(held.notices[0], recall.PURPOSE)
	back.cancel()
	with engine.run_as(cast(Role.QUALITY)):
		found = recall.send(held.name, "No lo use")
		assert sorted(found["without_address"]) == sorted((painter.name, shop.name))
		for qty in ("nan", "inf", "-1", "tres"):
			with pytest.raises(frappe.ValidationError, match="as a number"):
				recall.acknowledge(token, "Pintor", qty)
		assert recall.notice(token)["qty"] == ""
		recall.acknowledge(token, "Pintor", "3")
	rows = {row.customer: row for row in frappe.get_doc(HOLD, held.name).notices}
	assert (rows[painter.name].kept_qty, rows[shop.name].qty) == (3, 5)
	assert (rows[shop.name].delivery_type, rows[shop.name].delivery) == ("Delivery Note", note.name)


def test_noting_hundreds_of_customers_asks_as_often_as_noting_two():
	def asked(customers):
		batch = factories.make_batch()
		shares = [Customer(name, delivered=5.0, vouchers=["DN-1"]) for name in customers]
		hold = frappe.get_doc({"doctype": HOLD, "batch": batch.name})
		trace = Trace(tuple(shares), None, 0.0, None)
		with pytest.MonkeyPatch.context() as patch:
			patch.setattr(recall.domain, "trace", lambda *_args, **_kwargs: trace)
			patch.setattr(recall, "store", lambda doc: None)
			sent = count_queries(lambda: recall.add_customers(hold))
		assert [row.customer for row in hold.notices] == customers
		return len(sent)

	names = [factories.make_customer().name for _ in range(2)]
	assert asked([f"C-{n}" for n in range(300)]) == asked(names) <= 6


def test_a_hold_asks_for_eight_disciplines():
	held = hold(factories.make_batch())
	with engine.run_as(cast(Role.QUALITY)):
		action = frappe.get_doc("Service Corrective Action", holds.open_action(held.name))
	assert (action.method, action.demanded_by, action.batch) == ("Eight Disciplines", "Batch", held.batch)
	assert (action.source_type, action.source, action.containment) == (HOLD, held.name, held.reason)
	assert reading.batch_facts("no hay") is None
