"""Complaints of the demo: registered from their folio, judged on evidence, analysed, answered, made good, by the people of the house."""

from datetime import datetime, timedelta

import frappe

from nervion_service.domain.complaint_words import COMPLAINT, ComplaintKind, Verdict
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.services import clock, intake, uploads
from nervion_service.services.complaints import (
	actions,
	admissibility,
	assigning,
	registering,
	settings,
	waiting,
)
from nervion_service.setup.demo import books, courses, folios, laboratory, moments, pictures, quality, supply
from nervion_service.setup.demo import remedies as made_good
from nervion_service.setup.demo.complaint import Complaint
from nervion_service.workflows.complaint import Action

SOURCE = "queja"
PRODUCT_FOLIO, SERVICE_FOLIO = "Claim", "Complaint"


def live(content: dict, customers: dict, products: list[dict], company: str, now: datetime) -> None:
	"""Let every complaint of the content live that is not there yet, the oldest first."""
	waiting_ones = list(folios.in_order(content["cases"], company, now, SOURCE))
	if not waiting_ones:
		return
	supply.complained_of([case for _number, case in waiting_ones], content, customers, products, company)
	for number, case in waiting_ones:
		_live_through(number, case, customers, content, company, now)


def _live_through(
	number: str, case: dict, customers: dict, content: dict, company: str, now: datetime
) -> None:
	customer = customers[case["customer"]]
	is_product = case.get("kind", ComplaintKind.PRODUCT) == ComplaintKind.PRODUCT
	# whoever registers a complaint asks first whether somebody was hurt
	case = {"request_type": PRODUCT_FOLIO if is_product else SERVICE_FOLIO, "safety": "No", **case}
	with moments.nobody_told():
		folio, registered = folios.register(number, case, customer, company, now)
		walk = Complaint(folio, case, content, company, registered)
		walk.customer = customer
		walk.walk(now)
		# each case is whole or not there: an interrupted demo goes on with the next
		frappe.db.commit()


# Registered, and what was brought ---------------------------------------------------------------------------------


def _route(case: Complaint) -> None:
	intake.follow_up(case.folio)


def _greet(case: Complaint) -> None:
	case.say([case.content["greeting"]])


def _complain(case: Complaint) -> None:
	said = {name: case.case[name] for name in _SAID if name in case.case}
	if days := case.case.get("imposed_in"):
		said["imposed_date"] = (clock.now() + timedelta(days=days)).date()
	said.setdefault("kind", ComplaintKind.PRODUCT)
	if said["kind"] == ComplaintKind.PRODUCT:
		line = {
			"item": case.case["product"],
			"batch": case.case.get("batch"),
			"claimed_qty": case.case["qty"],
		}
		said["lines"] = [{**line, "system_role": case.case.get("part", "Finish")}]
	with case.by():
		case.adopt(COMPLAINT, registering.from_folio(case.folio, said))


_SAID = ("kind", "defect", "surface", "severity", "urgency", "imposed_date", "imposed_by", "complainant_name")


def _evidence(case: Complaint) -> None:
	"""The photographs that the defect asks for, and the delivery that the goods came with."""
	with case.by():
		doc = case.complaint()
		if delivery := case.case.get("batch") and books.delivered(
			case.customer["customer"], case.case["batch"]
		):
			doc.lines[0].update({"delivery_type": books.NOTE, "delivery": delivery})
		for kind, number in sorted(settings.required_evidence(doc.defect).items()):
			if kind not in settings.own_kinds():
				_photograph(case, doc, kind, number)
		doc.save()


def _photograph(case: Complaint, doc, kind: str, number: int) -> None:
	family = frappe.get_cached_value("Service Defect", doc.defect, "family")
	shown = case.content["families"].get(frappe.db.get_value("Service Defect", doc.defect, "name"), family)
	for index in range(number):
		picture = pictures.photograph(f"{case.case['number']}-{kind}-{index}", shown)
		file = uploads.attach(doc, f"foto-{index + 1}.png", picture)
		row = {"evidence_kind": kind, "file": file.file_url, "provided_by": doc.party_name}
		doc.append("evidence", {**row, "provided_at": clock.now()})


# Judged -------------------------------------------------------------------------------------------------------------


def _review(case: Complaint) -> None:
	with moments.by(case.judge()):
		actions.act(case.name, Action.REVIEW)


def _ask(case: Complaint) -> None:
	with case.by():
		waiting.ask_customer(case.name, case.content["asking"], means="Phone")


