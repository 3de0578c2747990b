"""Complaints for tests of a site, and the walks that people take with them: reviewed, judged, analysed, answered, closed.

They stand on real folios (folio_factories) and real deliveries (factories); steps are taken by people who may take them.
"""

from secrets import token_bytes

import frappe

from nervion_service.domain.taxonomy import Role
from nervion_service.services.complaints import admissibility
from nervion_service.workflows.complaint import Action
from tests import engine, factories
from tests.site import folio_factories as folios
from tests.site.upload_samples import picture

COMPLAINT = "Service Complaint"
# what a leaking can needs: the company's data sheet and two photographs
DEFECT = "Leaking Can"
REASON = "La fuga viene del cierre de la lata."
SHOP = "Comprado en la tienda Centro, nota 118."


def a(role):
	"""Name of a user of that role: of the module's cast, or a new one."""
	return folios.cast(role) if role in folios._cast else folios.staff(role)


def a_claim(**overrides):
	"""A routed folio of a claim, with a customer."""
	values = {"request_type": "Claim", "customer": factories.make_customer().name, "subject": "Lata abollada"}
	return folios.make_folio(**{**values, **overrides})


def a_product():
	"""(item, batch) of a product kept in batches, with a data sheet in force."""
	item = factories.make_item(batched=True).name
	batch = factories.make_batch(item=item).name
	make_data_sheet(item)
	return item, batch


def make_data_sheet(item):
	"""The technical data sheet of an item, in force for years."""
	values = {
		"item": item,
		"version": "1",
		"valid_from": "2020-01-01",
		"file": f"/private/files/{factories.unique('ficha', '-')}.pdf",
		"company": factories.make_company().name,
	}
	meta = frappe.get_meta("Technical Data Sheet")
	return factories.insert(
		"Technical Data Sheet", {name: value for name, value in values.items() if meta.has_field(name)}
	)


def photographs(count=2, kind="Photographs"):
	"""Rows of evidence of that many different pictures, which the session's user has just uploaded."""
	return [{"evidence_kind": kind, "file": upload().file_url} for _number in range(count)]


def upload(content=None, **place):
	"""A File of the session's user, of a picture of its own or of those bytes; on nothing, unless `place` says on what."""
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{factories.unique('foto', '-')}.png",
			"is_private": 1,
			# without loss, so that no two colours give the same bytes
			"content": content or picture("PNG", tuple(token_bytes(3))),
			**place,
		}
	)
	# who may upload is Frappe's to ask, of the form; what counts here is the file
	return file.insert(ignore_permissions=True)


def new_complaint(folio=None, **overrides):
	"""A complaint that is not inserted yet: a leaking can with its batch and photographs, complete."""
	folio = folio or a_claim()
	values = {"kind": "Product", "defect": DEFECT, "evidence": photographs(), **overrides}
	if values["kind"] == "Product" and "lines" not in values:
		item, batch = a_product()
		values["lines"] = [{"item": item, "batch": batch, "claimed_qty": 2}]
	if values["kind"] != "Product":
		values.update({"defect": overrides.get("defect"), "evidence": overrides.get("evidence", [])})
	return frappe.get_doc({"doctype": COMPLAINT, "folio": folio.name, "company": folio.company, **values})


def make_complaint(folio=None, by=None, **overrides):
	"""A registered complaint as it stands in the database; `by` is the user who registers it."""
	with engine.run_as(by or frappe.session.user):
		doc = new_complaint(folio, **overrides).insert()
	return reloaded(doc)


def reloaded(complaint):
	"""The complaint as it stands in the database."""
	return frappe.get_doc(COMPLAINT, complaint if isinstance(complaint, str) else complaint.name)


def folio_of(complaint):
	"""The complaint's own folio as it stands in the database."""
	return folios.reloaded(reloaded(complaint).folio)


