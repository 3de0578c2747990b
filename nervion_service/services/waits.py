"""When a case waited for its customer: read from its history, the one place that every wait leaves its mark (D19)."""

from datetime import datetime

import frappe

from nervion_service.domain.taxonomy import Stage
from nervion_service.services import events


def over(case, ended_at: datetime | None = None) -> tuple[tuple[datetime, datetime], ...]:
	"""(from, to) of every wait of `case`, a document, that has ended, in order.

	ended_at: when the last one ended, if this very save ends it, whose line is not written yet; one under way is left out.
	"""
	waits, begin = [], None
	for row in _moves(case):
		if row.to_stage == Stage.WAITING:
			begin = row.happened_at
		elif begin:
			waits.append((begin, row.happened_at))
			begin = None
	return (*waits, (begin, ended_at)) if begin and ended_at else tuple(waits)


def _moves(case):
	# whoever may classify a case anew moves its promises, and so asks when it waited
	return frappe.get_all(
		events.DOCTYPE,
		filters={"case_type": case.doctype, "case_name": case.name},
		or_filters={"to_stage": Stage.WAITING, "from_stage": Stage.WAITING},
		fields=["happened_at", "to_stage"],
		order_by="happened_at, creation, name",
		limit_page_length=0,
	)
