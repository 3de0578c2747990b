"""Who looked at whose case: written into the case the first time that the auditor opens anything of it (I3)."""

from collections.abc import Iterable

import frappe

from nervion_service.domain.taxonomy import Events
from nervion_service.services import clock, events
from nervion_service.services.auditing import access


def case_for(audit: str, case_type: str, case_name: str):
	"""(audit, row) of a drawn case that is about to be looked at, which is noted; PermissionError as `access` has it."""
	doc = access.for_reading(audit)
	row = access.drawn(doc, case_type, case_name)
	note(doc, [row])
	return doc, row


def note(audit, rows: Iterable) -> None:
	"""Note that these cases were looked at, when it is the auditor who looks, and for the first time."""
	unseen = [row for row in rows if not row.seen_at]
	if audit.auditor != frappe.session.user or not unseen:
		return
	for row in unseen:
		row.seen_at = clock.now()
	access.saved(audit)
	for row in unseen:
		case = frappe.get_doc(row.case_type, row.case_name)
		events.record(case, Events.AUDITED, reference=(access.DOCTYPE, audit.name))
	# a paper is opened by its address, and what a GET writes is stored only when it says so
	frappe.local.flags.commit = True
