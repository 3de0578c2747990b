"""The rows behind an indicator's figure, under the same conditions as the figure (S1.12-S1.14, G17, D14, D20)."""

from datetime import datetime

import frappe

from nervion_service.domain import indicators
from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import visibility
from nervion_service.services.indicator_data import (
	ANSWERED,
	CANCELLED,
	RESPONSES,
	SAME_DAY,
	SATISFACTION,
	UNANSWERED,
	WITHIN,
	automatic_channels,
)
from nervion_service.services.indicator_sums import Period

ROWS_AT_MOST = 10_000
"""Rows that a drill-down shows at the most; the figure itself is counted over all."""

# broken when they lapsed: a case that is withdrawn, classified anew or merged does not mend what it was owed (D20)
_LAPSED = f"(c.status = '{CANCELLED}' AND c.breached_at IS NOT NULL)"
# With pauses counted, what matters is the due time as it stood at the start.
PREDICATES = {
	"everything": f"(c.status != '{CANCELLED}' OR {_LAPSED})",
	"answered": f"c.status IN {ANSWERED}",
	"within": f"c.status = '{WITHIN[0]}'",
	"within_with_pauses": f"(c.status IN {ANSWERED} AND c.fulfilled_at <= c.original_due_at)",
	"unanswered": f"(c.status IN {UNANSWERED} OR {_LAPSED})",
	"overdue": f"(c.status IN {UNANSWERED} AND c.paused_at IS NULL AND c.due_at < %(now)s OR {_LAPSED})",
	"overdue_with_pauses": f"(c.status IN {UNANSWERED} AND c.original_due_at < %(now)s"
	f" OR c.status = '{CANCELLED}' AND c.original_due_at < c.cancelled_at)",
}
# numerator and denominator of each response figure, as the predicates whose rows it counts
PARTS = {
	"": (("answered",), ("answered",)),
	"with-pauses": (("answered",), ("answered",)),
	"share": (("within",), ("answered", "overdue")),
	"share-with-pauses": (("within_with_pauses",), ("answered", "overdue_with_pauses")),
	"unanswered": (("unanswered",), ("everything",)),
	"overdue": (("overdue",), ("everything",)),
}


def rows(code: str, part: str, period: Period, now: datetime) -> list[dict]:
	"""The promises, or for satisfaction the folios, behind one figure, oldest first, ROWS_AT_MOST of them.

	code: an indicator's; KeyError when unknown. part: "numerator" or "denominator".
	"""
	head, suffix = _split(code)
	if head == SATISFACTION:
		return _words(suffix, part, period)
	where = ["c.started_at >= %(begin)s", "c.started_at < %(end)s", "c.kind = %(kind)s"]
	where += [f"c.`{name}` = %({name})s" for name in period.narrowed]
	where.append(f"({' OR '.join(PREDICATES[name] for name in _part(head, suffix, part))})")
	values = {**period.values, "now": now, "kind": RESPONSES.get(head, CommitmentKind.REGISTRATION)}
	if head == SAME_DAY and suffix != "all":
		where.append(f"IFNULL(c.channel, '') {'IN' if suffix == 'automatic' else 'NOT IN'} %(automatic)s")
		values["automatic"] = [*automatic_channels(), "-"]
	# SQL: the same conditions as the figure; visibility.tail keeps the user's permissions
	return frappe.db.sql(
		f"""SELECT c.name AS commitment, c.case_type, c.case_name, c.kind, c.status, c.started_at, c.due_at,
			c.fulfilled_at, c.elapsed_seconds, c.paused_seconds, c.responsible, c.channel, c.request_type, c.department
		FROM `tabService Commitment` c WHERE {" AND ".join(where)} {visibility.tail("Service Commitment", "c")}
		ORDER BY c.started_at, c.name LIMIT {ROWS_AT_MOST}""",
		values,
		as_dict=True,
	)


def _split(code: str) -> tuple[str, str]:
	"""The headline's code and what stands beside it; KeyError for a code that the catalogue lacks."""
	head = indicators.BY_CODE[code].beside or code
	return head, code[len(head) + 1 :]


def _part(head: str, suffix: str, part: str) -> tuple[str, ...]:
	numerator, denominator = (("within",), ("everything",)) if head == SAME_DAY else PARTS[suffix]
	return numerator if part == "numerator" else denominator


def _words(suffix: str, part: str, period: Period) -> list[dict]:
	if suffix:
		return []
	names = {"responsible": "assigned_to"}
	where = ["f.satisfaction_at >= %(begin)s", "f.satisfaction_at < %(end)s", "f.satisfaction > ''"]
	where += [f"f.`{names.get(name, name)}` = %({name})s" for name in period.narrowed]
	where += ["f.satisfaction = 'Satisfied'"] if part == "numerator" else []
	# SQL: the same conditions as the figure; visibility.tail keeps the user's permissions
	return frappe.db.sql(
		f"""SELECT 'Service Folio' AS case_type, f.name AS case_name, f.satisfaction AS status,
			f.effective_at AS started_at, f.satisfaction_at AS fulfilled_at, f.assigned_to AS responsible, f.channel,
			f.request_type, f.department
		FROM `tabService Folio` f WHERE {" AND ".join(where)} {visibility.tail("Service Folio", "f")}
		ORDER BY f.satisfaction_at, f.name LIMIT {ROWS_AT_MOST}""",
		period.values,
		as_dict=True,
	)
