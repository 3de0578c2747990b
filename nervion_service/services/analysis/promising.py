"""A problem that a visit found is promised its report: a draft is nobody's to forget (G10)."""

import frappe

from nervion_service.domain import reception
from nervion_service.domain.complaint_words import ReportStage
from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import assignment, calendars, clock, commitments
from nervion_service.services.analysis import visit_findings

REPORT, VISIT = "Technical Analysis Report", "Service Technical Visit"
KINDS = (CommitmentKind.ANALYSIS_REPORT,)


def visit_ended(visit) -> None:
	"""A visit has just ended with a problem: its report is promised until it is approved, and its author has the task."""
	of_visit = {"visit": visit.name}
	# the report that the visit rests on, whoever may see it
	if frappe.db.exists(REPORT, {**of_visit, "stage": ReportStage.APPROVED}):
		return
	_promise(visit)
	drafts = {**of_visit, "stage": ReportStage.DRAFT}
	# its drafts, for whose author the task is
	for name in frappe.get_all(REPORT, drafts, pluck="name", order_by="name"):
		_give_task(frappe.get_doc(REPORT, name))


def follow(report, before) -> None:
	"""The approval keeps the promise and a cancellation begins it anew; the author has the task while it is a draft."""
	if report.stage == before.stage:
		return
	if report.stage == ReportStage.DRAFT:
		_give_task(report)
	else:
		assignment.end_todos(report)
	if not report.visit:
		return
	if report.stage == ReportStage.APPROVED:
		commitments.fulfil(VISIT, report.visit, KINDS, report.approved_at, (REPORT, report.name))
	elif before.stage == ReportStage.APPROVED and visit_findings.found_a_problem(report.visit):
		visit_ended(frappe.get_doc(VISIT, report.visit))


def _promise(visit) -> None:
	_name, calendar = calendars.for_company(visit.company)
	commitments.start(visit, KINDS, reception.effective_at(clock.now(), calendar))


def _give_task(report) -> None:
	task = {"doctype": REPORT, "name": report.name, "subject": report.subject, "assigned_to": report.author}
	assignment.give_todo(frappe._dict(task))
