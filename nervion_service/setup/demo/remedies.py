"""What makes the demo's complaints good: promised, approved, proved by a document of the books; and what all of it cost."""

from datetime import timedelta

import frappe

from nervion_service.domain.remedies import Kind, RemedyStage
from nervion_service.services import clock
from nervion_service.services.complaints import actions
from nervion_service.services.remedies import ledger
from nervion_service.setup.demo import books, masters, moments
from nervion_service.setup.demo.complaint import Complaint
from nervion_service.workflows.complaint import Action

REMEDY, COST = "Complaint Remedy", "Complaint Cost"
DUE = timedelta(days=5)


def _promise(case: Complaint) -> None:
	with moments.by(masters.address("calidad")):
		for name in ledger.promise_lines(case.name, (clock.now() + DUE).date().isoformat()):
			case.adopt(REMEDY, name)


def _remedy(case: Complaint) -> None:
	"""The document that proves it, and the remedy that names it; above the limit the Director has approved before."""
	remedy = case.get(REMEDY)
	if remedy.stage == RemedyStage.PROMISED:
		with moments.by(masters.address("director")):
			ledger.approve(remedy.name)
	with moments.by("Administrator"):
		document = _document(case, remedy)
	with moments.by(masters.address("calidad")):
		remedy = case.get(REMEDY)
		remedy.update({"reference_type": document.doctype, "reference": document.name})
		remedy.save()


def _document(case: Complaint, remedy):
	line, day = case.complaint().lines[0], clock.now().date()
	if remedy.kind == Kind.REPLACEMENT:
		spare = books.SPARE.format(item=remedy.item)
		price = case.content["prices"][remedy.item]
		return books.deliver(remedy.customer, case.company, day, remedy.item, spare, remedy.qty, price)
	if remedy.kind == Kind.RETURN:
		return books.take_back(line.delivery, day, remedy.qty)
	return books.credit(line.delivery, day, line.accepted_qty)


def _remedy_done(case: Complaint) -> None:
	with moments.by(case.worker()):
		actions.act(case.name, Action.REMEDY)


def _cost(case: Complaint) -> None:
	"""What the books do not know: the freight, the visit, the hours of the laboratory."""
	line = case.complaint().lines[0]
	with moments.by(masters.address("calidad")):
		for kind, amount in (case.case.get("costs") or case.content["costs"]).items():
			cost = frappe.get_doc(
				{
					"doctype": COST,
					"complaint": case.name,
					"cost_kind": kind,
					"posting_date": clock.now().date(),
					"paid_amount": amount,
					"root_cause": case.complaint().root_cause,
					"item": line.item,
					"plant": books.warehouse(case.company),
				}
			).insert()
			case.adopt(COST, cost.name)


ACTIONS = {"promise": _promise, "remedy": _remedy, "remedy_done": _remedy_done, "cost": _cost}