def _reply(case: Complaint) -> None:
	case.message(case.document(), "Received", case.content["reply"])
	_evidence(case)
	with case.by():
		doc = case.complaint()
		if doc.stage == Stage.WAITING:
			actions.act(case.name, Action.RESUME_REVIEW)


def _assign(case: Complaint) -> None:
	_review(case)
	with moments.by(case.judge()):
		assigning.assign(case.name)


def _judge(case: Complaint) -> None:
	doc = case.complaint()
	accepted = case.case.get("accepted", case.case.get("qty", 0))
	verdict = Verdict.PARTIAL if accepted < case.case.get("qty", 0) else Verdict.ADMISSIBLE
	remedy = case.case.get("remedy", "Replacement")
	line = {
		"verdict": verdict,
		"ground": case.case.get("ground", "Warranty"),
		"accepted_qty": accepted,
		"remedy": remedy,
	}
	if remedy in ("Credit Note", "Discount"):
		line["remedy_amount"] = accepted * case.content["prices"][case.case["product"]]
	with moments.by(case.judge()):
		claimed = [row for row in doc.lines if row.claimed_qty]
		lines = [{"idx": row.idx, **line} for row in claimed]
		# of whom nothing was delivered to it was bought at the counter of a distributor
		reason = None if all(row.delivery for row in claimed) else case.content["bought_in_shop"]
		admissibility.judge(case.name, verdict, case.content["admitted"], lines, reason)


def _reject(case: Complaint) -> None:
	lines = [{"idx": row.idx, "verdict": Verdict.INADMISSIBLE} for row in case.complaint().lines]
	with moments.by(case.judge()):
		admissibility.judge(case.name, Verdict.INADMISSIBLE, case.case["reason"], lines)


def _tell(case: Complaint) -> None:
	case.say([case.case["reason"]])


def _appeal(case: Complaint) -> None:
	with case.by():
		admissibility.appeal(case.name, case.case["objection"])


# Analysed, answered, ended ------------------------------------------------------------------------------------------


def _analyse(case: Complaint) -> None:
	with moments.by(case.worker()):
		actions.act(case.name, Action.ANALYSE)


def _progress(case: Complaint) -> None:
	case.say([case.content["progress"]])


def _cause(case: Complaint) -> None:
	with moments.by(case.worker()):
		doc = case.complaint()
		doc.root_cause = case.cause()
		doc.save()


def _answer(case: Complaint) -> None:
	case.say([case.finding("answer")])


def _finish(case: Complaint) -> None:
	with moments.by(case.worker()):
		actions.act(case.name, Action.ANSWER, {"answer": case.finding("answer")})


def _close(case: Complaint) -> None:
	_end(case, "Satisfied")


def _close_unhappy(case: Complaint) -> None:
	_end(case, "Not Satisfied" if not case.case.get("understands") else "Satisfied")


def _end(case: Complaint, word: str) -> None:
	means = {"Phone": "Phone", "E-mail": "E-mail", "Portal": "Portal"}.get(case.document().channel, "Message")
	values = {"satisfaction": word, "satisfaction_means": means, "satisfaction_by": case.customer["name"]}
	with case.by():
		actions.act(case.name, Action.CLOSE, values)


def _withdraw(case: Complaint) -> None:
	with case.by():
		actions.act(case.name, Action.WITHDRAW, {"withdrawal_reason": case.case["reason"]})


def _reopen(case: Complaint) -> None:
	case.message(case.document(), "Received", case.case["reason"])
	with case.by():
		actions.act(case.name, Action.REOPEN, {"reopen_reason": case.case["reason"]})


Complaint.courses = courses.COURSES
Complaint.actions = {
	"route": _route,
	"greet": _greet,
	"complain": _complain,
	"evidence": _evidence,
	"review": _review,
	"ask": _ask,
	"reply": _reply,
	"assign": _assign,
	"judge": _judge,
	"judge_appeal": _judge,
	"reject": _reject,
	"tell": _tell,
	"appeal": _appeal,
	"analyse": _analyse,
	"progress": _progress,
	"cause": _cause,
	"answer": _answer,
	"finish": _finish,
	"close": _close,
	"close_unhappy": _close_unhappy,
	"withdraw": _withdraw,
	"reopen": _reopen,
	**laboratory.ACTIONS,
	**made_good.ACTIONS,
	**quality.ACTIONS,
}
