"""The life of a complaint on the server: its stage, the gates of each step, and what a step does (G10, G11, K1, K3, K4).

Frappe's workflow says who may take which step; the gates say what must be there first, whichever way it is tried. A gate only looks,
`enforce` stamps the complaint before it is written (`stamps`), `apply_effects` moves promises, takes the folios along and writes
history after it was (`effects`, `following`).
"""

import frappe
from frappe import _
from frappe.utils import flt

from nervion_service.domain import admissibility as domain
from nervion_service.domain.complaint_words import ComplaintKind
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import Events
from nervion_service.services import assignment, customer_links, effects, events, stages, system
from nervion_service.services import gates as folio_gates
from nervion_service.services.batches import watch
from nervion_service.services.complaints import (
	admissibility,
	assigning,
	following,
	gates,
	incidents,
	quantities,
	settings,
	stamps,
	words,
)
from nervion_service.services.complaints import effects as own_effects
from nervion_service.services.corrective import recurrence

# what was admitted is answered as what it was admitted
FROZEN = ("kind", "defect", "about_user", "customer")


def enforce(complaint) -> None:
	"""Derive the stage, refuse what may not be, stamp what is. Runs after Frappe has checked the user's role."""
	complaint.stage = stages.of(complaint)
	before = complaint.get_doc_before_save()
	incidents.check(complaint, before)
	if before is None:
		assigning.check(complaint)
		quantities.check_claims(complaint, before)
		return
	if complaint.stage == before.stage:
		folio_gates.check_edit(complaint, before)
	judged = admissibility.is_judged(complaint, before)
	_check_partiality(complaint, before, judged)
	_check_frozen(complaint, before, judged)
	_check_appeal_reason(complaint, before)
	_check_no_cause(complaint, before)
	if judged:
		admissibility.check(complaint, before)
		stamps.verdict(complaint, before)
	elif admissibility.gives_otherwise(complaint, before):
		admissibility.check_remedies(complaint, before)
	if complaint.stage != before.stage:
		gates.gate(complaint, before)
		stamps.stage(complaint, before)
	stamps.appeal_result(complaint)
	complaint.flags.judged = judged
	quantities.check_claims(complaint, before)
	_stamp_the_rest(complaint, before)


def apply_effects(complaint) -> None:
	"""Move the promises, take the folios along and write the history of what this save changed."""
	before = complaint.get_doc_before_save()
	if before is None:
		return
	rows = [*_lines_of_steps(complaint, before), *_other_lines(complaint, before)]
	own_effects.move_promises(complaint, before)
	if complaint.assigned_to != before.assigned_to:
		assignment.moved(complaint, before)
	if rows:
		events.record_many(rows)
	if complaint.root_cause_set_at != before.root_cause_set_at or _weighs_more(complaint, before):
		recurrence.cause_set(complaint)
	if complaint.customer and complaint.customer != before.customer:
		customer_links.follow_complaint(complaint, before.customer)
	if _watched(complaint) != _watched(before):
		# a batch that is named later counts, and an accident holds it, as if it had been said at once
		system.after_commit(watch.complaint_registered, complaint=complaint.name)
	if complaint.stage != before.stage:
		following.sync(complaint, excluded=complaint.flags.led_by)
	following.share_word(complaint, before)
	following.share_severity(complaint, before)


def _weighs_more(complaint, before) -> bool:
	"""Whether a cause that was set before is looked at again, since what it demands goes by what changed."""
	weighed = ("severity", "verdict")
	return bool(complaint.root_cause) and any(complaint.get(name) != before.get(name) for name in weighed)


def _watched(complaint) -> tuple:
	return complaint.safety or "", {row.batch for row in complaint.lines if row.batch}


def _lines_of_steps(complaint, before) -> list[dict]:
	rows = own_effects.of_verdict(complaint, before) if complaint.flags.pop("judged", False) else []
	if complaint.flags.pop("verdict_taken_back", False):
		rows += own_effects.of_verdict_taken_back(complaint)
	rows += own_effects.of_appeal(complaint, before)
	return [*rows, *(own_effects.of_stage(complaint, before) if complaint.stage != before.stage else [])]


def _stamp_the_rest(complaint, before) -> None:
	if any(complaint.get(name) != before.get(name) for name in ("severity", "urgency", "safety")):
		stamps.priority(complaint)
	stamps.word(complaint, before)
	stamps.cause(complaint, before)
	if (complaint.assigned_to, complaint.about_user) != (before.assigned_to, before.about_user):
		assigning.check(complaint)


