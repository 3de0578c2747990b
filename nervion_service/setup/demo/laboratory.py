"""Visits, samples and technical analysis reports of the demo, each hand by another person of the house."""

from datetime import timedelta

import frappe

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.visits import Mode, Result
from nervion_service.services import clock
from nervion_service.services.analysis import making, reports, samples
from nervion_service.services.complaints import actions
from nervion_service.services.visits import making as visits
from nervion_service.setup.demo import masters, moments, pictures
from nervion_service.setup.demo.complaint import Complaint, take
from nervion_service.workflows.analysis_report import Action as ReportAction
from nervion_service.workflows.complaint import Action
from nervion_service.workflows.visit import Action as VisitAction

VISIT, SAMPLE, REPORT = "Service Technical Visit", "Service Sample", "Technical Analysis Report"
WRITTEN = ("diagnosis", "conclusion", "customer_conclusion", "recommendation")
TEST = ("method", "property_name", "instrument", "uom", "minimum", "maximum", "result", "retained_result")
CALIBRATED = timedelta(days=300)


# Visits -------------------------------------------------------------------------------------------------------------


def _visit(case: Complaint) -> None:
	with moments.by(_technician(case)):
		mode = case.case.get("mode", Mode.SITE)
		case.adopt(VISIT, visits.request_visit(COMPLAINT, case.name, case.case["subject"], mode))


def _consent(case: Complaint) -> None:
	word = {"consent": 1, "consent_by": _contact(case), "consent_means": "Phone"}
	_take(case, VisitAction.CONSENT, **word, consent_at=clock.now() - timedelta(minutes=10))


def _schedule(case: Complaint) -> None:
	_agree(case, case.calendar.add(clock.now(), timedelta(hours=4)))


def _schedule_ahead(case: Complaint) -> None:
	"""For a day that still lies ahead of whoever looks at the demo."""
	_agree(case, case.calendar.add(max(clock.now(), case.today), timedelta(hours=case.case["visit_in"])))


def _agree(case: Complaint, start) -> None:
	start = start.replace(minute=0, second=0, microsecond=0)
	place = {
		"site": case.case.get("site"),
		"address": case.case.get("address"),
		"contact_name": _contact(case),
	}
	_take(case, VisitAction.SCHEDULE, scheduled_from=start, scheduled_to=start + timedelta(hours=2), **place)


def _start(case: Complaint) -> None:
	_take(case, VisitAction.START)


def _inspect(case: Complaint) -> None:
	"""What the technician writes down on the spot."""
	with moments.by(_technician(case)):
		visit = case.get(VISIT)
		visit.update({**case.content["application"], **case.case.get("application", {})})
		visit.update({name: case.finding(name) for name in ("diagnosis", "recommendation")})
		visit.surface = case.case.get("surface")
		visit.result = case.case.get("result", Result.RESOLVED)
		for row in visit.checklist:
			row.result = "Yes"
		visit.update({"signed_by": _contact(case), "signature": pictures.signature(_contact(case))})
		visit.save()


def _rat_of_visit(case: Complaint) -> None:
	with moments.by(_technician(case)):
		case.adopt(REPORT, visits.make_report(case.made[VISIT]))
		_write(case)


def _end_visit(case: Complaint) -> None:
	_take(case, VisitAction.FINISH)


def _take(case: Complaint, action: str, **values) -> None:
	take(case.get(VISIT), action, _technician(case), **values)


# Samples ------------------------------------------------------------------------------------------------------------


def _sample(case: Complaint) -> None:
	words = {"complaint": case.name, "condition": case.content["sample"]["condition"]}
	case.adopt(SAMPLE, _taken(case, seal_number=f"S-{case.case['number'][-3:]}", **words))


def _samples(case: Complaint, report) -> list[str]:
	"""What the tests of a report rest on: the claimed sample, unless a visit measured it, and the retained one they compare with."""
	if SAMPLE not in case.made and not report.visit:
		_sample(case)
	compares = any(row.retained_result for row in report.tests)
	retained = [_taken(case, is_retained=1)] if compares else []
	case.documents += [(SAMPLE, name) for name in retained]
	return [*filter(None, [case.made.get(SAMPLE)]), *retained]


def _taken(case: Complaint, **values) -> str:
	line = case.complaint().lines[0]
	with moments.by(_technician(case)):
		return (
			frappe.get_doc(
				{
					"doctype": SAMPLE,
					"company": case.company,
					"item": line.item,
					"batch": line.batch,
					"taken_at": clock.now(),
					"quantity": "500 ml",
					**values,
				}
			)
			.insert()
			.name
		)


def _laboratory(case: Complaint) -> None:
	"""The technician hands the sample over, the laboratory begins to test it."""
	laboratory, words = masters.address("calidad"), case.content["sample"]
	with moments.by(_technician(case)):
		samples.hand_over(
			case.made[SAMPLE], "Received", laboratory, words["received"], 1, words["place"], clock.now()
		)
	with moments.by(laboratory):
		samples.hand_over(
			case.made[SAMPLE], "In Test", None, words["testing"], 1, words["place"], clock.now()
		)


# Reports ------------------------------------------------------------------------------------------------------------


def _rat(case: Complaint) -> None:
	with moments.by(_technician(case)):
		case.adopt(REPORT, making.from_complaint(case.name))
		_write(case)


def _write(case: Complaint) -> None:
	report = case.get(REPORT)
	report.update({name: case.finding(name) for name in WRITTEN})
	if not report.is_short:
		report.set("tests", [_test(row) for row in case.finding("tests")])
		report.set("samples", [{"sample": name} for name in _samples(case, report)])
	report.save()


def _test(row: list[str]) -> dict:
	return {**dict(zip(TEST, row, strict=True)), "calibrated_until": clock.now().date() + CALIBRATED}


def _rat_send(case: Complaint) -> None:
	take(case.get(REPORT), ReportAction.SEND, _technician(case))


def _rat_review(case: Complaint) -> None:
	take(case.get(REPORT), ReportAction.REVIEW, masters.address("ingenieria"))


def _rat_approve(case: Complaint) -> None:
	take(case.get(REPORT), ReportAction.APPROVE, masters.address("calidad"))


def _release(case: Complaint) -> None:
	with moments.by(masters.address("calidad")):
		reports.release(case.made[REPORT])


def _issue(case: Complaint) -> None:
	with moments.by(_technician(case)):
		actions.act(case.name, Action.ISSUE)


def _technician(case: Complaint) -> str:
	return masters.address("tecnico")


def _contact(case: Complaint) -> str:
	return case.case.get("complainant_name") or case.customer["name"]


ACTIONS = {
	"visit": _visit,
	"consent": _consent,
	"schedule": _schedule,
	"schedule_ahead": _schedule_ahead,
	"start": _start,
	"inspect": _inspect,
	"rat_of_visit": _rat_of_visit,
	"end_visit": _end_visit,
	"sample": _sample,
	"laboratory": _laboratory,
	"rat": _rat,
	"rat_send": _rat_send,
	"rat_review": _rat_review,
	"rat_approve": _rat_approve,
	"release": _release,
	"issue": _issue,
}
