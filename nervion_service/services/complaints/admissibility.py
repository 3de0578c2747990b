"""Whether a complaint is admissible: who may say so, on which evidence, and how the customer may object (G11, K4)."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from nervion_service.domain import admissibility as domain
from nervion_service.domain.complaint_words import ADMITTED, COMPLAINT, COMPLAINT_ENDED, Verdict
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.services import stages, system
from nervion_service.services.complaints import assigning, backing, evidence, gates, settings, words

# what a verdict consists of, in the complaint and in its lines
OWN_FIELDS = ("verdict", "verdict_reason", "no_delivery_reason")
LINE_FIELDS = ("verdict", "ground", "accepted_qty", "remedy", "remedy_amount")
# the button of the message that lists what is missing
ASK = "nervion_service.complaint.ask_for_evidence"


# What people do ----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def judge(
	complaint: str,
	verdict: str,
	reason: str,
	lines: str | list | None = None,
	no_delivery_reason: str | None = None,
) -> str:
	"""Give the verdict and take the complaint where it leads; returns the stage.

	lines: [{"idx", "verdict", "ground", "accepted_qty", "remedy", "remedy_amount"}]. Admitted, it goes to whoever has least to do;
	inadmissible, it waits to be told to the customer. no_delivery_reason: why something is accepted that no delivery to the customer
	covers. Raises ValidationError with the evidence that is missing.
	"""
	doc = system.permitted(COMPLAINT, complaint, "write")
	if doc.stage in (Stage.RECEIVED, Stage.REOPENED):
		doc.workflow_state = stages.state_of(Stage.UNDER_REVIEW, COMPLAINT)
		doc.save()
	doc.update({"verdict": verdict, "verdict_reason": reason})
	if no_delivery_reason is not None:
		doc.no_delivery_reason = no_delivery_reason
	_judge_lines(doc, frappe.parse_json(lines or "[]"))
	if verdict == Verdict.INADMISSIBLE:
		doc.workflow_state = stages.state_of(Stage.INADMISSIBLE, COMPLAINT)
	elif verdict in ADMITTED and doc.stage == Stage.UNDER_REVIEW:
		assigning.to_worker(doc)
		doc.workflow_state = stages.state_of(Stage.ASSIGNED, COMPLAINT)
	# who works on it from now on is written beside the verdict
	doc.flags.by_service = True
	doc.save()
	return doc.stage


@frappe.whitelist(methods=["POST"])
def appeal(complaint: str, reason: str | None) -> str:
	"""Keep the customer's objection to an inadmissible verdict: somebody else judges it again (K4). Returns who."""
	doc = system.permitted(COMPLAINT, complaint, "write")
	doc.appeal_reason = reason
	doc.workflow_state = stages.state_of(Stage.UNDER_REVIEW, COMPLAINT)
	doc.save()
	return doc.assigned_to


@frappe.whitelist()
def missing(complaint: str) -> list[str]:
	"""What the complaint lacks to be admitted, a sentence each."""
	return missing_evidence(system.permitted(COMPLAINT, complaint, "read"))


def missing_evidence(complaint) -> list[str]:
	"""The same for a document whose reader was checked."""
	return [words.sentence(one) for one in evidence.owed(complaint)]


# What the controller calls -----------------------------------------------------------------------------------


def is_judged(complaint, before) -> bool:
	"""Whether this save gives, changes or takes back a verdict, of the complaint or of a line."""
	if any((complaint.get(name) or None) != (before.get(name) or None) for name in OWN_FIELDS):
		return True
	return _of_lines(complaint) != _of_lines(before)


def gives_otherwise(complaint, before) -> bool:
	"""Whether this save changes what a verdict that was given gives the customer: the remedy of a line, or its amount."""
	return bool(before.verdict) and _remedies(complaint) != _remedies(before)


def check_remedies(complaint, before) -> None:
	"""Refuse that by who may not judge, or once it is over. Later than the verdict it may be: the customer may prefer otherwise."""
	_check_judge(complaint)
	if before.stage in COMPLAINT_ENDED:
		words.refuse([_("The complaint is over: reopen it before giving something else.")], _("Not Now"))
	_refuse_unclear(domain.without_remedy(evidence.lines(complaint)))


def check(complaint, before) -> None:
	"""Refuse a verdict at the wrong time, by the wrong person, without reasons, without evidence or against its lines."""
	_check_time(complaint, before)
	_check_judge(complaint)
	_refuse_unclear(
		domain.verdict_problems(complaint.verdict, complaint.verdict_reason, evidence.lines(complaint))
	)
	if complaint.verdict in ADMITTED:
		if not gates.is_accident(complaint):
			_check_evidence(complaint)
		_refuse_unclear(backing.problems(complaint))


def _refuse_unclear(problems: Iterable[domain.Problem]) -> None:
	if found := [words.sentence(one) for one in problems]:
		words.refuse(found, _("Verdict Not Clear"))


def _check_time(complaint, before) -> None:
	if before.stage == Stage.UNDER_REVIEW or (before.stage == Stage.ASSIGNED and not before.admitted_at):
		return
	words.refuse(
		[
			_("A verdict is given while the admissibility is under review; now it is {0}.").format(
				_(before.stage)
			)
		],
		_("Not Now"),
	)


def _check_judge(complaint) -> None:
	roles = settings.judges_of(complaint)
	system.require_role(
		roles, _("Verdicts about this kind of complaint are given by one of these roles: {0}.")
	)
	problem = domain.partiality(
		frappe.session.user, complaint.about_user, complaint.first_judge, is_appeal=bool(complaint.appeal)
	)
	if problem:
		words.refuse([words.sentence(problem)], _("Not Impartial"), frappe.PermissionError)


def _check_evidence(complaint) -> None:
	owed = missing_evidence(complaint)
	if not owed:
		return
	action, advice = None, []
	customers = evidence.owed_by_customer(complaint)
	if len(customers) < len(owed):
		advice.append(
			_(
				"The company's own papers are attached by themselves once Calidad has registered them with the product."
			)
		)
	if customers:
		advice.append(_("Ask the customer for it, or assign the complaint so that a visit gathers it."))
		action = {
			"label": _("Ask the Customer for It"),
			"client_action": ASK,
			"args": {"complaint": complaint.name},
			"hide_on_success": True,
		}
	words.refuse(
		[
			_("It cannot be admitted yet. What is missing:"),
			*owed,
			*advice,
		],
		_("Evidence Missing"),
		action=action,
	)


def _judge_lines(doc, judged: Iterable[Mapping[str, Any]]) -> None:
	rows = {row.idx: row for row in doc.lines}
	for values in judged:
		row = rows.get(frappe.utils.cint(values.get("idx")))
		if row:
			row.update({name: values[name] for name in LINE_FIELDS if name in values})


def _remedies(complaint) -> list[tuple]:
	# a line that is added without one is given nothing yet
	given = [(row.name, row.remedy or "", flt(row.remedy_amount, 2)) for row in complaint.lines]
	return [one for one in given if any(one[1:])]


def _of_lines(complaint) -> list[tuple]:
	# lines that were added or taken away meanwhile are no verdict
	return [
		(row.name, tuple(str(row.get(name) or "") for name in ("verdict", "ground")), row.accepted_qty or 0.0)
		for row in complaint.lines
		if row.verdict or row.accepted_qty
	]
