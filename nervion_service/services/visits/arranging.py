"""The customer's consent and the date of a visit in one telephone call, as the Ejecutivo has it (G3)."""

import frappe
from frappe.utils import add_to_date, get_datetime

from nervion_service.domain.complaint_words import VisitStage
from nervion_service.services import clock, stages, system
from nervion_service.services.visits import records

DOCTYPE = records.DOCTYPE
# what is asked on the telephone; everything else is written in the form
SAID = (
	"consent_by", "consent_means", "scheduled_from", "scheduled_to", "assigned_to", "contact_name", "phone", "site", "address",
)  # fmt: skip
# what a visit takes where nobody says until when
USUAL_HOURS = 2


@frappe.whitelist(methods=["POST"])
def arrange(visit: str, values: str | dict) -> str:
	"""Write down the consent and the date, and take the visit to Scheduled; returns its stage.

	values: any of SAID. The two steps of the workflow are taken one after the other, each with its own gate, and all of it is stored
	or nothing. Of a visit that has a date already, the customer has just agreed to another.
	"""
	doc = system.permitted(DOCTYPE, visit, "write")
	said = frappe.parse_json(values or "{}")
	doc.update({name: said[name] or None for name in SAID if name in said})
	if (
		doc.scheduled_from
		and ("scheduled_from" in said or not doc.scheduled_to)
		and not said.get("scheduled_to")
	):
		doc.scheduled_to = add_to_date(get_datetime(doc.scheduled_from), hours=USUAL_HOURS)
	if doc.stage == VisitStage.REQUESTED:
		doc.consent, doc.consent_at = 1, doc.consent_at or clock.now()
		_go(doc, VisitStage.CONSENTED)
	elif doc.stage == VisitStage.SCHEDULED:
		doc.consent_at, doc.flags.agreed_anew = clock.now(), True
	_go(doc, VisitStage.SCHEDULED)
	return doc.stage


def _go(doc, stage: str) -> None:
	doc.workflow_state = stages.state_of(stage, DOCTYPE)
	doc.save()
