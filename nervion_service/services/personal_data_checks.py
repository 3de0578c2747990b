"""Saving a request about personal data: what it may say by itself, and the legal term that begins with it (I3)."""

import frappe
from frappe import _
from frappe.utils import get_datetime

from nervion_service.domain.taxonomy import Events
from nervion_service.services import absences, clock, commitments, events, sealing

# what identifies the person
PERSON = ("person_name", "email", "phone", "customer")
OVER = ("Done", "Refused")
# what only the actions write
_BY_ACTION_ONLY = (
	"status", "identity_means", "identity_by", "identity_at", "approved_by", "approved_at", "hold", "answer", "answered_at",
	"answered_by", "answer_means", "answer_message", "outcome", "export_file", "progress", "rows_changed",
)  # fmt: skip
_DECIDED = ("document_type", "document", "doubt", "decision", "reason", "decided_by")


def check(request) -> None:
	"""Refuse a request about nobody, a reception in the future, a result that was typed, a change of the person later on."""
	if request.status not in OVER and not any(request.get(name) for name in PERSON):
		frappe.throw(
			_("Say whose data it is: a name, an e-mail, a phone or a customer."), title=_("Nobody Named")
		)
	if request.is_new():
		_begin(request)
	elif not request.flags.by_service:
		_refuse_typed(request, request.get_doc_before_save())
	if request.assigned_to:
		absences.check_staff(request.meta.get_label("assigned_to"), request.assigned_to)


def register(request) -> None:
	"""Start the legal term and the history of a request that was just stored."""
	commitments.start_all(request)
	events.record(request, Events.REGISTERED, happened_at=get_datetime(request.received_at))


def refuse_deletion(request) -> None:
	"""A request proves that it was answered in time."""
	frappe.throw(_("A request about personal data is never deleted."), title=_("Not Allowed"))


def _begin(request) -> None:
	for name in _BY_ACTION_ONLY:
		request.set(name, None)
	request.set("doubts", [])
	request.status = "Received"
	request.received_at = get_datetime(request.received_at)
	if request.received_at > clock.now():
		frappe.throw(
			_("{0} lies in the future.").format(sealing.bold_label(request, "received_at")),
			title=_("Wrong Time"),
		)


def _refuse_typed(request, before) -> None:
	if _decisions(request) != _decisions(before):
		_refuse(request, "doubts")
	later = () if before.status == "Received" else (*PERSON, "right", "company", "folio")
	for name in (*_BY_ACTION_ONLY, *later):
		if str(request.get(name) or "") != str(before.get(name) or ""):
			_refuse(request, name)


def _decisions(request) -> list[tuple]:
	return [tuple(row.get(name) or "" for name in _DECIDED) for row in request.doubts]


def _refuse(request, name: str) -> None:
	frappe.throw(
		_("{0} changes by the actions of the request only.").format(sealing.bold_label(request, name)),
		title=_("Not Allowed"),
	)
