"""Filters of the list of folios that no field of a folio can say by itself (S1.10)."""

import frappe

from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import clock, commitments, system

DOCTYPE = "Service Folio"
MOST = 500


@frappe.whitelist()
def overdue() -> list[str]:
	"""The folios with an open promise whose time is over, the longest overdue first, as far as the user may see them.

	What waits for the customer is not overdue; a late registration can no longer be mended, so it is not listed.
	"""
	system.require(DOCTYPE, "read")
	rows = frappe.get_list(
		commitments.DOCTYPE,
		filters={
			"case_type": DOCTYPE,
			"status": ("in", commitments.OPEN_STATUSES),
			"kind": ("!=", CommitmentKind.REGISTRATION),
			"due_at": ("<", clock.now()),
			"paused_at": ("is", "not set"),
		},
		fields=["case_name"],
		order_by="due_at, name",
		limit_page_length=MOST,
	)
	return list(dict.fromkeys(row.case_name for row in rows))
