"""The life of a folio on the server: its stage, the gates of each transition, and what a transition does (S1.9-S1.11, D16-D18).

Frappe's workflow says who may take which transition; the gates say what must be there first, whichever way it is tried.
A gate only looks, `enforce` stamps the document before it is written (`stamps`), `apply_effects` moves promises and writes
history after it was (`effects`).
"""

import frappe
from frappe import _

from nervion_service.domain.taxonomy import ENDED_STAGES, TECHNICAL_ROLES, Events, Role, Stage
from nervion_service.services import (
	after_end,
	assignment,
	clock,
	customer_links,
	daily_figures,
	effects,
	events,
	gates,
	reclassification,
	stages,
	stamps,
	system,
)
from nervion_service.services.complaints import following

DOCTYPE = "Service Folio"
# who passes a case on to the second technical level
PASSERS = (*TECHNICAL_ROLES, Role.COORDINATOR, Role.ADMINISTRATOR)

# What the controller calls -----------------------------------------------------------------------------------


def enforce(folio) -> None:
	"""Derive the stage, refuse what may not be, stamp what is. Runs after Frappe has checked the user's role."""
	folio.stage = stages.of(folio)
	before = folio.get_doc_before_save()
	if before is None:
		return
	if folio.stage == before.stage:
		gates.check_edit(folio, before)
	else:
		following.lead(folio, before)
		if not (folio.flags.by_complaint or following.has_decided(folio)):
			gates.gate(folio, before)
		stamps.stamp(folio, before)
	following.check_severity(folio, before)
	reclassification.stamp(folio, before)
	stamps.stamp_confirmation(folio, before)
	if folio.assigned_to != before.assigned_to:
		assignment.check_person(folio)
	if before.satisfaction:
		# the word is counted live from here on, as this save leaves it
		daily_figures.release(DOCTYPE, [folio.name])


def apply_effects(folio) -> None:
	"""Move the promises, tell the assigned person and write the history of what this save changed."""
	before = folio.get_doc_before_save()
	if before is None:
		return
	rows = []
	if folio.stage != before.stage:
		rows.append(effects.of_stage(folio, before))
	reclassification.apply(folio, before)
	effects.take_promises_along(folio, before)
	following.take_safety_along(folio, before)
	following.take_word_along(folio, before)
	if folio.customer and folio.customer != before.customer:
		customer_links.follow_folios([folio.name], folio.customer, before.customer)
	if folio.satisfaction and folio.satisfaction != before.satisfaction:
		rows.append(effects.line(folio, Events.SATISFACTION_CONFIRMED))
	if folio.assigned_to != before.assigned_to:
		assignment.moved(folio, before)
		rows.append(effects.line_of_assignment(folio))
	if rows:
		events.record_many(rows)


def catch_up(folio) -> None:
	"""Take over what assigning wrote beside this save, so that the document on the screen is the latest."""
	before = folio.get_doc_before_save()
	if before is None or folio.assigned_to == before.assigned_to:
		return
	# the row that this very user has just saved
	latest = frappe.db.get_value(
		folio.doctype, folio.name, ["modified", "modified_by", "assigned_to"], as_dict=True
	)
	folio.update(latest)


# What people do besides the workflow's buttons ------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def accept(folio: str) -> str:
	"""Take the case: Routed or Reopened → In Attention; in attention already, the technical area's acceptance (D2).

	Returns the stage. A technician who accepts is also who has the case from then on.
	"""
	doc = system.permitted(DOCTYPE, folio, "write")
	if stamps.is_technical(frappe.session.user):
		doc.assigned_to = frappe.session.user
	if doc.stage in (Stage.ROUTED, Stage.REOPENED):
		doc.workflow_state = stages.state_of(Stage.IN_ATTENTION)
		doc.save()
	else:
		_accept_late(doc)
	return doc.stage


@frappe.whitelist(methods=["POST"])
def pass_on(folio: str, reason: str) -> str | None:
	"""Give a case that is too complex to the second technical level (S1.15), with the reason; returns who has it now."""
	doc = system.permitted(DOCTYPE, folio, "write")
	system.require_role(PASSERS, _("Cases are passed on by one of these roles: {0}."))
	if doc.stage not in (Stage.ROUTED, Stage.IN_ATTENTION, Stage.REOPENED):
		frappe.throw(
			_("Only a case that is being attended can be passed on; this one is {0}.").format(
				_(doc.workflow_state)
			),
			title=_("Not Now"),
		)
	role = frappe.get_cached_doc("Service Settings").technical_second_level_role or Role.ENGINEER
	first = doc.route_role
	assignment.comment_reason(doc, _("Passed on to the second level"), reason)
	doc.route_role, doc.assigned_to = role, assignment.choose(role, doc.company, excluded=(doc.assigned_to,))
	doc.flags.by_service = True
	doc.save()
	events.record(doc, Events.PASSED_ON, details={"from_role": first, "to_role": role})
	return doc.assigned_to


@frappe.whitelist(methods=["POST"])
def new_linked_folio(
	folio: str, description: str | None = None, channel: str | None = None, safety: str | None = None
) -> str:
	"""Continue an ended case whose window to reopen is over in a new folio of the same party; returns its number.

	safety: what the customer answers now; a folio of a call or a visit to the store is not made without it (K1).
	"""
	system.require(DOCTYPE, "create")
	doc = ended(folio)
	copy = frappe.copy_doc(doc, ignore_no_copy=False)
	copy.update({"parent_folio": doc.name, "channel": channel or doc.channel, "received_at": clock.now()})
	copy.description, copy.safety = description or doc.description, safety
	copy.insert()
	linked(doc, copy.name)
	return copy.name


def ended(folio: str):
	"""A folio that the user may read, if it has ended: only then does it go on in another."""
	doc = system.permitted(DOCTYPE, folio, "read")
	if doc.stage not in ENDED_STAGES:
		frappe.throw(_("This folio is still open: go on working on it."), title=_("Not Needed"))
	return doc


def linked(folio, following: str) -> None:
	"""An ended case goes on in another folio: its history says so, and what its customer said since is decided on."""
	after_end.decided(folio, (DOCTYPE, following))
	events.record(folio, Events.LINKED, reference=(DOCTYPE, following))


def _accept_late(doc) -> None:
	if doc.stage != Stage.IN_ATTENTION or doc.accepted_at or not stamps.accepts(doc):
		frappe.throw(
			_("There is nothing to accept: the case is {0} and {1}.").format(
				_(doc.workflow_state),
				_("accepted already") if doc.accepted_at else _("not for your area to accept"),
			),
			title=_("Not Needed"),
		)
	stamps.stamp_acceptance(doc)
	doc.flags.by_service = True
	doc.save()
	effects.fulfil_acceptance(doc)
	events.record(doc, Events.ACCEPTED)
