"""Complaints as they stand in the database, batches with deliveries, and actions walked as far as a test needs them.

A complaint is written without its own life: what is tested with these is what others make of it.
"""

from datetime import timedelta

import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate, now_datetime, nowtime

from nervion_service.services import clock
from nervion_service.services.corrective import actions
from nervion_service.workflows.corrective_action import Action
from tests import engine, factories


def make_complaint(batches=(), **overrides):
	"""A complaint in the database, one line for each batch; its controller is not asked."""
	values = {
		"doctype": "Service Complaint",
		"name": factories.unique("QR", "-"),
		"subject": "Grumos en el esmalte",
		"company": factories.make_company().name,
		"kind": "Product",
		"severity": "Minor",
		"stage": "In Analysis",
		"workflow_state": "In Analysis",
		"verdict": "Admissible",
		"received_at": now_datetime(),
		"effective_at": now_datetime(),
		"lines": [{"item": batch.item, "batch": batch.name, "claimed_qty": 1} for batch in batches],
	}
	doc = frappe.get_doc({**values, **overrides})
	doc.db_insert()
	for row in doc.lines:
		row.db_insert()
	return doc


def make_cause(**overrides):
	"""A root cause that is no group."""
	return factories.insert("Service Root Cause", {"cause_name": factories.unique("Causa")}, **overrides).name


def make_action(**overrides):
	"""A corrective action that was opened by hand, by the plain method."""
	values = {"subject": factories.unique("Acción"), "company": factories.make_company().name}
	return factories.insert("Service Corrective Action", values, **overrides)


def complete(action, worker, verifier, days=30):
	"""Fill in all that an action needs to be carried out; not saved."""
	action.update(
		{
			"containment": "Se separó el producto",
			"cause_text": "La malla estaba rota",
			"root_cause": action.root_cause or make_cause(),
			"verification_date": add_days(getdate(clock.now()), days),
			"verification_criterion": "Ninguna queja de grumos en 60 días",
			"verification_by": verifier,
		}
	)
	action.set("why", [{"question": f"¿Por qué {n}?", "answer": answer} for n, answer in enumerate("abc", 1)])
	action.set("similar", [{"note": "Se revisaron tres lotes: sin grumos"}])
	action.set(
		"tasks",
		[{"task": "Cambiar la malla", "responsible": worker, "due_date": add_days(getdate(clock.now()), 7)}],
	)
	return action


def done(action):
	"""Write down that every task is done; not saved."""
	for row in action.tasks:
		row.update({"done_at": getdate(clock.now()), "result": "Hecho"})
	return action


def take(action, name, by="Administrator"):
	"""Take a transition as a person does by its button; returns the action as it stands afterwards."""
	with engine.run_as(by):
		apply_workflow(frappe.get_doc(action.doctype, action.name), name)
	return frappe.get_doc(action.doctype, action.name)


def implemented(worker, verifier, at=None, **overrides):
	"""An action that was implemented, now or at a moment, to be verified thirty days later."""
	with clock.at(at or clock.now()):
		action = complete(make_action(**overrides), worker, verifier).save()
		for step in (Action.ANALYSE, Action.START):
			action = take(action, step)
		return take(done(action).save(), Action.IMPLEMENT)


def verified(action, verdict, by):
	"""The action judged a day after its date."""
	with clock.at(frappe.utils.get_datetime(action.verification_date) + timedelta(days=1, hours=10)):
		action.update({"effectiveness": verdict, "verification_note": "Se revisaron 20 entregas"})
		return take(action.save(), Action.VERIFY, by=by)


def open_for(complaint, **values):
	"""An action opened out of a complaint, as the system does."""
	return actions.open_for_complaint(complaint, **values)


def vanished(doctype, batch, qty):
	"""A submitted document of that DocType, as far as it matters: its name, and the bundle by which it took that much out."""
	document = frappe._dict(doctype=doctype, name=factories.unique("DOC", "-"))
	bundle = {
		"doctype": "Serial and Batch Bundle",
		"name": factories.unique("SABB", "-"),
		"item_code": batch.item,
		"company": factories.make_company().name,
		"voucher_type": doctype,
		"voucher_no": document.name,
		"type_of_transaction": "Outward" if qty > 0 else "Inward",
		"docstatus": 1,
		"entries": [{"batch_no": batch.name, "qty": -qty, "docstatus": 1}],
	}
	doc = frappe.get_doc(bundle)
	doc.db_insert()
	for row in doc.entries:
		row.db_insert()
	return document


# Tills, on a real ERPNext ------------------------------------------------------------------------------------------


def sell_at_till(batch, qty=1, customer=None, submit=True):
	"""A POS Invoice of some of a batch that was in stock before."""
	company = factories.make_company().name
	invoice = factories.new_transaction(
		"POS Invoice",
		customer,
		[{"item_code": batch.item, "qty": qty, "batch_no": batch.name}],
		{"is_pos": 1, "update_stock": 1, "pos_profile": till_of(company)},
	)
	with engine.run_as("Administrator"):
		factories.put_everything_in_stock(invoice, {})
		invoice.set_missing_values()
		invoice.set("payments", [])
		factories.pay_in_cash(invoice)
		invoice.insert()
	return factories.submitted(invoice) if submit else invoice


def close_till(invoices):
	"""Put the invoices of a till together, as its closing does; returns the Sales Invoice."""
	with engine.run_as("Administrator"):
		log = factories.insert(
			"POS Invoice Merge Log",
			{
				"posting_date": getdate(),
				"posting_time": nowtime(),
				"merge_invoices_based_on": "Customer",
				"customer": invoices[0].customer,
				"pos_invoices": [
					{
						"pos_invoice": one.name,
						"customer": one.customer,
						"posting_date": one.posting_date,
						"grand_total": one.grand_total,
					}
					for one in invoices
				],
			},
		)
		log.submit()
	return frappe.get_doc("Sales Invoice", log.consolidated_invoice)


def till_of(company):
	"""Name of a POS profile of the company."""
	if name := frappe.db.get_value("POS Profile", {"company": company, "disabled": 0}, "name"):
		return name
	mode = frappe.db.get_value("Mode of Payment", {"type": "Cash"}, "name")
	cash = frappe.db.get_value("Account", {"company": company, "account_type": "Cash", "is_group": 0}, "name")
	if not frappe.db.exists("Mode of Payment Account", {"parent": mode, "company": company}):
		doc = frappe.get_doc("Mode of Payment", mode)
		doc.append("accounts", {"company": company, "default_account": cash})
		doc.save()
	expense = {"company": company, "root_type": "Expense", "is_group": 0}
	values = {
		"name": factories.unique("Caja"),
		"company": company,
		"currency": frappe.db.get_value("Company", company, "default_currency"),
		"warehouse": factories.usual_warehouse(company),
		"selling_price_list": frappe.db.get_value("Price List", {"selling": 1, "enabled": 1}, "name"),
		"customer_group": factories.leaf_of("Customer Group"),
		"write_off_account": frappe.db.get_value("Account", expense, "name"),
		"write_off_cost_center": frappe.db.get_value("Company", company, "cost_center"),
		"payments": [{"mode_of_payment": mode, "default": 1}],
	}
	return factories.insert("POS Profile", values).name
