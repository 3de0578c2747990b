"""The figures of complaints over a period, and the complaints behind each of them (G15, G17, D10, D12, D17, D20).

One statement says of each complaint what it counts as; a figure adds that up, a drill-down lists it, so that the two cannot differ.
Whoever may not list complaints gets no figure of them.
"""

from datetime import datetime

import frappe

from nervion_service.domain import complaint_indicators
from nervion_service.domain.complaint_indicators import Counts
from nervion_service.domain.complaint_words import ADMITTED, COMPLAINT
from nervion_service.domain.indicators import Reading
from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import visibility
from nervion_service.services.indicator_data import ANSWERED, CANCELLED, UNANSWERED, WITHIN
from nervion_service.services.indicator_rows import ROWS_AT_MOST
from nervion_service.services.indicator_sums import Period

KINDS = (CommitmentKind.CLAIM_ATTENTION, CommitmentKind.CLAIM_RESOLUTION)
# over p, the promises of complaint q: it is known whether the promise was kept in time
_JUDGED = (
	f"(p.status IN {ANSWERED} OR p.status IN {UNANSWERED} AND p.paused_at IS NULL AND p.due_at < %(now)s"
	f" OR p.status = '{CANCELLED}' AND p.breached_at IS NOT NULL)"
)
_FIRST_CLOSING = "p.kind = 'Claim Resolution' AND p.fulfilled_at = q.first_closed_at"
# what a complaint counts as, 0 or 1, and its seconds; by the fields of Counts
COUNTS = {
	"attended": f"MAX(p.kind = 'Claim Attention' AND p.status = '{WITHIN[0]}')",
	"attended_judged": f"MAX(p.kind = 'Claim Attention' AND {_JUDGED})",
	"resolved": f"q.reopen_count = 0 AND MAX(p.kind = 'Claim Resolution' AND p.status = '{WITHIN[0]}')",
	"resolved_judged": f"q.reopen_count > 0 OR MAX(p.kind = 'Claim Resolution' AND {_JUDGED})",
	"closed": "q.first_closed_at IS NOT NULL",
	"timed": f"MAX({_FIRST_CLOSING})",
	"seconds": f"MAX(IF({_FIRST_CLOSING}, p.elapsed_seconds, 0))",
	"paused": f"MAX(IF({_FIRST_CLOSING}, p.paused_seconds, 0))",
	"wall": "TIMESTAMPDIFF(SECOND, q.received_at, q.first_closed_at)",
	"judged": "q.verdict > ''",
	"admitted": f"q.verdict IN {ADMITTED}",
	"recurring": f"q.verdict IN {ADMITTED} AND q.recurrence_action > ''",
	"appeals": "q.appeal_upheld > ''",
	"upheld": "q.appeal_upheld = 'Upheld'",
}
# the filters of a period, in the complaint's words
_NARROWING = {
	"responsible": "q.assigned_to = %(responsible)s",
	"channel": "q.folio IN (SELECT f.name FROM `tabService Folio` f WHERE f.channel = %(channel)s)",
}
_SHOWN = (
	"name", "stage", "received_at", "first_closed_at", "kind", "defect", "root_cause", "severity", "customer", "customer_kind",
	"assigned_to", "request_type", "department",
)  # fmt: skip


def readings(period: Period, now: datetime) -> dict[str, Reading]:
	"""Every indicator of complaints received in the period, by code; none for who may not list complaints."""
	if not frappe.has_permission(COMPLAINT, "read"):
		return {}
	return {one.indicator.code: one for one in complaint_indicators.readings(counts(period, now))}


def counts(period: Period, now: datetime) -> Counts:
	"""What the complaints of the period that this user may list add up to."""
	sums = ", ".join(f"SUM(IFNULL(t.`{name}`, 0)) AS `{name}`" for name in COUNTS)
	statement, values = each(period, now)
	# SQL: sums of many rows instead of as many documents; visibility.tail keeps the user's permissions
	row = frappe.db.sql(f"SELECT {sums} FROM ({statement}) t", values, as_dict=True)[0]
	return Counts(**{name: int(row[name] or 0) for name in COUNTS})


def rows(code: str, part: str, period: Period, now: datetime) -> list[dict]:
	"""The complaints behind one figure, oldest first, ROWS_AT_MOST of them, in the columns of a drill-down.

	code: an indicator's; KeyError when unknown. part: "numerator" or "denominator".
	"""
	if not frappe.has_permission(COMPLAINT, "read"):
		return []
	behind = " OR ".join(f"t.`{name}` > 0" for name in complaint_indicators.counted(code, part))
	statement, values = each(period, now)
	# SQL: the same rows as the figure; visibility.tail keeps the user's permissions
	return frappe.db.sql(
		f"""SELECT '{COMPLAINT}' AS case_type, t.name AS case_name, t.stage AS status, t.received_at AS started_at,
			t.first_closed_at AS fulfilled_at, IF(t.timed, t.seconds, NULL) AS elapsed_seconds,
			IF(t.timed, t.paused, NULL) AS paused_seconds, t.assigned_to AS responsible, t.request_type, t.department
		FROM ({statement}) t WHERE {behind} ORDER BY t.received_at, t.name LIMIT {ROWS_AT_MOST}""",
		values,
		as_dict=True,
	)


def each(period: Period, now: datetime, since_ever: bool = False) -> tuple[str, dict]:
	"""A statement with one row a complaint of the period that this user may list: what it is and what it counts as; and its values.

	since_ever: those received before the period, too.
	"""
	columns = [f"q.`{name}`" for name in _SHOWN] + [f"({sql}) AS `{name}`" for name, sql in COUNTS.items()]
	where = ["q.received_at < %(end)s", *([] if since_ever else ["q.received_at >= %(begin)s"])]
	where += [_NARROWING.get(name, f"q.`{name}` = %({name})s") for name in period.narrowed]
	statement = f"""SELECT {", ".join(columns)} FROM `tab{COMPLAINT}` q
		LEFT JOIN `tabService Commitment` p ON p.case_type = '{COMPLAINT}' AND p.case_name = q.name AND p.kind IN %(kinds)s
		WHERE {" AND ".join(where)} {visibility.tail(COMPLAINT, "q")} GROUP BY q.name"""
	return statement, {**period.values, "now": now, "kinds": KINDS}
