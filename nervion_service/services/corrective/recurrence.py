"""The same cause again although something was done about it (D10): found when the cause is set, and what it demands."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, get_datetime

from nervion_service.domain import corrective
from nervion_service.domain import recurrence as domain
from nervion_service.domain.complaint_words import Verdict
from nervion_service.domain.taxonomy import Events
from nervion_service.services import events
from nervion_service.services.corrective import actions, causes, succession

DOCTYPE = actions.DOCTYPE
DEFAULT_DAYS = 90


def cause_set(complaint) -> dict[str, Any]:
	"""Say whether `complaint`, a document that was just saved with another cause, recurs, and open the action that is demanded.

	Returns {"recurrence_of", "recurrence_action", "action"}: the earlier complaint, the action that did not hold, and the action
	that is open about the cause now; None each where there is none. Raises ValidationError for a group of causes. An
	inadmissible complaint demands nothing.
	"""
	before = complaint.get_doc_before_save()
	causes.check_chosen(complaint.root_cause, before and before.get("root_cause"))
	failed = _failed_action(complaint)
	_note(complaint, failed)
	reasons = _reasons(complaint, failed)
	action = _demanded(complaint, failed, reasons) if reasons else None
	if (complaint.demanded_action or None) != action:
		# one action answers several complaints: each names it, whichever it was opened for
		complaint.db_set("demanded_action", action, update_modified=False)
	return {
		"recurrence_of": complaint.recurrence_of,
		"recurrence_action": complaint.recurrence_action,
		"action": action,
	}


def window() -> timedelta:
	"""The settled window of recurrence."""
	days = cint(frappe.get_cached_doc("Complaint Settings").get("recurrence_days"))
	return domain.window(days or DEFAULT_DAYS)


def implemented(company: str | None, causes_of: Iterable[str] = ()) -> list[domain.Implemented]:
	"""Every action that was implemented, of a company and against some causes where they are given.

	Nobody is asked for permission: a fact of the house, by which cases are judged.
	"""
	filters = {"implemented_at": ("is", "set"), "root_cause": ("is", "set")}
	filters |= {"company": company} if company else {}
	wanted = [cause for cause in causes_of if cause]
	filters |= {"root_cause": ("in", wanted)} if wanted else {}
	# see the docstring
	rows = frappe.get_all(
		DOCTYPE,
		filters=filters,
		fields=["name", "root_cause", "implemented_at"],
		order_by="implemented_at, name",
	)
	return [domain.Implemented(row.name, row.root_cause, row.implemented_at) for row in rows]


def _failed_action(complaint) -> domain.Implemented | None:
	if not complaint.root_cause or complaint.verdict == Verdict.INADMISSIBLE:
		return None
	at: datetime = get_datetime(complaint.received_at)
	occurrence = domain.Occurrence(complaint.name, complaint.root_cause, at)
	known = implemented(complaint.company, (complaint.root_cause,))
	return domain.recurs_after(occurrence, known, window())


def _note(complaint, failed) -> None:
	action = failed.action if failed else None
	if (complaint.recurrence_action or None) == action:
		return
	# the earlier complaint is named whoever may see it
	earlier = frappe.db.get_value(DOCTYPE, action, "complaint") if action else None
	# part of the save in which the cause was set
	complaint.db_set({"recurrence_action": action, "recurrence_of": earlier}, update_modified=False)
	if action:
		events.record(complaint, Events.RECURRENCE_FOUND, reference=(DOCTYPE, action))


def _reasons(complaint, failed) -> tuple[str, ...]:
	if not complaint.root_cause or complaint.verdict == Verdict.INADMISSIBLE:
		return ()
	return corrective.demands(complaint.severity, recurs=bool(failed))


def _demanded(complaint, failed, reasons) -> str:
	"""The action that is open about this cause, or a new one; one cause has one open action, however many complaints."""
	if known := succession.open_for(complaint):
		succession.demand(known, reasons)
		return known
	previous = failed.action if failed else None
	opened = actions.open_for_complaint(complaint, reasons, previous_action=previous).name
	frappe.msgprint(_("Corrective action {0} was opened about this cause.").format(opened), alert=True)
	return opened
