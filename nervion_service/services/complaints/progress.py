"""The customer hears how it goes while a complaint runs: a promise that begins anew each time somebody told (K11)."""

from datetime import datetime

import frappe

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


def is_owed(complaint) -> bool:
	"""Whether the complaint still runs, so that its customer is to hear how it goes."""
	return complaint.stage not in _SILENT


def untold(complaint, rows: list) -> None:
	"""The letter that had told it never arrived. rows: the promises that it had kept, as they were then, and that run on by now.

	What was told after it keeps them; otherwise the promise that began with the letter lapses, since nobody heard it.
	"""
	if not rows:
		return
	names, told_at = [row.name for row in rows], max(row.fulfilled_at for row in rows)
	after = _first_told(complaint, names, told_at)
	if after:
		commitments.keep(names, after.fulfilled_at, (after.evidence_type, after.evidence))
		return
	commitments.lapse(_names(complaint, names, status=("in", commitments.OPEN_STATUSES)), clock.now())
	if complaint.stage == Stage.WAITING:
		commitments.pause(COMPLAINT, complaint.name, clock.now())


def _first_told(complaint, names: list[str], told_at: datetime):
	proofs = ["fulfilled_at", "evidence_type", "evidence"]
	found = _rows(complaint, names, proofs, fulfilled_at=(">", told_at), evidence=("is", "set"))
	return min(found, key=lambda row: row.fulfilled_at, default=None)


def _names(complaint, names: list[str], **filters) -> list[str]:
	return [row.name for row in _rows(complaint, names, ["name"], **filters)]


def _rows(complaint, names: list[str], fields: list[str], **filters) -> list:
	of_others = {"case_type": COMPLAINT, "case_name": complaint.name, "name": ("not in", names), **filters}
	# promises follow their case, whoever may read them
	return frappe.get_all(commitments.DOCTYPE, {**of_others, "kind": CommitmentKind.PROGRESS}, fields)
