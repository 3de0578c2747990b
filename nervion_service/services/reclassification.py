"""A case that turns out to be another kind of request: new route, new hands, and the promises of its new kind (S1.8, D9).

What was promised and still applies runs on untouched; what no longer applies lapses; what is new counts from the effective
reception, as every clock does (D3), and stood still while the customer was asked (D19): a wrong first classification gives
nobody more time, and takes none away. A case that has ended is only counted under its new type.
"""

import frappe
from frappe.utils import get_datetime

from nervion_service.domain.taxonomy import ENDED_STAGES, Events, Stage
from nervion_service.services import assignment, clock, commitments, events, routing, waits

CLASSIFICATION = ("request_type", "priority", "severity")


def stamp(folio, before) -> None:
	"""Before it is written: give the folio the route of its new type, and to somebody who answers for it."""
	if folio.request_type == before.request_type:
		return
	_category_of_new_type(folio, before)
	if not before.routed_at or folio.stage in ENDED_STAGES:
		return
	person = folio.assigned_to if folio.assigned_to != before.assigned_to else None
	routing.set_route(folio, routing.decide(folio))
	folio.accepted_by = folio.accepted_at = None
	folio.assigned_to = person or _who_goes_on(folio, before)


def apply(folio, before) -> None:
	"""After it was written: let lapse, start and relabel the promises, and write the history."""
	changed = [field for field in CLASSIFICATION if (folio.get(field) or None) != (before.get(field) or None)]
	if not changed:
		return
	if folio.stage in ENDED_STAGES:
		# nothing is owed any more, but what was is counted by the type that it always had
		commitments.relabel(folio)
	else:
		move_promises(folio, before)
	events.record(
		folio,
		Events.RECLASSIFIED,
		details={field: [before.get(field), folio.get(field)] for field in changed},
	)


def move_promises(case, before) -> None:
	"""The promises of a folio or a complaint follow its new classification; what is new stood still while the customer was asked."""
	now = clock.now()
	ends_a_wait = before.stage == Stage.WAITING != case.stage
	commitments.reclassify(case, before, now, waits.over(case, now if ends_a_wait else None))
	if case.stage == Stage.WAITING:
		# the question that waits is older than the new promises
		commitments.pause(case.doctype, case.name, get_datetime(case.waiting_since))


def _who_goes_on(folio, before) -> str | None:
	"""Whoever has the case keeps it if they answer for the new role too; otherwise the role's least loaded person."""
	people = assignment.answering_for(folio.route_role, folio.company) if folio.route_role else ()
	return (
		before.assigned_to
		if before.assigned_to in people
		else assignment.choose(folio.route_role, folio.company)
	)


def _category_of_new_type(folio, before) -> None:
	was, now = (frappe.get_cached_doc("Request Type", case.request_type) for case in (before, folio))
	# one that a person chose stays
	if folio.sgi_category == (was.sgi_category or folio.sgi_category):
		folio.sgi_category = now.sgi_category
