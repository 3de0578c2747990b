"""What must be there before a technical visit goes on: the customer's consent, a date, and a RAT for what it found (G3, G10)."""

from dataclasses import dataclass
from datetime import datetime

from nervion_service.domain.complaint_words import VISIT_STAGES as STAGES
from nervion_service.domain.complaint_words import VisitStage as Stage

__all__ = ["STAGES", "Stage"]

MESSAGES = {
	"consent": (
		"Record the customer's consent first: tick it and say who gave it, by which means and when. No visit is scheduled "
		"without it."
	),
	"consent_ahead": "The customer's consent cannot be dated in the future: correct its date and time.",
	"consent_gone": "The customer's consent was there when the visit was agreed: cancel the visit instead, and say why.",
	"consent_anew": (
		"The customer agreed to {date}. Another date needs the customer's consent anew: use Agree on Another Date, or write down "
		"who gave it, by which means and when."
	),
	"date": "Say from when to when the visit takes place.",
	"date_upside_down": "The visit would end before it begins: correct its date and time.",
	"person": "Say who goes: assign the visit to a person.",
	"result": "Say what the visit came to: choose its result.",
	"diagnosis": "Write down the diagnosis: what was found, or why nothing could be done.",
	"recommendation": "Write down what you recommend to the customer.",
	"checks": "Answer every point of the checklist first; open: {open}.",
	"report": (
		"A visit that finds a problem does not end without a technical analysis report: make the RAT from this visit "
		"first."
	),
	"report_for_deviations": (
		"The application lies outside the limits of the data sheet ({deviations}): that is a problem found, so make the RAT "
		"from this visit first."
	),
	"signature": "Let the customer sign and write down who signed, or say why there is no signature.",
	"cancel_reason": "Say why the visit is cancelled.",
}


ENDED = (Stage.FINISHED, Stage.CANCELLED)


class Mode:
	"""How the customer is helped (G10)."""

	SITE = "Site Visit"
	REMOTE = "Remote Support"


class Result:
	"""What a visit came to."""

	RESOLVED = "Resolved"
	PROBLEM = "Problem Found"
	NOT_DONE = "Not Done"


MODES = (Mode.SITE, Mode.REMOTE)
RESULTS = (Result.RESOLVED, Result.PROBLEM, Result.NOT_DONE)


@dataclass(frozen=True)
class Visit:
	"""What the gates ask of a visit. `deviations`: the application record's, as words; `has_report`: a RAT that is not cancelled."""

	consent: bool = False
	consent_by: str = ""
	consent_means: str = ""
	consent_at: datetime | None = None
	scheduled_from: datetime | None = None
	scheduled_to: datetime | None = None
	assigned_to: str = ""
	mode: str = Mode.SITE
	result: str = ""
	diagnosis: str = ""
	recommendation: str = ""
	open_checks: tuple[str, ...] = ()
	deviations: tuple[str, ...] = ()
	has_report: bool = False
	is_signed: bool = False
	unsigned_reason: str = ""
	cancel_reason: str = ""


@dataclass(frozen=True)
class Missing:
	"""What a visit lacks: a code of MESSAGES and the values of its sentence."""

	code: str
	values: tuple[tuple[str, str], ...] = ()


def missing(visit: Visit, stage: str, now: datetime) -> Missing | None:
	"""What `visit` lacks to be in `stage`, the first thing; None when nothing. A later stage needs what the earlier ones do."""
	if stage == Stage.REQUESTED:
		return None
	if stage == Stage.CANCELLED:
		return None if visit.cancel_reason.strip() else Missing("cancel_reason")
	lacks = _consent(visit, now)
	if not lacks and stage != Stage.CONSENTED:
		lacks = _appointment(visit)
	if not lacks and stage == Stage.FINISHED:
		lacks = _findings(visit) or _proof(visit)
	return lacks


def found_a_problem(visit: Visit) -> bool:
	"""Whether the visit found a problem of application or performance, whatever its result is called."""
	return visit.result == Result.PROBLEM or bool(visit.deviations)


def looked(visit: Visit) -> bool:
	"""Whether anything was looked at: a visit that was not done and measured nothing is no ground for a report."""
	return visit.result in (Result.RESOLVED, Result.PROBLEM) or found_a_problem(visit)


def _consent(visit: Visit, now: datetime) -> Missing | None:
	if not (visit.consent and visit.consent_by.strip() and visit.consent_means and visit.consent_at):
		return Missing("consent")
	return Missing("consent_ahead") if visit.consent_at > now else None


def _appointment(visit: Visit) -> Missing | None:
	if not (visit.scheduled_from and visit.scheduled_to):
		return Missing("date")
	if visit.scheduled_to < visit.scheduled_from:
		return Missing("date_upside_down")
	return None if visit.assigned_to else Missing("person")


def _findings(visit: Visit) -> Missing | None:
	if not visit.result:
		return Missing("result")
	if not visit.diagnosis.strip():
		return Missing("diagnosis")
	if visit.result == Result.NOT_DONE:
		return None
	if not visit.recommendation.strip():
		return Missing("recommendation")
	if visit.open_checks:
		return Missing("checks", (("open", ", ".join(visit.open_checks)),))
	return None


def _proof(visit: Visit) -> Missing | None:
	if found_a_problem(visit) and not visit.has_report:
		if visit.result == Result.PROBLEM:
			return Missing("report")
		return Missing("report_for_deviations", (("deviations", "; ".join(visit.deviations)),))
	if visit.mode == Mode.SITE and visit.result != Result.NOT_DONE and not visit.is_signed:
		return None if visit.unsigned_reason.strip() else Missing("signature")
	return None
