"""The records of a case, and what a proof, a gap and an answer are (K12).

Pure: a case is its records as plain mappings, DocType → rows with their child rows. A proof is always a record with a time, never a
status.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

Row = Mapping[str, Any]
Records = Mapping[str, Sequence[Row]]

FOLIO, COMPLAINT, PROMISE, EVENT = "Service Folio", "Service Complaint", "Service Commitment", "Service Event"
VISIT, REPORT = "Service Technical Visit", "Technical Analysis Report"
ACTION, HOLD, REMEDY = "Service Corrective Action", "Service Batch Hold", "Complaint Remedy"
# files of the case whose content nobody has any more; no record of the site
LOST_FILE = "Lost File"


class State(str, Enum):
	"""What was found of one question: proof, a gap, nothing yet because its time runs, or nothing to ask."""

	FOUND = "Found"
	GAP = "Gap"
	PENDING = "Not Due Yet"
	NOT_APPLICABLE = "Not Applicable"


@dataclass(frozen=True)
class Proof:
	"""A record, and when it came to be what proves the point."""

	doctype: str
	name: str
	at: datetime | date | None = None


@dataclass(frozen=True)
class Result:
	"""gaps: codes of MESSAGES, one for each thing that is missing."""

	state: State
	proofs: tuple[Proof, ...] = ()
	gaps: tuple[str, ...] = ()


NOT_APPLICABLE = Result(State.NOT_APPLICABLE)
PENDING = Result(State.PENDING)


def rows_of(records: Records, doctype: str) -> Sequence[Row]:
	"""The rows of one kind; none where the case has none."""
	return records.get(doctype, ())


def judge(found: Iterable[tuple[Row, str, Any, str | None]], doctype: str) -> Result:
	"""Of (row, name, moment, gap or None) for each record asked: proofs of those without a gap, gaps of the others."""
	found = list(found)
	if not found:
		return NOT_APPLICABLE
	proofs = tuple(Proof(doctype, name, at) for _, name, at, gap in found if gap is None)
	gaps = tuple(dict.fromkeys(gap for *_, gap in found if gap))
	return Result(State.GAP if gaps else State.FOUND, proofs, gaps)


def each(
	doctype: str, at: str, gap_of: Callable[[Row], str | None], asked=lambda row: True
) -> Callable[[Records], Result]:
	"""A question to every record of a kind: proved at the moment in field `at`, unless `gap_of` names what is missing."""

	def look(records: Records) -> Result:
		asked_rows = [row for row in rows_of(records, doctype) if asked(row)]
		return judge(((row, row["name"], row.get(at), gap_of(row)) for row in asked_rows), doctype)

	return look


def unless(gap: str, *fields: str) -> Callable[[Row], str | None]:
	"""The gap of a row that lacks any of these fields."""
	return lambda row: None if all(row.get(field) for field in fields) else gap


def by_event(records: Records, *codes: str) -> tuple[Proof, ...]:
	"""The lines of history with these codes, as proofs."""
	found = (row for row in rows_of(records, EVENT) if row.get("event") in codes)
	return tuple(Proof(EVENT, row["name"], row.get("happened_at")) for row in found)
