"""What a customer says about a case that has ended: only a person can tell thanks from a new request, and is to do so in time (S1.2).

A promise of its own runs from the message until somebody takes the case up again, continues it in a new folio, or says that
there is no more to do. The sweep watches it like any other, so that no message waits on a bell alone.
"""

import frappe
from frappe import _

from nervion_service.domain.taxonomy import ENDED_STAGES, CommitmentKind, Events
from nervion_service.services import clock, commitments, events, system

DOCTYPE = "Service Folio"
KINDS = (CommitmentKind.AFTER_END,)


def heard(folio) -> None:
	"""The customer wrote or called about `folio`; where it has ended, somebody is to decide. A second message waits with the first."""
	if folio.stage in ENDED_STAGES and not (_goes_on_elsewhere(folio) or is_owed(folio.name)):
		commitments.start(folio, KINDS, clock.now())


def is_owed(folio: str) -> bool:
	"""Whether a message about an ended folio still waits for somebody's decision."""
	# whoever may read the folio may know it
	return bool(
		frappe.db.exists(
			commitments.DOCTYPE,
			{
				"case_type": DOCTYPE,
				"case_name": folio,
				"kind": ("in", KINDS),
				"status": ("in", commitments.OPEN_STATUSES),
			},
		)
	)


def decided(folio, evidence: tuple[str, str] | None = None) -> int:
	"""Somebody took the folio up again or continued it (evidence: where); returns how many promises that kept."""
	return commitments.fulfil(
		DOCTYPE, folio.name, KINDS, clock.now(), evidence or (folio.doctype, folio.name)
	)


@frappe.whitelist(methods=["POST"])
def settle(folio: str) -> None:
	"""A person read what the customer said after the end, and there is no more to do."""
	doc = system.permitted(DOCTYPE, folio, "write")
	if not decided(doc):
		frappe.throw(_("Nothing waits for a decision in {0}.").format(doc.name), title=_("Not Needed"))
	events.record(doc, Events.AFTER_END_SETTLED)


def _goes_on_elsewhere(folio) -> bool:
	"""Whether the folio was merged into one that is open, whose people hear of the message."""
	if not folio.merged_into:
		return False
	# the stage alone; the message itself is read with the folio that took this one over
	return frappe.db.get_value(DOCTYPE, folio.merged_into, "stage") not in ENDED_STAGES
