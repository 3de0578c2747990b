"""What in the records of a case proves a point that an auditor asks for, and what is missing (K12, I1, I2). `audit_clauses` asks."""

from collections.abc import Callable

from nervion_service.domain.audit_proofs import (
	ACTION,
	COMPLAINT,
	FOLIO,
	LOST_FILE,
	NOT_APPLICABLE,
	PENDING,
	PROMISE,
	REPORT,
	VISIT,
	Proof,
	Records,
	Result,
	Row,
	State,
	by_event,
	judge,
	rows_of,
	unless,
)
from nervion_service.domain.complaint_words import ADMITTED, ActionStage, ComplaintKind, Verdict
from nervion_service.domain.taxonomy import CommitmentKind, Events

_LATE = ("Fulfilled Late", "Breached")


def is_over(row: Row) -> bool:
	"""Answered or closed: what had to be judged is judged."""
	return bool(row.get("closed_at") or row.get("answered_at"))


def happened_here(row: Row) -> bool:
	"""Not brought over from an older system, whose records are not here."""
	return not row.get("is_history")


# --- 8.2.1, ISO 10002 8.2-8.4, 8.7-8.9: what the customer heard, and when ---


def acknowledged(records: Records) -> Result:
	"""That whoever can be written to was told the number and what was promised, by the message itself."""
	asked = [
		row
		for row in rows_of(records, FOLIO)
		if row.get("email") and happened_here(row) and not row.get("merged_into")
	]
	found = (
		(
			row,
			row.get("acknowledgement"),
			row.get("acknowledged_at"),
			unless("no_acknowledgement", "acknowledgement")(row),
		)
		for row in asked
	)
	return judge(found, "Communication")


def answered(records: Records) -> Result:
	"""By the record that proves the answer (D18); while its term runs nothing is missing."""
	asked = [
		row
		for row in rows_of(records, FOLIO)
		if happened_here(row) and not (row.get("withdrawn_at") or row.get("merged_into"))
	]
	if not asked:
		return NOT_APPLICABLE
	proofs = _named(asked, "first_answer", "first_answered_at")
	unanswered = {row["name"] for row in asked if not row.get("first_answer")}
	if not unanswered:
		return Result(State.FOUND, proofs)
	promises = [
		row
		for row in _promises_of(records, CommitmentKind.FIRST_ANSWER)
		if row.get("case_name") in unanswered
	]
	overdue = [row for row in promises if row.get("breached_at")]
	if promises and not overdue:
		return Result(State.PENDING, proofs)
	return Result(State.GAP, proofs, ("no_first_answer",))


def _named(rows: list[Row], field: str, at: str) -> tuple[Proof, ...]:
	"""What these rows name in `field`, of the kind beside it; a row that names nothing proves nothing."""
	return tuple(Proof(row[f"{field}_type"], row[field], row[at]) for row in rows if row.get(field))


def _promises_of(records: Records, *kinds: str) -> list[Row]:
	return [
		row
		for row in rows_of(records, PROMISE)
		if row.get("status") != "Cancelled" and (not kinds or row.get("kind") in kinds)
	]


def kept(gap: str, *kinds: str) -> Callable[[Records], Result]:
	"""Promises of these kinds, or all: kept ones prove, broken ones are a gap, running ones are not due yet."""

	def look(records: Records) -> Result:
		promises = _promises_of(records, *kinds)
		proofs = tuple(
			Proof(PROMISE, row["name"], row["fulfilled_at"])
			for row in promises
			if row.get("status") == "Fulfilled"
		)
		if any(row.get("status") in _LATE for row in promises):
			return Result(State.GAP, proofs, (gap,))
		if proofs:
			return Result(State.FOUND, proofs)
		return PENDING if promises else NOT_APPLICABLE

	return look


def told_progress(records: Records) -> Result:
	"""That the customer heard how it went before the answer, or was asked for something (I1)."""
	if not any(row.get("answered_at") for row in rows_of(records, COMPLAINT)):
		return NOT_APPLICABLE
	proofs = by_event(records, Events.PROGRESS_TOLD, Events.EVIDENCE_ASKED)
	return Result(State.FOUND, proofs) if proofs else Result(State.GAP, (), ("no_progress",))


def decision_told(records: Records) -> Result:
	"""The message or call by which each answered complaint's decision was told."""
	asked = [row for row in rows_of(records, COMPLAINT) if row.get("answered_at")]
	if not asked:
		return NOT_APPLICABLE
	proofs = _named(asked, "answer_evidence", "answered_at")
	if len(proofs) < len(asked):
		return Result(State.GAP, proofs, ("no_decision",))
	return Result(State.FOUND, proofs)


# --- 8.7, ISO 10002 8.5 and 8.6: the verdict, its evidence, the analysis ---


def is_of_product(row: Row) -> bool:
	"""Whether what is complained of is a product."""
	return row.get("kind") == ComplaintKind.PRODUCT


def is_admitted(row: Row) -> bool:
	"""Whether it was found justified, in whole or in part."""
	return row.get("verdict") in ADMITTED


