"""What the form of a complaint shows at its head: who, what, what is promised next, what is missing, what to do next."""

from typing import Any

import frappe
from frappe import _
from frappe.model.workflow import get_transitions
from frappe.utils import cint

from nervion_service.domain.complaint_words import COMPLAINT, COMPLAINT_ENDED
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.services import clock, folio_view, promise_timeline, safety, stages, system, visits
from nervion_service.services.complaints import (
	admissibility,
	assigning,
	evidence,
	gates,
	incidents,
	quantities,
	said,
	settings,
	waiting,
)
from nervion_service.services.corrective import succession
from nervion_service.services.remedies import ledger

# the one next step of each stage, as the stage it leads to
NEXT_STAGE = {
	Stage.RECEIVED: Stage.UNDER_REVIEW,
	Stage.UNDER_REVIEW: Stage.ASSIGNED,
	Stage.ASSIGNED: Stage.IN_ANALYSIS,
	Stage.IN_ANALYSIS: Stage.ANSWERED,
	Stage.REPORT_ISSUED: Stage.ANSWERED,
	Stage.ANSWERED: Stage.CLOSED,
	Stage.REMEDY_DONE: Stage.CLOSED,
	Stage.INADMISSIBLE: Stage.CLOSED,
	Stage.REOPENED: Stage.IN_ANALYSIS,
}


@frappe.whitelist()
def get_view(complaint: str) -> dict[str, Any]:
	"""Everything above the fields of the form, as `folio_view.get_view` gives it for a folio; besides "evidence", "remedies",
	"may_judge", "folios", "incident" (the complaints that it gathers), "wants_visit", "told": what the customer has heard from us since
	it was taken up (`said.shown`), "may_ask", "hands": to whom it may be given, the usual one first, and "corrective": the actions that
	it led to.
	"""
	doc = system.permitted(COMPLAINT, complaint, "read")
	promises = [{**row, "colour": folio_view.colour(row)} for row in promise_timeline.timeline(doc)]
	actions = _actions(doc)
	folio = frappe.get_doc("Service Folio", doc.folio)
	return {
		"now": clock.now(),
		"modified": doc.modified,
		"head": {**folio_view.head(doc, promises), "folio": doc.folio, "complaint": doc.name},
		"next_action": next((one for one in actions if one["primary"]), None),
		"actions": actions,
		"promises": promises,
		"history": folio_view.history(doc),
		"safety": safety.banner(folio),
		"evidence": _evidence(doc),
		"may_judge": _may_judge(doc),
		"remedies": ledger.open_for(doc.name) if doc.verdict else [],
		"folios": gates.folios_of(doc),
		"incident": incidents.members(doc),
		"wants_visit": _wants_visit(doc),
		"told": said.shown(gates.told_rows(doc)),
		"corrective": succession.of_complaint(doc),
		"may_ask": doc.stage in waiting.ASKED_IN,
		"hands": [{"value": one, "label": assigning.called(one)} for one in assigning.hands_of(doc.kind)],
	}


@frappe.whitelist()
def deliveries(complaint: str) -> list[dict]:
	"""What the deliveries of a complaint brought, and how much of it may still be claimed."""
	return quantities.delivered(system.permitted(COMPLAINT, complaint, "read"))


def _evidence(doc) -> list[dict[str, Any]]:
	"""Each kind that is needed: {"label", "given", "minimum", "not_applicable", "is_own"}, and what else is missing as text."""
	rows = list(doc.evidence)
	own = settings.own_kinds()
	kinds = settings.required_evidence(doc.defect) if doc.kind == "Product" else {}
	found = [
		{
			"kind": kind,
			"label": _(kind),
			"given": evidence.number_given(doc, kind),
			"minimum": minimum,
			"not_applicable": any(cint(row.not_applicable) for row in rows if row.evidence_kind == kind),
			"is_own": kind in own,
		}
		for kind, minimum in kinds.items()
	]
	texts = [
		text
		for text, one in zip(admissibility.missing_evidence(doc), evidence.owed(doc), strict=True)
		if one.code != "evidence"
	]
	return [*found, *({"text": text} for text in texts)]


def _wants_visit(doc) -> bool:
	"""Whether its defect is looked at where it appeared, and nobody has asked for the visit yet."""
	if doc.answered_at or doc.stage in (*COMPLAINT_ENDED, Stage.INADMISSIBLE) or not doc.defect:
		return False
	needs = frappe.get_cached_value("Service Defect", doc.defect, "requires_visit")
	return bool(needs) and frappe.has_permission(visits.DOCTYPE, "create") and not visits.asked_for(doc.name)


def _may_judge(doc) -> bool:
	pending = doc.stage in (Stage.RECEIVED, Stage.REOPENED, Stage.UNDER_REVIEW) or (
		doc.stage == Stage.ASSIGNED and not doc.admitted_at
	)
	return pending and bool(set(settings.judges_of(doc)) & set(frappe.get_roles()))


def _actions(doc) -> list[dict[str, Any]]:
	"""The workflow's actions that this user may take now, each with what is still missing for it."""
	found: dict[str, dict] = {}
	for transition in get_transitions(doc):
		stage = stages.of_state(transition["next_state"], COMPLAINT)
		if doc.stage == Stage.WAITING and stage in gates.RESUMING and stage != doc.waited_from:
			continue
		# an accident alone goes to Assigned without a review
		if doc.stage == Stage.RECEIVED and stage == Stage.ASSIGNED and not gates.is_accident(doc):
			continue
		found.setdefault(
			transition["action"],
			{
				"action": transition["action"],
				"label": _(transition["action"]),
				"next_state": transition["next_state"],
				"stage": stage,
				"missing": " ".join(_missing(doc, stage)),
				"primary": stage == _next_stage(doc),
			},
		)
	return list(found.values())


def _missing(doc, stage: str) -> list[str]:
	# a reason is asked for by the action itself
	if stage in (Stage.WITHDRAWN, Stage.REOPENED) or (doc.stage, stage) == (
		Stage.INADMISSIBLE,
		Stage.UNDER_REVIEW,
	):
		return gates.problems(doc, stage) if stage in COMPLAINT_ENDED and gates.needs_help(doc) else []
	return gates.problems(doc, stage)


def _next_stage(doc) -> str | None:
	return doc.waited_from if doc.stage == Stage.WAITING else NEXT_STAGE.get(doc.stage)
