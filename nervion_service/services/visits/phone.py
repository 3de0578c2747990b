"""What a technician's phone sends when it has a signal again: once, however often it tries (G10)."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _

from nervion_service.domain.complaint_words import VisitStage
from nervion_service.domain.visits import Result
from nervion_service.services import clock, stages, system, uploads, wording
from nervion_service.services.analysis import making as reports
from nervion_service.services.complaints import settings
from nervion_service.services.visits import application, records, schedule, sendings

DOCTYPE = records.DOCTYPE
# what the form may write; everything else of a visit is nobody's to send
FIELDS = (
	*application.FIELDS.values(), "surface", "surface_preparation", "coats", "result", "diagnosis", "recommendation",
	"signature", "signed_by", "unsigned_reason",
)  # fmt: skip


@frappe.whitelist(methods=["POST"])
def send(visit: str, client_id: str, values: str | dict, finish: int = 0) -> dict[str, Any]:
	"""Write down what the form holds, with the photographs of the request, and finish the visit when asked to.

	client_id: the same for every attempt of one sending, so that a repeated one changes nothing. A visit that found a problem
	gets its RAT, a draft of the technician's, before it is finished. Returns the visit as the phone shows it, with "repeated".
	"""
	doc = system.permitted(DOCTYPE, visit, "write")
	key = sendings.mark(client_id)
	if sendings.is_known(doc, key):
		return {**schedule.taken_along(doc), "repeated": True}
	_check_open(doc)
	_write(doc, frappe.parse_json(values) or {})
	_attach(doc, uploads.check_all(uploads.from_request()))
	if doc.stage == VisitStage.SCHEDULED:
		doc.workflow_state = stages.state_of(VisitStage.IN_PROGRESS, DOCTYPE)
	doc.save()
	if frappe.utils.cint(finish):
		_finish(doc)
	sendings.remember(doc, key)
	return {**schedule.taken_along(doc), "repeated": False}


def _finish(doc) -> None:
	if doc.result == Result.PROBLEM or doc.deviations:
		# what the new report writes beside the visit is taken over, or the next save would be refused
		doc.analysis_report = reports.from_visit(doc)
		doc.flags.by_service = True
	doc.workflow_state = stages.state_of(VisitStage.FINISHED, DOCTYPE)
	doc.save()


def _write(doc, values: Mapping[str, Any]) -> None:
	for field in FIELDS:
		if field in values:
			doc.set(field, values[field])
	said = {row.get("point"): row for row in values.get("checklist") or [] if isinstance(row, dict)}
	for row in doc.checklist:
		if row.point in said:
			row.result, row.note = said[row.point].get("result"), said[row.point].get("note")


def _attach(doc, files: list[tuple[str, bytes]]) -> None:
	has_kind = frappe.db.exists("Evidence Kind", settings.PHOTOGRAPHS)
	there = {row.file for row in doc.evidence}
	for name, content in files:
		file = uploads.attach(doc, name, content)
		# the technician took it, not the customer
		file.db_set(uploads.FROM_CUSTOMER, 0)
		if has_kind and file.file_url not in there:
			doc.append(
				"evidence",
				{
					"evidence_kind": settings.PHOTOGRAPHS,
					"file": file.file_url,
					"provided_by": wording.person(frappe.session.user),
					"provided_at": clock.now(),
				},
			)


def _check_open(doc) -> None:
	if doc.stage not in (VisitStage.SCHEDULED, VisitStage.IN_PROGRESS):
		frappe.throw(
			_("The visit {0} is {1}: nothing more is sent to it from the field.").format(
				doc.name, frappe.bold(_(doc.workflow_state))
			),
			title=_("Not Now"),
		)