def act(complaint, action, by=None, **changes):
	"""Take an action of the workflow as `by`, with fields changed in the same save; returns the complaint as it then is."""
	doc = reloaded(complaint)
	with engine.run_as(by or frappe.session.user):
		doc.update(changes)
		transition = next((row for row in folios.get_transitions(doc) if row["action"] == action), None)
		assert transition, f"{frappe.session.user} cannot {action} from {doc.workflow_state}"
		doc.workflow_state = transition["next_state"]
		doc.save()
	return reloaded(doc)


def judge(complaint, verdict="Admissible", by=None, reason=REASON, no_delivery_reason=SHOP, **line):
	"""The verdict of Calidad on the complaint and each of its lines, bought in a shop; returns the complaint as it then is."""
	doc = reloaded(complaint)
	values = {"verdict": verdict, "ground": "Warranty", "remedy": "None", **line}
	lines = [
		{
			"idx": row.idx,
			**values,
			"accepted_qty": 0 if verdict == "Inadmissible" else values.get("accepted_qty", row.claimed_qty),
		}
		for row in doc.lines
	]
	if verdict == "Partially Admissible":
		lines = [{**row, "verdict": "Partially Admissible"} for row in lines]
	with engine.run_as(by or a(Role.QUALITY)):
		admissibility.judge(doc.name, verdict, reason, lines, no_delivery_reason)
	return reloaded(doc)


def analyse(complaint, by=None):
	"""Assigned → In Analysis, by who has it."""
	doc = reloaded(complaint)
	return act(doc, Action.ANALYSE, by or doc.assigned_to)


def tell(complaint):
	"""Somebody calls the customer in the complaint's folio, after now."""
	return folios.write_to_customer(reloaded(complaint).folio, when=None)


def answer(complaint, by=None, text="Se repone el material."):
	"""In Analysis → Answered, told to the customer first; what proves it was prepared by the caller."""
	tell(complaint)
	return act(complaint, Action.ANSWER, by, answer=text)


def close(complaint, by=None, **changes):
	"""Answered → Closed with the customer's word, and the cause of a product's complaint."""
	word = {"satisfaction": "Satisfied", "satisfaction_means": "Phone", "satisfaction_by": "Ana Ruiz"}
	doc = reloaded(complaint)
	if doc.kind == "Product" and not doc.root_cause:
		word["root_cause"] = a_cause()
	return act(doc, Action.CLOSE, by, **{**word, **changes})


def a_cause():
	"""Name of a root cause that can be chosen."""
	return frappe.db.get_value("Service Root Cause", {"is_group": 0}, "name", order_by="name")


def make_attention(by=None, **overrides):
	"""A complaint about attention, which needs no evidence, admitted and in analysis."""
	complaint = make_complaint(kind="Attention", **overrides)
	complaint = judge(complaint, by=by or a(Role.COORDINATOR))
	return analyse(complaint, by=frappe.session.user)


def act_save(complaint, by=None, **changes):
	"""Save the complaint with these changes, without a step."""
	doc = reloaded(complaint)
	with engine.run_as(by or frappe.session.user):
		doc.update(changes)
		doc.save()
	return reloaded(doc)


def answered_attention(remedy=None, **overrides):
	"""A complaint about attention that was answered and told; remedy: what its lines get by the verdict."""
	complaint = make_complaint(kind="Attention", **overrides)
	complaint = judge(complaint, by=a(Role.COORDINATOR), **({"remedy": remedy} if remedy else {}))
	complaint = act_save(analyse(complaint, by=frappe.session.user), root_cause=a_cause())
	return answer(complaint)


def events_of(case, event=None):
	"""The events of a case, oldest first; of one code if named."""
	filters = {"case_type": case.doctype, "case_name": case.name, **({"event": event} if event else {})}
	return frappe.get_all("Service Event", filters=filters, fields=["*"], order_by="creation, name")


def promises_of(case, kind=None):
	"""The promises of a case; of one kind if named."""
	filters = {"case_type": case.doctype, "case_name": case.name, **({"kind": kind} if kind else {})}
	return frappe.get_all("Service Commitment", filters=filters, fields=["*"], order_by="creation, name")
