"""Visits of a complaint that is over: nobody sets out any more, and who would have gone is told (G3)."""

import frappe
from frappe import _

from nervion_service.domain.complaint_words import VisitStage
from nervion_service.services import bells, stages, system

DOCTYPE = "Service Technical Visit"
# what has begun is finished by who is there
BEFORE_IT_BEGINS = (VisitStage.REQUESTED, VisitStage.CONSENTED, VisitStage.SCHEDULED)


def visits_of(complaint) -> None:
	"""Cancel the visits about a complaint that has just ended and that nobody has begun; their promises lapse."""
	# they end with the complaint, whoever may see them
	names = frappe.get_all(
		DOCTYPE,
		{"complaint": complaint.name, "stage": ("in", BEFORE_IT_BEGINS)},
		pluck="name",
		order_by="name",
	)
	by = frappe.session.user
	for name in names:
		_call_off(frappe.get_doc(DOCTYPE, name, for_update=True), complaint, by)


def _call_off(visit, complaint, by: str) -> None:
	with system.as_system():
		visit.cancel_reason = _("The complaint {0} is over.").format(complaint.name)
		visit.workflow_state = stages.state_of(VisitStage.CANCELLED, DOCTYPE)
		visit.save()
		bells.ring_for_holder(visit, _called_off, by)


def _called_off(language: str | None) -> str:
	return _("The visit {0} is cancelled: its complaint is over", language)
