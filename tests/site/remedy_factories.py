"""Admitted complaints with a delivery behind them, and the documents of the books that make them good."""

import frappe
from frappe.utils import add_days, now_datetime

from nervion_service.domain.complaint_words import ComplaintKind, ComplaintStage, Verdict
from tests import factories
from tests.site import folio_factories as folios

DEFAULT_QTY = 10


def delivered_complaint(qty=DEFAULT_QTY, batched=False, rate=90, **line):
	"""A complaint that was admitted, about a delivery of ten days ago: (complaint, delivery note)."""
	item = line.pop("item", None) or factories.make_item(batched=batched)
	batch = factories.make_batch(item).name if batched else None
	row = {"item_code": item.name, "qty": 40, "rate": rate, "batch_no": batch}
	note = factories.make_delivery_note(
		customer=line.pop("customer", None), items=[row], posting_date=add_days(now_datetime(), -10)
	)
	return admitted(note, item.name, batch, qty, **line), note


def admitted(note, item, batch=None, qty=DEFAULT_QTY, **line):
	"""A complaint about a delivery, as it stands after the verdict."""
	values = {
		"item": item,
		"batch": batch,
		"delivery_type": note.doctype,
		"delivery": note.name,
		"uom": note.items[0].stock_uom,
		"delivered_qty": 40,
		"claimed_qty": qty,
		"accepted_qty": qty,
		"verdict": Verdict.ADMISSIBLE,
		"ground": "Warranty",
		"remedy": "Replacement",
	}
	two_days_ago = add_days(now_datetime(), -2)
	folio = folios.make_folio(request_type="Claim", customer=note.customer, received_at=two_days_ago)
	claim = {name: values.pop(name) for name in ("accepted_qty", "verdict", "ground", "remedy")}
	complaint = frappe.get_doc(
		{
			"doctype": "Service Complaint",
			"folio": folio.name,
			"company": note.company,
			"kind": ComplaintKind.PRODUCT,
			"subject": factories.unique("Se descascara"),
			"lines": [{**values, **line}],
		}
	).insert()
	# the verdict is the matter of other tests: what counts here is what follows from it
	complaint.lines[0].db_set({**claim, **{name: line[name] for name in claim if name in line}})
	complaint.db_set(
		{
			"verdict": Verdict.ADMISSIBLE,
			"verdict_by": "Administrator",
			"verdict_at": now_datetime(),
			"stage": ComplaintStage.ANSWERED,
		}
	)
	return frappe.get_doc("Service Complaint", complaint.name)


def promise(complaint, **overrides):
	"""A replacement of what was accepted of the first line, promised by the session's user unless told otherwise."""
	values = {
		"doctype": "Complaint Remedy",
		"complaint": complaint.name,
		"kind": "Replacement",
		"line_no": 1,
		"qty": complaint.lines[0].accepted_qty,
	}
	return frappe.get_doc({**values, **overrides}).insert()


def credit(complaint, amount, **overrides):
	"""Money promised for the first line."""
	return promise(complaint, kind="Credit Note", qty=0, amount=amount, **overrides)


def name_document(remedy, document):
	"""Say which document is to prove it, as a person does on the form."""
	doc = frappe.get_doc("Complaint Remedy", remedy.name)
	doc.update({"reference_type": document.doctype, "reference": document.name})
	return doc.save()


def stage_of(remedy):
	"""The stage as it stands in the database."""
	return frappe.db.get_value("Complaint Remedy", remedy.name, "stage")


def problem_of(remedy):
	"""The code of why it is not proved."""
	return frappe.db.get_value("Complaint Remedy", remedy.name, "problem")


def costs_of(complaint):
	"""Its rows of the ledger, in the order in which they were written."""
	return frappe.get_all(
		"Complaint Cost", filters={"complaint": complaint.name}, fields=["*"], order_by="creation, name"
	)


def replacement(complaint, qty=DEFAULT_QTY, submit=True, **overrides):
	"""A delivery of the complaint's product to its customer."""
	row = {"item_code": complaint.lines[0].item, "qty": qty, "rate": overrides.pop("rate", 90)}
	if frappe.db.get_value("Item", row["item_code"], "has_batch_no"):
		row["batch_no"] = factories.make_batch(row["item_code"]).name
	customer = overrides.pop("customer", complaint.customer)
	return factories.make_delivery_note(customer=customer, items=[row], submit=submit, **overrides)


def of_complaint(complaint, text):
	"""A remedy, a cost, and a file of a complaint, whatever its stage, with that text in them; as names by their kind.

	Rows as they are, without what their controllers ask for: what counts is who may touch them.
	"""
	company, customer = frappe.db.get_value("Service Complaint", complaint, ["company", "customer"])
	common = {"company": company, "complaint": complaint, "customer": customer}
	receipt = factories.unique("RECIBO", "-").upper()
	remedy = {**common, "kind": "Discount", "stage": "Promised", "cancel_reason": text, "base_amount": 5}
	cost = {**common, "cost_kind": "Freight", "amount": 5, "paid_amount": 5, "note": text}
	file = {"company": company, "case_type": "Service Complaint", "case_name": complaint, "state": "Ready"}
	return {
		"remedy": _row("Complaint Remedy", remedy),
		"cost": _row("Complaint Cost", cost),
		"case_file": _row("Case File", {**file, "receipt_code": receipt, "problem": text, "manifest": "{}"}),
		"receipt": receipt,
	}


def _row(doctype, values):
	doc = frappe.get_doc({"doctype": doctype, "name": factories.unique("FILA", "-"), **values})
	doc.db_insert()
	return doc.name
