"""What the owner of a review does: open the corrective action that the analysis leads to, and close it (G15, I2)."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain import indicator_reviews as domain
from nervion_service.domain import months
from nervion_service.domain.complaint_words import ActionStage
from nervion_service.domain.taxonomy import Events
from nervion_service.services import clock, commitments, events, system
from nervion_service.services.corrective import actions as corrective
from nervion_service.services.reviews import asking, lifecycle

DOCTYPE = domain.DOCTYPE


@frappe.whitelist(methods=["POST"])
def open_action(review: str) -> str:
	"""Open the corrective action that a review leads to; returns its number. Who has the review may, whatever else they may do."""
	doc = _mine(review)
	if doc.action:
		frappe.throw(
			_("{0} names the corrective action {1} already.").format(doc.name, doc.action),
			title=_("Not Needed"),
		)
	values = {
		"subject": doc.subject,
		"company": doc.company,
		"source_type": DOCTYPE,
		"source": doc.name,
		"cause_text": doc.analysis,
	}
	action = corrective.open_action(values)
	doc.update({"action": action.name, "decision": domain.Decision.ACTION})
	doc.save()
	return action.name


@frappe.whitelist(methods=["POST"])
def close(review: str) -> str:
	"""Close a review whose analysis and decision are written down; returns the stage. ValidationError says what is missing."""
	doc = _mine(review)
	if problems := missing(doc):
		items = "".join(f"<li>{escape_html(one)}</li>" for one in problems)
		frappe.throw(f"{_('Before it is closed:')}<ul>{items}</ul>", title=_("Not Yet"))
	now = clock.now()
	doc.update({"stage": domain.Stage.CLOSED, "closed_by": frappe.session.user, "closed_at": now})
	doc.flags.by_service = True
	doc.save()
	commitments.fulfil(DOCTYPE, doc.name, asking.KINDS, now, (DOCTYPE, doc.name))
	events.record(doc, Events.TARGET_REVIEWED, from_stage=domain.Stage.OPEN, to_stage=doc.stage)
	lifecycle.end_tasks(doc, status="Closed")
	return doc.stage


def missing(doc) -> list[str]:
	"""What a review still lacks to be closed, in sentences; nothing when it may."""
	return [_(domain.MESSAGES[code]) for code in domain.missing(facts(doc))]


def facts(doc) -> domain.Facts:
	"""The review as the domain sees it."""
	# whether the action runs is asked for who has the review, whatever they may read
	action = doc.action and frappe.db.get_value(
		corrective.DOCTYPE, doc.action, ["stage", "company", "implemented_at"], as_dict=True
	)
	return domain.Facts(
		analysis=doc.analysis,
		decision=doc.decision,
		action=doc.action,
		action_runs=not action or action.stage != ActionStage.CANCELLED,
		action_is_ours=not action or action.company == doc.company,
		action_before=bool(action and action.implemented_at) and _is_before(action.implemented_at, doc.month),
		reason=doc.no_action_reason,
	)


def _is_before(moment: datetime, month: str) -> bool:
	return months.code(moment) <= month


def _mine(review: str):
	doc = system.permitted(DOCTYPE, review, "write")
	if doc.stage == domain.Stage.CLOSED:
		frappe.throw(_("{0} was closed already.").format(doc.name), title=_("Not Needed"))
	lifecycle.require_holder(doc)
	return doc
