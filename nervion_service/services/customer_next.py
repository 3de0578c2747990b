"""What a customer is told comes next, who does it and by when; a delay is admitted first (K11)."""

from datetime import datetime
from typing import Any

from frappe import _

from nervion_service.domain.taxonomy import ENDED_STAGES, CommitmentKind, Stage
from nervion_service.services import clock, customer_words
from nervion_service.services.complaints import customer_view, gates

# what we promise the customer, the nearest first; the others are among ourselves
OWN = (CommitmentKind.FIRST_ANSWER, CommitmentKind.RESOLUTION)
PROMISED = (CommitmentKind.FIRST_ANSWER, *customer_view.PROMISED, CommitmentKind.RESOLUTION)


def has_spoken(folio) -> bool:
	"""Whether the customer has said what ends the case, and a person of ours has to act before it ends."""
	said = folio.withdrawal_reason or (folio.stage == Stage.ANSWERED and folio.satisfaction)
	return bool(said) and folio.stage not in ENDED_STAGES


def following(folio, promises, complaint=None) -> dict[str, Any] | None:
	"""What comes next with a folio, a document or row: {"title", "by", "who", "late", "admission", "yours"}; None for an ended one.

	promises: its open ones that a customer hears of; complaint: its own, as `complaints.customer_view.complaint_of` gives it.
	"""
	if folio.stage in ENDED_STAGES:
		return None
	if has_spoken(folio):
		title = _("Thank you. We have kept your answer; before we close it, a person will contact you")
		return {**step_of_ours(folio, promises, complaint), "title": title}
	if folio.stage == Stage.WAITING:
		return _step_of_yours(_("You answer our question, and we go on"))
	if folio.stage == Stage.ANSWERED:
		return _step_after_answer(folio, promises, complaint)
	return step_of_ours(folio, promises, complaint)


def _step_after_answer(folio, promises, complaint) -> dict[str, Any]:
	if complaint and gates.may_appeal(complaint):
		return _step_of_yours(_("You accept our decision, or tell us why you do not agree"))
	if complaint and customer_view.open_remedies(complaint):
		owed = [row for row in promises if row.kind == CommitmentKind.REMEDY]
		return {**step_of_ours(folio, owed, complaint), "title": _("We do what we promised you")}
	return _step_of_yours(_("You tell us whether it is solved"))


def _step_of_yours(title: str) -> dict[str, Any]:
	return {"title": title, "by": None, "who": _("You"), "late": False, "admission": None, "yours": True}


def step_of_ours(folio, promises, complaint=None) -> dict[str, Any]:
	"""The same where the next step is ours: the nearest promise, or what is still promised once that was missed."""
	now = clock.now()
	promise = next((row for kind in PROMISED for row in promises if row.kind == kind), None)
	late = bool(promise and promise.due_at < now)
	by = _second_term(promises, now) if late else promise and promise.due_at
	return {
		"title": _title(promise, folio),
		"by": by,
		"who": customer_words.who(complaint.assigned_to if complaint else folio.assigned_to),
		"late": late,
		"admission": _admission(promise) if late else None,
		"yours": False,
	}


def _second_term(promises, now: datetime) -> datetime | None:
	"""The nearest moment that we still promise, once the first was missed."""
	return min((row.due_at for row in promises if row.due_at >= now), default=None)


def _title(promise, folio) -> str:
	titles = {
		CommitmentKind.FIRST_ANSWER: _("We answer you"),
		CommitmentKind.ADMISSIBILITY: _("We tell you whether your complaint is justified"),
		CommitmentKind.REMEDY: _("We do what we promised you"),
		CommitmentKind.CLAIM_RESOLUTION: _("We resolve your complaint"),
		CommitmentKind.IMPOSED_DATE: _("We answer by the date that you set"),
	}
	if promise and promise.kind in titles:
		return titles[promise.kind]
	return _("We solve your request") if promise else _("We go on attending your request")


def _admission(promise) -> str:
	day = customer_words.moment(promise.due_at)
	if promise.kind == CommitmentKind.FIRST_ANSWER:
		return _(
			"We promised to answer you by {0} and have not done so yet. We are sorry; those in charge of the service know it."
		).format(day)
	if promise.kind == CommitmentKind.REMEDY:
		return _(
			"We promised to make it good by {0} and have not done so yet. We are sorry; those in charge of the service know it."
		).format(day)
	if promise.kind == CommitmentKind.ADMISSIBILITY:
		return _(
			"We promised to tell you by {0} whether your complaint is justified and have not done so yet. We are sorry; those in charge "
			"of the service know it."
		).format(day)
	return _(
		"We promised to solve your request by {0} and have not done so yet. We are sorry; those in charge of the service know it."
	).format(day)
