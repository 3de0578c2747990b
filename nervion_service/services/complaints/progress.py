"""The customer hears how it goes while a complaint runs: a promise that begins anew each time somebody told (K11)."""

from datetime import datetime

from nervion_service.domain import reception
from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import CommitmentKind, Events
from nervion_service.services import calendars, clock, commitments, events

_SILENT = (Stage.INADMISSIBLE, Stage.ANSWERED, Stage.REMEDY_DONE, Stage.CLOSED, Stage.WITHDRAWN)


def promise(complaint) -> None:
	"""Promise that the customer hears of it in the settled time from now."""
	_name, calendar = calendars.for_company(complaint.company)
	commitments.start(complaint, (CommitmentKind.PROGRESS,), reception.effective_at(clock.now(), calendar))


def told(complaint, at: datetime, evidence: tuple[str, str]) -> None:
	"""A person of ours wrote to or called the customer: what was promised is kept, and promised anew while it runs."""
	kept = commitments.fulfil(COMPLAINT, complaint.name, (CommitmentKind.PROGRESS,), at, evidence)
	if not kept or complaint.stage in _SILENT:
		return
	events.record(complaint, Events.PROGRESS_TOLD, happened_at=at, reference=evidence)
	promise(complaint)
	if complaint.stage == Stage.WAITING:
		commitments.pause(COMPLAINT, complaint.name, clock.now())
