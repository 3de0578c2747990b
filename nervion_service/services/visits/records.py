"""A new visit: what it takes over from its complaint or folio, its checklist, who goes, and its promise (G3, G10)."""

import frappe
from frappe import _

from nervion_service.domain import reception
from nervion_service.domain.taxonomy import TECHNICAL_ROLES, CommitmentKind, Events, Role
from nervion_service.services import assignment, calendars, clock, commitments, events, system

DOCTYPE = "Service Technical Visit"
FROM_COMPLAINT = ("folio", "company", "customer", "party_name", "phone", "department")
FROM_FOLIO = ("company", "customer", "party_name", "phone", "department")


def fill(visit) -> None:
	"""Take over what is known, give a checklist and a person, stamp the request. ValidationError without a folio or complaint."""
	if not (visit.folio or visit.complaint):
		frappe.throw(
			_("A visit belongs to a folio or a complaint: choose one of them."), title=_("Case Missing")
		)
	_take_over(visit)
	visit.route_role = visit.route_role or Role.TECHNICIAN
	visit.assigned_to = visit.assigned_to or _whoever_goes(visit)
	if not visit.checklist:
		visit.set("checklist", [{"point": point} for point in checklist()])
	visit.received_at = clock.now()
	_name, calendar = calendars.for_company(visit.company)
	visit.effective_at = reception.effective_at(visit.received_at, calendar)


def register(visit) -> None:
	"""Promise the visit and write the history of the case that asked for it."""
	commitments.start(visit, (CommitmentKind.VISIT,), visit.effective_at)
	events.record_many(history(visit, Events.VISIT_REQUESTED))


def history(visit, event: str) -> list[dict]:
	"""The line that a step of a visit leaves on itself and on the case it is for."""
	cases = [(visit.doctype, visit.name)]
	cases += [("Service Complaint", visit.complaint)] if visit.complaint else []
	cases += [("Service Folio", visit.folio)] if visit.folio else []
	return [
		{
			"case_type": kind,
			"case_name": name,
			"event": event,
			"company": visit.company,
			"reference_type": visit.doctype,
			"reference_name": visit.name,
		}
		for kind, name in cases
	]


def checklist() -> list[str]:
	"""The points of a visit that the settings name, one a line."""
	text = frappe.get_cached_doc("Complaint Settings").get("visit_checklist") or ""
	return [line.strip() for line in text.splitlines() if line.strip()]


def _take_over(visit) -> None:
	# a form brings the user's usual company along: the case's counts, and is asked for below
	first = ("Service Complaint", visit.complaint) if visit.complaint else ("Service Folio", visit.folio)
	visit.company = frappe.db.get_value(*first, "company")
	named = visit.folio
	if visit.complaint:
		_copy(visit, *first, FROM_COMPLAINT)
		_copy_product(visit)
	if named:
		# the folio that a complaint brings along was copied with it, and may be out of its reader's sight
		_copy(visit, "Service Folio", named, FROM_FOLIO)


def _copy(visit, doctype: str, name: str, fields: tuple[str, ...]) -> None:
	case = system.permitted(doctype, name, "read")
	for field in fields:
		visit.set(field, visit.get(field) or case.get(field))
	if case.company != visit.company:
		frappe.throw(
			_("{0} belongs to another company than this visit.").format(frappe.bold(name)),
			title=_("Not Accepted"),
		)


def _copy_product(visit) -> None:
	# the complaint was just read under its own permission
	row = frappe.db.get_value(
		"Complaint Line", {"parent": visit.complaint, "idx": 1}, ["item", "batch"], as_dict=True
	)
	if row and not visit.item:
		visit.item, visit.batch = row.item, row.batch


def _whoever_goes(visit) -> str | None:
	user, about = frappe.session.user, complained_of(visit.complaint)
	if set(TECHNICAL_ROLES) & set(frappe.get_roles()) and user not in ("Administrator", about):
		return user
	return assignment.choose(visit.route_role, visit.company, [about] if about else ())


def complained_of(complaint: str | None) -> str | None:
	"""Whom a complaint is about, where it is about a person of ours."""
	# for a check of who may go; the complaint was permitted when it was chosen
	return frappe.db.get_value("Service Complaint", complaint, "about_user") if complaint else None