def _other_lines(complaint, before) -> list[dict]:
	rows = []
	if complaint.assigned_to != before.assigned_to and complaint.stage == before.stage:
		rows.append(effects.line_of_assignment(complaint))
	if complaint.root_cause_set_at != before.root_cause_set_at:
		cause = {"reference_type": "Service Root Cause", "reference_name": complaint.root_cause}
		rows.append(effects.line(complaint, Events.CAUSE_SET, **(cause if complaint.root_cause else {})))
	if admissibility.gives_otherwise(complaint, before):
		rows.append(effects.line(complaint, Events.VERDICT_REMEDY_CHANGED))
	if _files(complaint) - _files(before):
		rows.append(effects.line(complaint, Events.EVIDENCE_RECEIVED))
	if complaint.satisfaction and complaint.satisfaction != before.satisfaction:
		rows.append(effects.line(complaint, Events.SATISFACTION_CONFIRMED))
	return rows


def _files(complaint) -> set[str]:
	return {row.file for row in complaint.evidence if row.file}


def _check_partiality(complaint, before, judged: bool) -> None:
	"""Nobody moves or judges a complaint about himself, in whichever stage (K4); what others asked for is done by the system."""
	user = frappe.session.user
	if (judged or complaint.stage != before.stage) and user in (before.about_user, complaint.about_user):
		found = words.sentence(domain.partiality(user, user))
		words.refuse([found], _("Not Impartial"), frappe.PermissionError)


def _check_frozen(complaint, before, judged: bool) -> None:
	"""What was judged stays what it was judged as; and nobody takes back that a complaint is about himself (K4).

	While it is under review a verdict falls with what it was given on, unless this very save gives it on the new facts.
	"""
	about = before.about_user
	if about and about != complaint.about_user and about == frappe.session.user:
		_refuse(complaint, "about_user")
	if before.kind == ComplaintKind.PRODUCT != complaint.kind:
		roles = settings.JUDGES[ComplaintKind.PRODUCT]
		system.require_role(
			roles, _("That a complaint is not about a product is said by one of these roles: {0}.")
		)
	changed = _changed_facts(complaint, before) if before.verdict else None
	if not changed or (complaint.stage == Stage.UNDER_REVIEW and judged):
		return
	if complaint.stage != Stage.UNDER_REVIEW:
		_refuse(complaint, changed)
	stamps.take_verdict_back(complaint)
	complaint.flags.verdict_taken_back = True
	frappe.msgprint(
		_("The verdict was taken back, since what it was given on has changed: judge it anew."),
		title=_("Judge It Anew"),
		alert=True,
	)


def _changed_facts(complaint, before) -> str | None:
	"""The first field that a verdict is given on and that differs; None where none does."""
	for name in FROZEN:
		# a customer that becomes known changes nothing of what was judged
		is_filled = name == "customer" and not before.customer
		if (complaint.get(name) or None) != (before.get(name) or None) and not is_filled:
			return name
	return "lines" if _line_facts(complaint) != _line_facts(before) else None


def _line_facts(complaint) -> list[tuple]:
	return [
		(row.item or None, row.batch or None, row.delivery or None, flt(row.claimed_qty, 6))
		for row in complaint.lines
	]


def _check_appeal_reason(complaint, before) -> None:
	is_appeal = (before.stage, complaint.stage) == (Stage.INADMISSIBLE, Stage.UNDER_REVIEW)
	if (complaint.appeal_reason or None) != (before.appeal_reason or None) and not is_appeal:
		_refuse(complaint, "appeal_reason")


def _check_no_cause(complaint, before) -> None:
	"""That no cause could be determined is said by Calidad, who answers for the causes (G17)."""
	if (complaint.no_cause_reason or "") != (before.no_cause_reason or ""):
		roles = settings.JUDGES[ComplaintKind.PRODUCT]
		system.require_role(roles, _("That no cause was found is said by one of these roles: {0}."))


def _refuse(complaint, fieldname: str) -> None:
	frappe.throw(
		_("{0} does not change any more: the complaint was judged by it.").format(
			frappe.bold(_(complaint.meta.get_label(fieldname)))
		),
		title=_("Not Allowed"),
	)
