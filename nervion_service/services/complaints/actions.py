"""A workflow action on a complaint with the answers that its gate asks for, in one save: all of it happens or nothing (G11)."""

import frappe

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.services import folio_actions, stages, system
from nervion_service.services.complaints import telling

# what the desk may ask for on the way into a stage; anything else is written in the form itself
ANSWERS = {
	Stage.UNDER_REVIEW: ("appeal_reason",),
	Stage.ANSWERED: ("answer", "root_cause"),
	Stage.CLOSED: ("satisfaction", "satisfaction_means", "satisfaction_by", "root_cause", "no_cause_reason"),
	Stage.WITHDRAWN: ("withdrawal_reason",),
	Stage.REOPENED: ("reopen_reason",),
}


@frappe.whitelist(methods=["POST"])
def act(complaint: str, action: str, values: str | dict | None = None) -> str:
	"""Take a workflow action on a complaint and write the answers that its stage asks for; returns the new stage.

	values: those answers; with the customer's answer also "tell": E-mail or Phone to tell it now, or the name of the message that
	told it already, which then proves it (D18).
	"""
	doc = system.permitted(COMPLAINT, complaint, "write")
	transition = folio_actions.transition(doc, action)
	said = frappe.parse_json(values or "{}")
	stage = stages.of_state(transition["next_state"], COMPLAINT)
	if stage == Stage.ANSWERED and said.get("tell"):
		told_by = telling.answer(doc, said.get("answer"), said["tell"])
		# a word to the customer moves the promises of the complaint
		doc.reload()
		doc.flags.told_by = told_by
	doc.update({name: said[name] or None for name in ANSWERS.get(stage, ()) if name in said})
	doc.workflow_state = transition["next_state"]
	doc.save()
	return doc.stage
