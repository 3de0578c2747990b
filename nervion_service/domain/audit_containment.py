"""Whether a batch that asked for it was held, and what became of it: what an audit asks about containment (ISO 9001 8.7.1, K1, K6)."""

from collections.abc import Iterator

from nervion_service.domain.audit_proofs import (
	ACTION,
	COMPLAINT,
	EVENT,
	FOLIO,
	HOLD,
	NOT_APPLICABLE,
	Proof,
	Records,
	Result,
	Row,
	State,
	rows_of,
)
from nervion_service.domain.batches import TINY
from nervion_service.domain.complaint_words import ActionStage
from nervion_service.domain.corrective import Reason
from nervion_service.domain.safety import YES
from nervion_service.domain.taxonomy import Events


def contained(records: Records) -> Result:
	"""Each batch of an accident, or of an action that a batch asked for, was held; and it is known what became of each held one.

	While a hold lasts nothing is missing yet. A batch that another case had held is proved by the line of history that says so.
	"""
	holds = rows_of(records, HOLD)
	held = {row.get("batch") for row in holds}
	noted = [row for row in _noted(records) if row.get("reference_name") not in held]
	known = held | {row.get("reference_name") for row in noted}
	gaps = [gap for gap in map(_gap, holds) if gap]
	if any(batch not in known for batch in _asking(records)):
		gaps.append("not_held")
	proofs = (
		*(Proof(HOLD, row["name"], row.get("held_at")) for row in holds if not _gap(row)),
		*(Proof(EVENT, row["name"], row.get("happened_at")) for row in noted),
	)
	return _result(proofs, gaps, any(not row.get("released_at") for row in holds))


def _result(proofs: tuple[Proof, ...], gaps: list[str], lasts: bool) -> Result:
	if gaps:
		return Result(State.GAP, proofs, tuple(dict.fromkeys(gaps)))
	if not proofs:
		return NOT_APPLICABLE
	return Result(State.PENDING if lasts else State.FOUND, proofs)


def _gap(hold: Row) -> str | None:
	"""A hold that ended says how it ended, decided about all that came back, and told those whom it had told."""
	if not hold.get("released_at"):
		return None
	decided = sum(row.get("qty") or 0 for row in hold.get("disposition") or ())
	if decided + TINY < (hold.get("recovered_qty") or 0):
		return "no_disposition"
	if not hold.get("outcome"):
		# each release writes one, so this hold ended before outcomes were written: nobody can add it, nor owes word of it
		return None if hold.get("disposition") or hold.get("release_reason") else "no_disposition"
	told = [row for row in hold.get("notices") or () if row.get("sent_at") or row.get("acknowledged_at")]
	return None if all(row.get("outcome_told_at") for row in told) else "outcome_not_told"


def _asking(records: Records) -> Iterator[str]:
	"""The batches that had to be held."""
	for row in rows_of(records, FOLIO):
		if row.get("safety") == YES and row.get("batch") and not row.get("is_history"):
			yield row["batch"]
	for row in rows_of(records, COMPLAINT):
		if row.get("safety") == YES and not row.get("is_history"):
			yield from (line["batch"] for line in row.get("lines") or () if line.get("batch"))
	yield from (row["batch"] for row in rows_of(records, ACTION) if _is_of_batch(row))


def _is_of_batch(action: Row) -> bool:
	"""Whether an action was demanded by a batch, and no hold is its own source: with that it was held."""
	demanded = Reason.BATCH in (action.get("demanded_by") or "").split(", ")
	runs = action.get("stage") != ActionStage.CANCELLED and action.get("source_type") != HOLD
	return bool(demanded and runs and action.get("batch"))


def _noted(records: Records) -> list[Row]:
	return [row for row in rows_of(records, EVENT) if row.get("event") == Events.BATCH_HELD]
