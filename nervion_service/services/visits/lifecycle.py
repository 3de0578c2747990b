"""The life of a visit on the server: what each stage needs, whichever way it is tried, and what it leaves (G3, G10)."""

import frappe
from frappe import _
from frappe.utils import cint, get_datetime

from nervion_service.domain import admissibility
from nervion_service.domain import visits as domain
from nervion_service.domain.complaint_words import ReportStage, VisitStage
from nervion_service.domain.taxonomy import CommitmentKind, Events
from nervion_service.services import (
	absences,
	assignment,
	clock,
	commitments,
	events,
	gates,
	refusals,
	stages,
	transitions,
)
from nervion_service.services.analysis import promising
from nervion_service.services.complaints import evidence_files, words
from nervion_service.services.remedies import books
from nervion_service.services.visits import application, handing_on, records, rescheduling

DOCTYPE = records.DOCTYPE
# what only the services write
COMPUTED = ("received_at", "effective_at", "started_at", "finished_at", "analysis_report", "sent_ids")
# as people agree on them; a form that shows minutes would take seconds for a change that nobody made
TO_THE_MINUTE = ("consent_at", "scheduled_from", "scheduled_to")
EVENT_OF_STAGE = {
	VisitStage.CONSENTED: Events.VISIT_CONSENTED,
	VisitStage.SCHEDULED: Events.VISIT_SCHEDULED,
	VisitStage.IN_PROGRESS: Events.VISIT_STARTED,
	VisitStage.FINISHED: Events.VISIT_FINISHED,
	VisitStage.CANCELLED: Events.VISIT_CANCELLED,
}


def enforce(visit) -> None:
	"""Derive the stage, refuse what may not be, compute and stamp what is. Runs on every save, after Frappe's check of roles."""
	visit.stage = stages.of(visit)
	for field in TO_THE_MINUTE:
		visit.set(field, clock.to_the_minute(visit.get(field)))
	before = visit.get_doc_before_save()
	if before:
		_check_change(visit, before)
	application.fill(visit)
	_check_stage(visit, before)
	evidence_files.check_added(visit, before)
	if visit.assigned_to and (not before or visit.assigned_to != before.assigned_to):
		absences.check_staff(visit.meta.get_label("assigned_to"), visit.assigned_to)
		_check_partiality(visit)


def apply_effects(visit) -> None:
	"""Move the promise, tell the person and write the history of what this save changed."""
	before = visit.get_doc_before_save()
	if not before or visit.assigned_to != before.assigned_to:
		_give(visit, before)
	rescheduling.tell(visit, before)
	if before and visit.stage != before.stage:
		events.record_many(records.history(visit, EVENT_OF_STAGE[visit.stage]))
		_move_promise(visit)
		if visit.stage == VisitStage.FINISHED:
			# a repaint that was promised may be done by it
			books.settle(visit.doctype, visit.name)
	if visit.stage == VisitStage.FINISHED:
		handing_on.give_evidence(visit)


def facts(visit) -> domain.Visit:
	"""What the gates of the domain ask of a visit."""
	return domain.Visit(
		consent=bool(cint(visit.consent)),
		consent_by=visit.consent_by or "",
		consent_means=visit.consent_means or "",
		consent_at=visit.consent_at and get_datetime(visit.consent_at),
		scheduled_from=visit.scheduled_from and get_datetime(visit.scheduled_from),
		scheduled_to=visit.scheduled_to and get_datetime(visit.scheduled_to),
		assigned_to=visit.assigned_to or "",
		mode=visit.mode,
		result=visit.result or "",
		diagnosis=visit.diagnosis or "",
		recommendation=visit.recommendation or "",
		open_checks=tuple(row.point for row in visit.checklist if not row.result),
		deviations=tuple(application.in_words(row) for row in visit.deviations),
		has_report=has_report(visit.name),
		is_signed=bool(visit.signature and (visit.signed_by or "").strip()),
		unsigned_reason=visit.unsigned_reason or "",
		cancel_reason=visit.cancel_reason or "",
	)


def has_report(visit: str | None) -> bool:
	"""Whether a RAT was made from this visit and not given up."""
	# a gate of the visit, whose permission was checked
	filters = {"visit": visit, "stage": ("!=", ReportStage.CANCELLED)}
	return bool(visit and frappe.db.exists("Technical Analysis Report", filters))


def missing(visit, stage: str) -> str | None:
	"""What a visit still lacks to be in `stage`, as a sentence; None when nothing. Only looks."""
	lacks = domain.missing(facts(visit), stage, clock.now())
	return refusals.sentence(domain.MESSAGES, lacks.code, dict(lacks.values)) if lacks else None


def _check_change(visit, before) -> None:
	transitions.check(visit, before)
	transitions.keep(visit, before, COMPUTED)
	if visit.stage == before.stage:
		gates.check_edit(visit, before)
	if cint(before.consent) and not cint(visit.consent) and visit.stage != VisitStage.CANCELLED:
		frappe.throw(_(domain.MESSAGES["consent_gone"]), title=_("Not Yet"))
	rescheduling.check(visit, before)


def _check_stage(visit, before) -> None:
	# a finished or cancelled visit that is corrected stays what it is
	moved = before is None or visit.stage != before.stage
	asked = moved or visit.stage not in domain.ENDED
	if asked and (lacks := missing(visit, visit.stage)):
		frappe.throw(lacks, title=_("Not Yet"))
	if moved:
		_stamp(visit)


def _stamp(visit) -> None:
	now = clock.now()
	if visit.stage == VisitStage.IN_PROGRESS:
		visit.started_at = visit.started_at or now
	if visit.stage == VisitStage.FINISHED:
		visit.finished_at = now


def _check_partiality(visit) -> None:
	"""Nobody goes about a complaint that is about himself (K4)."""
	if problem := admissibility.partiality(visit.assigned_to, records.complained_of(visit.complaint)):
		words.refuse([words.sentence(problem)], _("Not Impartial"))


def _move_promise(visit) -> None:
	case, kinds, now = (visit.doctype, visit.name), (CommitmentKind.VISIT,), clock.now()
	if visit.stage == VisitStage.FINISHED and visit.result != domain.Result.NOT_DONE:
		commitments.fulfil(*case, kinds, visit.finished_at, evidence=case)
	elif visit.stage in domain.ENDED:
		# nobody went, or to no avail: another visit is another promise
		commitments.cancel_open(*case, now)
	if visit.stage == VisitStage.FINISHED and domain.found_a_problem(facts(visit)):
		promising.visit_ended(visit)
	if visit.stage in domain.ENDED:
		assignment.end_todos(visit, "Closed")


def _give(visit, before) -> None:
	"""A task for whoever goes, and none for who went before; the promise goes along."""
	if before:
		commitments.reassign(visit.doctype, visit.name, visit.assigned_to, visit.department)
	if before and before.assigned_to:
		assignment.end_todos(visit, "Cancelled")
	if visit.assigned_to:
		# who had it once may still hand in what was written in the field
		events.record(visit, Events.ASSIGNED, reference=("User", visit.assigned_to))
	if visit.assigned_to and visit.stage not in domain.ENDED:
		assignment.give_todo(visit)