def verdict_gap(row: Row) -> str | None:
	"""A verdict is there, with reasons unless it gives the customer all."""
	if not row.get("verdict"):
		return "no_verdict"
	needs_reason = row["verdict"] != Verdict.ADMISSIBLE
	return "no_reason" if needs_reason and not row.get("verdict_reason") else None


def in_the_file(records: Records) -> Result:
	"""An admitted complaint about a product has its evidence, and no file of the case has lost its content."""
	asked = [row for row in rows_of(records, COMPLAINT) if is_of_product(row) and is_admitted(row)]
	gap_of = unless("no_evidence", "evidence")
	found = judge(((row, row["name"], row.get("registered_at"), gap_of(row)) for row in asked), COMPLAINT)
	if rows_of(records, LOST_FILE):
		return Result(State.GAP, found.proofs, (*found.gaps, "lost_file"))
	return found


def analysed(records: Records) -> Result:
	"""The approved reports and finished visits on which the answer about a product rests."""
	asked = [
		row
		for row in rows_of(records, COMPLAINT)
		if is_of_product(row) and row.get("answered_at") and is_admitted(row)
	]
	if not asked:
		return NOT_APPLICABLE
	reports = [
		Proof(REPORT, row["name"], row["approved_at"])
		for row in rows_of(records, REPORT)
		if row.get("approved_at")
	]
	visits = [
		Proof(VISIT, row["name"], row["finished_at"])
		for row in rows_of(records, VISIT)
		if row.get("finished_at")
	]
	proofs = (*reports, *visits)
	return Result(State.FOUND, proofs) if proofs else Result(State.GAP, (), ("no_analysis",))


# --- 7.1.5, 7.5: instruments and documents ---


def three_hands(row: Row) -> str | None:
	"""Author, reviewer and approver are three (K4)."""
	hands = [row.get(part) for part in ("author", "reviewer", "approver")]
	return None if all(hands) and len(set(hands)) == len(hands) else "not_approved"


def calibrated(row: Row) -> str | None:
	"""Every instrument was calibrated on the day of its test."""
	measured = [test for test in row.get("tests") or () if test.get("instrument")]
	expired = any(_is_expired(test) for test in measured)
	return "expired_calibration" if expired else None


def _is_expired(test: Row) -> bool:
	until, on = test.get("calibrated_until"), test.get("tested_on")
	return not until or bool(on and on > until)


def has_instruments(row: Row) -> bool:
	"""Whether anything was measured with an instrument."""
	return any(test.get("instrument") for test in row.get("tests") or ())


# --- 10.2: cause, action, effect ---


def cause_gap(row: Row) -> str | None:
	"""The root cause is chosen, or it is said why none could be determined."""
	return None if row.get("root_cause") or row.get("no_cause_reason") else "no_cause"


def action_opened(records: Records) -> Result:
	"""Asked where a cause came back or the complaint is critical; an action that is there proves itself, one that did not hold nothing."""
	failed = {row.get("recurrence_action") for row in rows_of(records, COMPLAINT)}
	actions = [
		row
		for row in rows_of(records, ACTION)
		if row.get("stage") != ActionStage.CANCELLED and row["name"] not in failed
	]
	if actions:
		return Result(
			State.FOUND, tuple(Proof(ACTION, row["name"], row.get("received_at")) for row in actions)
		)
	demanded = [
		row
		for row in rows_of(records, COMPLAINT)
		if row.get("recurrence_of") or row.get("severity") == "Critical"
	]
	answered = any(is_admitted(row) and row.get("answered_at") for row in demanded)
	return Result(State.GAP, (), ("no_action",)) if answered else NOT_APPLICABLE


def _is_begun(row: Row) -> bool:
	return row.get("stage") != ActionStage.CANCELLED and bool(row.get("implemented_at"))


def is_eight(row: Row) -> bool:
	"""Carried out by eight disciplines, which ask for more."""
	return _is_begun(row) and row.get("method") == "Eight Disciplines"


def _effect_gap(row: Row) -> str | None:
	if not row.get("verified_at"):
		return "not_verified" if row.get("closed_at") else None
	doers = {row.get("implemented_by"), *(task.get("responsible") for task in row.get("tasks") or ())}
	return "verified_by_doer" if row.get("verified_by") in doers else None


def verified(records: Records) -> Result:
	"""That the effect was verified, and not by who did the work; until its day comes nothing is missing (I2)."""
	asked = [row for row in rows_of(records, ACTION) if _is_begun(row)]
	gaps = tuple(dict.fromkeys(gap for gap in map(_effect_gap, asked) if gap))
	proofs = tuple(Proof(ACTION, row["name"], row["verified_at"]) for row in asked if row.get("verified_at"))
	if gaps:
		return Result(State.GAP, proofs, gaps)
	if asked and len(proofs) < len(asked):
		return Result(State.PENDING, proofs)
	return Result(State.FOUND, proofs) if asked else NOT_APPLICABLE
