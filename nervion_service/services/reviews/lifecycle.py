"""What the controller of a review calls: the reading is sealed, who has it writes, and what was closed stays (ISO 9001 9.1.3)."""

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain import deputies
from nervion_service.domain import indicator_reviews as domain
from nervion_service.domain.taxonomy import Role
from nervion_service.services import absences, assignment, clock, commitments
from nervion_service.services.complaints import records

DOCTYPE = domain.DOCTYPE
# the reading as it was when it was asked about
SEALED = (
	"indicator", "company", "month", "subject", "owner_role", "procedure", "formula", "unit", "comparison", "target", "value",
	"numerator", "denominator", "asked_at",
)  # fmt: skip
STAMPS = ("stage", "closed_by", "closed_at")
# the owner's own words
WORDS = ("analysis", "decision", "action", "no_action_reason")
# who may give a review to somebody else, besides who has it
GIVERS = (Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, Role.ADMINISTRATOR)


def check(review) -> None:
	"""Refuse what may not be changed, or not by this user. Called on every save, also where validation is skipped."""
	before = review.get_doc_before_save()
	if before is None:
		return records.refuse_typing(review)
	_refuse(review, before, SEALED, _("{0} was sealed when the analysis was asked for and does not change."))
	if not review.flags.by_service:
		_refuse(review, before, STAMPS, _("{0} is filled in by the system and cannot be changed."))
	if before.stage == domain.Stage.CLOSED:
		_refuse(review, before, (*WORDS, "assigned_to"), _("{0} is settled since the review was closed."))
	if _changed(review, before, WORDS):
		require_holder(before)
	_check_person(review, before)
	return None


def follow(review) -> None:
	"""After a save: the promise and the task go to whoever has the review now."""
	before = review.get_doc_before_save()
	if before is None or review.assigned_to == before.assigned_to:
		return
	commitments.reassign(DOCTYPE, review.name, review.assigned_to, None)
	end_tasks(review, but_of=review.assigned_to)
	if review.assigned_to:
		assignment.give_todo(review)


def require_holder(review) -> None:
	"""PermissionError unless the session's user has the review, or stands in today for who has it."""
	if not is_holder(review, frappe.session.user):
		frappe.throw(
			_("{0} has this review: ask for it to be handed over before you write in it.").format(
				escape_html(review.assigned_to)
			),
			frappe.PermissionError,
			title=_("Not Yours"),
		)


def is_holder(review, user: str) -> bool:
	"""Whether that user has the review: also as the deputy of who has it, and where nobody has it."""
	if user == "Administrator" or not review.assigned_to:
		return True
	absent = absences.today(not_written_by=user)
	return user in (review.assigned_to, deputies.stand_in(review.assigned_to, absent, clock.now().date()))


def end_tasks(review, but_of: str | None = None, status: str = "Cancelled") -> None:
	"""The open tasks to analyse it are over, except that of one person."""
	# people see their own tasks only: the system ends those of others
	for name in frappe.get_all(
		"ToDo",
		{
			"reference_type": DOCTYPE,
			"reference_name": review.name,
			"status": "Open",
			"allocated_to": ("!=", but_of or ""),
		},
		pluck="name",
		order_by="name",
	):
		todo = frappe.get_doc("ToDo", name)
		todo.status = status
		# see above: the tasks are other people's
		todo.save(ignore_permissions=True)


def _check_person(review, before) -> None:
	if review.assigned_to == before.assigned_to:
		return
	if review.assigned_to:
		absences.check_staff(review.meta.get_label("assigned_to"), review.assigned_to)
	if not is_holder(before, frappe.session.user) and not set(GIVERS) & set(frappe.get_roles()):
		frappe.throw(
			_("Only who has a review, or one of these roles, hands it over: {0}.").format(
				", ".join(_(role) for role in GIVERS)
			),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)


def _refuse(review, before, fields, message: str) -> None:
	for field in _changed(review, before, fields):
		frappe.throw(message.format(frappe.bold(_(review.meta.get_label(field)))), title=_("Not Allowed"))


def _changed(review, before, fields) -> list[str]:
	return [field for field in fields if _plain(review, field) != _plain(before, field)]


def _plain(review, field: str):
	value, kind = review.get(field), review.meta.get_field(field).fieldtype
	if kind == "Float":
		return round(float(value or 0), 6)
	if kind == "Datetime":
		return frappe.utils.get_datetime(value).replace(microsecond=0) if value else None
	return value or None
