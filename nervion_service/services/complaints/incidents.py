"""Complaints of one cause, gathered under the one that came first: one report may answer them all (K6)."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain.complaint_words import COMPLAINT, COMPLAINT_ENDED
from nervion_service.services.complaints import words


def check(complaint, before) -> None:
	"""Refuse an incident of another company, of itself, or under another incident: one level, so that everybody finds the whole."""
	parent = complaint.parent_complaint
	if not parent or (before and before.parent_complaint == parent):
		return
	# the user named it; only what stands against it is looked at
	above = frappe.db.get_value(COMPLAINT, parent, ["company", "parent_complaint"], as_dict=True)
	if above and above.company != complaint.company:
		_refuse(_("{0} belongs to another company.").format(_bold(parent)))
	if parent == complaint.name:
		_refuse(_("A complaint does not gather itself: choose the one that came first."))
	if above and above.parent_complaint:
		_refuse(
			_("{0} belongs to the incident of {1} already: choose {1}.").format(
				_bold(parent), _bold(above.parent_complaint)
			)
		)
	if not complaint.is_new() and frappe.db.exists(COMPLAINT, {"parent_complaint": complaint.name}):
		_refuse(_("{0} gathers other complaints itself: move those first.").format(_bold(complaint.name)))


def members(complaint) -> list[dict[str, Any]]:
	"""The complaints that this one gathers, as far as the session's user may see them, the oldest first."""
	return frappe.get_list(
		COMPLAINT,
		filters={"parent_complaint": complaint.name},
		fields=["name", "party_name", "workflow_state", "stage"],
		order_by="received_at, name",
		limit_page_length=0,
	)


def waiting_for_report(complaint) -> list[str]:
	"""Those of them that one report with this complaint would answer: the ones that have not ended."""
	return [row["name"] for row in members(complaint) if row["stage"] not in COMPLAINT_ENDED]


def _bold(name: str) -> str:
	return frappe.bold(escape_html(name))


def _refuse(sentence: str) -> None:
	words.refuse([sentence], _("Incident"))
