"""The life of a RAT: written, reviewed, approved by three people, released to the customer, cancelled and amended (G10, G11, K4)."""

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.domain.complaint_words import ReportStage
from nervion_service.domain.taxonomy import Events, ProcedureCode
from nervion_service.services import clock, events, stages, system, transitions
from nervion_service.services import gates as shared_gates
from nervion_service.services.analysis import data_sheets, gates, hands, links, promising, results
from nervion_service.workflows.analysis_report import REVIEWED

DOCTYPE = "Technical Analysis Report"
COMPLAINT = "Service Complaint"


# What the controller calls -----------------------------------------------------------------------------------


def begin(report) -> None:
	"""A new report is its creator's, and an amended one is a draft again."""
	hands.begin(report)
	_take_over(report)
	if report.amended_from:
		report.workflow_state = stages.state_of(ReportStage.DRAFT, DOCTYPE)


def enforce(report) -> None:
	"""Derive the stage, refuse what may not be, compute and stamp what is. Runs on every save that does not cancel."""
	report.stage = stages.of(report)
	before = report.get_doc_before_save()
	if before:
		_check_change(report, before)
	if report.docstatus == 0:
		report.data_sheet = data_sheets.in_force(report.item, report.batch)
		results.fill(report)
	links.check_links(report)
	if before and report.workflow_state != before.workflow_state:
		_move(report, before)
	hands.check(report)


def enforce_cancel(report) -> None:
	"""Cancelling takes the same right and a reason, by its action or directly."""
	report.workflow_state = stages.state_of(ReportStage.CANCELLED, DOCTYPE)
	report.stage = ReportStage.CANCELLED
	before = report.get_doc_before_save()
	transitions.check(report, before)
	transitions.keep(report, before, hands.STAMPS)
	_check_frozen(report, before)
	gates.check_reason(report)


def apply_effects(report) -> None:
	"""Write the history, and tell complaints and visit which report is theirs."""
	before = report.get_doc_before_save()
	if before is None:
		_tell_visit(report)
		return
	if report.stage != before.stage and (event := _EVENTS.get(report.stage)):
		events.record_many(_lines(report, event))
	promising.follow(report, before)
	if cint(report.released_to_customer) and not cint(before.released_to_customer):
		events.record_many(_lines(report, Events.REPORT_RELEASED))


# What people do besides the workflow's buttons ------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def release(report: str) -> str:
	"""Hand an approved report's version for the customer out; returns its number. Doing it twice changes nothing."""
	doc = system.permitted(DOCTYPE, report, "submit")
	if doc.stage != ReportStage.APPROVED:
		frappe.throw(
			_("Only an approved report is released to the customer; this one is {0}.").format(
				frappe.bold(_(doc.workflow_state))
			),
			title=_("Not Yet"),
		)
	if not cint(doc.released_to_customer):
		doc.update(
			{"released_to_customer": 1, "released_at": clock.now(), "released_by": frappe.session.user}
		)
		doc.flags.by_service = True
		doc.save()
	return doc.name


# What others ask ------------------------------------------------------------------------------------------------


def of_complaint(complaint: str, released: bool = False) -> str | None:
	"""The latest approved report that answers a complaint, alone or with others; None when there is none."""
	filters = {"docstatus": 1, **({"released_to_customer": 1} if released else {})}
	# gates and effects of the complaint, whose permission was checked
	shared = frappe.get_all("RAT Complaint", {"complaint": complaint, "parenttype": DOCTYPE}, pluck="parent")
	# the same: gates and effects of the complaint
	found = frappe.get_all(
		DOCTYPE,
		filters=filters,
		or_filters={"complaint": complaint, "name": ("in", shared or [""])},
		pluck="name",
		order_by="approved_at desc, name desc",
		limit_page_length=1,
	)
	return found[0] if found else None


def issued_for(complaint: str) -> bool:
	"""Whether an approved report answers this complaint."""
	return bool(of_complaint(complaint))


def released_for(complaint: str) -> bool:
	"""Whether an approved report that answers this complaint was released to the customer."""
	return bool(of_complaint(complaint, released=True))


def complaints_of(report) -> list[str]:
	"""Every complaint that a report answers, its own first."""
	return list(
		dict.fromkeys(filter(None, (report.complaint, *(row.complaint for row in report.complaints))))
	)


def _take_over(report) -> None:
	"""A report is about the case of its visit or complaint, through which people see it."""
	for doctype, name in (("Service Technical Visit", report.visit), (COMPLAINT, report.complaint)):
		if not name:
			continue
		case = system.permitted(doctype, name, "read")
		# a form brings the user's usual company along: the case's counts
		report.company = case.company
		for field in ("complaint", "folio", "customer"):
			report.set(field, report.get(field) or case.get(field))


def _check_change(report, before) -> None:
	transitions.check(report, before)
	transitions.keep(report, before, hands.STAMPS)
	if report.workflow_state == before.workflow_state:
		shared_gates.check_edit(report, before)
	_check_frozen(report, before)


def _check_frozen(report, before) -> None:
	"""What is reviewed does not change under the reviewer's eyes: it goes back to its author first."""
	if before.stage == ReportStage.DRAFT:
		if report.stage == ReportStage.DRAFT or gates.changed(report, before):
			hands.write(report)
		return
	if field := gates.changed(report, before):
		frappe.throw(
			_("{0} does not change while the report is {1}: return it to its author first.").format(
				frappe.bold(_(report.meta.get_label(field))), frappe.bold(_(before.workflow_state))
			),
			title=_("Not Allowed"),
		)


def _move(report, before) -> None:
	if report.stage == ReportStage.UNDER_REVIEW and before.stage == ReportStage.DRAFT:
		gates.check_complete(report)
		_stamp_procedure(report)
	elif report.workflow_state == REVIEWED or _is_reviewed(report, before):
		hands.review(report)
	elif report.stage == ReportStage.APPROVED:
		gates.check_complete(report)
		hands.approve(report)
	elif report.stage == ReportStage.DRAFT:
		gates.check_return(report)
		hands.take_back(report)
	elif report.stage == ReportStage.CANCELLED:
		gates.check_reason(report)
		gates.check_discard(report)


def _is_reviewed(report, before) -> bool:
	"""An administrator may call the state of a reviewed report as they like: it follows one of the same stage."""
	return report.stage == before.stage == ReportStage.UNDER_REVIEW


def _stamp_procedure(report) -> None:
	# the version that was in force when it was written stands in its foot for ever
	report.procedure = (
		ProcedureCode.TECHNICAL if frappe.db.exists("Service Procedure", ProcedureCode.TECHNICAL) else None
	)
	report.procedure_version = (
		frappe.db.get_value("Service Procedure", report.procedure, "version") if report.procedure else None
	)


def _tell_visit(report) -> None:
	if report.visit:
		# derived: the visit shows the report that was made from it
		frappe.db.set_value(
			"Service Technical Visit", report.visit, "analysis_report", report.name, update_modified=False
		)


def _lines(report, event: str) -> list[dict]:
	cases = [(DOCTYPE, report.name), *((COMPLAINT, name) for name in complaints_of(report))]
	cases += [("Service Folio", report.folio)] if report.folio else []
	return [
		{
			"case_type": kind,
			"case_name": name,
			"event": event,
			"company": report.company,
			"reference_type": DOCTYPE,
			"reference_name": report.name,
		}
		for kind, name in cases
	]


_EVENTS = {ReportStage.APPROVED: Events.REPORT_ISSUED, ReportStage.CANCELLED: Events.REPORT_CANCELLED}
