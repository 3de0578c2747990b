"""Complaints as they stand in the database, batches with deliveries, and actions walked as far as a test needs them.

A complaint is written without its own life: what is tested with these is what others make of it.
"""

from datetime import timedelta

import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate, now_datetime

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
