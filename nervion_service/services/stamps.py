"""What a transition writes into the folio itself, before it is saved: who, when, and what a reopening takes back (S1.9-S1.11, D2, D17)."""

import frappe
from frappe.utils import cint

from nervion_service.domain import closing
from nervion_service.domain.taxonomy import TECHNICAL_NATURES, TECHNICAL_ROLES, Role, Stage
from nervion_service.services import assignment, clock, gates, routing


def stamp(folio, before) -> None:
	"""Stamp the stage that the folio has just entered, from that of `before`."""
	_STAMPS.get(folio.stage, _no_stamp)(folio, before)


def stamp_confirmation(folio, before) -> None:
	"""The customer's word is of the moment in which it is written down."""
	if folio.satisfaction != before.satisfaction:
		folio.satisfaction_at = clock.now() if folio.satisfaction else None


def stamp_acceptance(folio) -> None:
	"""Whoever saves has accepted the case, now."""
	folio.accepted_by, folio.accepted_at = frappe.session.user, clock.now()


def accepts(folio) -> bool:
	"""A technical request is accepted by the technical area only (D2); any other by whoever takes it."""
	if frappe.get_cached_value("Request Type", folio.request_type, "nature") not in TECHNICAL_NATURES:
		return True
	return is_technical(frappe.session.user)


def is_technical(user: str) -> bool:
	"""Whether the user belongs to the technical area; Administrator holds every role and belongs to none."""
	return user != "Administrator" and bool(set(TECHNICAL_ROLES) & set(frappe.get_roles(user)))


def _no_stamp(folio, before) -> None:
	folio.waiting_since = None


def _stamp_routed(folio, before) -> None:
	# by hand: the job that routes after the commit comes with its route
	if not folio.routed_at:
		folio.flags.event = routing.event_of(folio, routing.stamp(folio))


def _stamp_in_attention(folio, before) -> None:
	folio.waiting_since = None
	# what was said did not end it: it is answered when it is answered again
	folio.answered_at = None
	if before.stage in (Stage.ROUTED, Stage.REOPENED) and accepts(folio):
		stamp_acceptance(folio)


def _stamp_waiting(folio, before) -> None:
	folio.waiting_since = clock.now()


def _stamp_answered(folio, before) -> None:
	folio.waiting_since = None
	folio.answered_at = clock.now()
	folio.closing_attempts = 0
	_forget_refusal(folio, before)


def _forget_refusal(folio, before) -> None:
	"""What the customer was not satisfied with was the answer before: this one needs its own word (S1.11)."""
	if before.satisfaction == "Not Satisfied" == folio.satisfaction:
		for fieldname in ("satisfaction", "satisfaction_means", "satisfaction_by"):
			folio.set(fieldname, None)


def _stamp_closed(folio, before) -> None:
	verdict = gates.closing_verdict(folio)
	folio.closed_at = clock.now()
	folio.first_closed_at = folio.first_closed_at or folio.closed_at
	folio.closed_without_word = int(verdict.code == closing.WITHOUT_WORD)
	# a later reopening has to say its own reason
	folio.reopen_reason = None


def _stamp_withdrawn(folio, before) -> None:
	folio.waiting_since = None
	folio.withdrawn_at = clock.now()


def _stamp_reopened(folio, before) -> None:
	if gates.reopening_verdict(before).code == closing.ESCALATE:
		folio.flags.escalated = True
		folio.assigned_to = assignment.choose(Role.COORDINATOR, folio.company) or folio.assigned_to
	folio.reopen_count = cint(before.reopen_count) + 1
	for fieldname in (
		"closed_at",
		"answered_at",
		"withdrawn_at",
		"accepted_by",
		"accepted_at",
		"solved_letter",
	):
		folio.set(fieldname, None)
	# the customer's word was about the first answer: the second one needs its own
	for fieldname in (
		"satisfaction",
		"satisfaction_means",
		"satisfaction_by",
		"satisfaction_at",
		"withdrawal_reason",
		"merged_into",
	):
		folio.set(fieldname, None)
	folio.closed_without_word = 0
	_take_up(folio)


def _take_up(folio) -> None:
	# from here on a case of another system is one of ours: watched, routed, and somebody's
	folio.is_history = 0
	if not folio.routed_at:
		routing.stamp(folio)
	folio.assigned_to = folio.assigned_to or assignment.choose(folio.route_role, folio.company)


_STAMPS = {
	Stage.ROUTED: _stamp_routed,
	Stage.IN_ATTENTION: _stamp_in_attention,
	Stage.WAITING: _stamp_waiting,
	Stage.ANSWERED: _stamp_answered,
	Stage.CLOSED: _stamp_closed,
	Stage.WITHDRAWN: _stamp_withdrawn,
	Stage.REOPENED: _stamp_reopened,
}
