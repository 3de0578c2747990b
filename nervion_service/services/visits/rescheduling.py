"""Another date for a visit that was agreed: the customer's word anew, and whoever goes hears of it (G3)."""

import frappe
from frappe import _
from frappe.utils import format_datetime

from nervion_service.domain import visits as domain
from nervion_service.domain.complaint_words import VisitStage
from nervion_service.domain.taxonomy import Events
from nervion_service.services import bells, events, languages
from nervion_service.services.visits import records

_SHOWN = "EEE d MMM, HH:mm"


def is_moved(visit, before) -> bool:
	"""Whether a visit that was agreed and has not begun gets another date."""
	return bool(before and before.stage == visit.stage == VisitStage.SCHEDULED) and _date(visit) != _date(
		before
	)


def check(visit, before) -> None:
	"""Refuse another date on the consent to the old one; `arranging` writes the new one down."""
	if (
		is_moved(visit, before)
		and not visit.flags.agreed_anew
		and str(visit.consent_at) <= str(before.consent_at)
	):
		frappe.throw(
			_(domain.MESSAGES["consent_anew"]).format(date=format_datetime(before.scheduled_from, _SHOWN)),
			title=_("Not Yet"),
		)


def tell(visit, before) -> None:
	"""Write the history of a new date, and ring for who goes."""
	if not is_moved(visit, before):
		return
	events.record_many(records.history(visit, Events.VISIT_RESCHEDULED))
	if visit.assigned_to == before.assigned_to:
		bells.ring_for_holder(visit, lambda language: _words(visit, language), frappe.session.user)


def _words(visit, language: str | None) -> str:
	with languages.speaking(language):
		return _("The visit {0} has another date: {1}").format(
			"{0}", format_datetime(visit.scheduled_from, _SHOWN)
		)


def _date(visit) -> tuple[str, str]:
	return str(visit.scheduled_from), str(visit.scheduled_to)
