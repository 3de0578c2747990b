"""Author, reviewer and approver of a RAT are three people, whichever way it is tried (K4)."""

import frappe
from frappe import _

from nervion_service.domain import admissibility, analysis
from nervion_service.domain.analysis import check_hands
from nervion_service.domain.measures import Unfit
from nervion_service.services import clock, refusals, wording
from nervion_service.services.complaints import words

# written when it happens, by whoever does it, and typed by nobody
_HANDS = (
	"author", "writers", "reviewer", "reviewed_at", "approver", "approved_at", "released_to_customer", "released_at",
	"released_by",
)  # fmt: skip
STAMPS = (*_HANDS, "verdict", "comparison", "data_sheet", "procedure", "procedure_version", "amended_from")


def begin(report) -> None:
	"""A new report is its creator's; what a copy or a form says about hands counts for nothing."""
	for field in (*_HANDS, "return_reason", "cancel_reason"):
		report.set(field, None)
	report.author = report.writers = frappe.session.user
	_check_partiality(report)


def write(report) -> None:
	"""Whoever changes a draft wrote it too, and cannot judge it afterwards."""
	people = writers(report)
	if frappe.session.user not in people:
		report.writers = "\n".join((*people, frappe.session.user))
	_check_partiality(report)


def writers(report) -> list[str]:
	"""Everybody who wrote the report."""
	return [person for person in (report.writers or report.author or "").split("\n") if person]


def review(report) -> None:
	"""Stamp the session's user as reviewer; ValidationError for somebody who wrote it."""
	report.reviewer, report.reviewed_at = frappe.session.user, clock.now()
	check(report)


def approve(report) -> None:
	"""Stamp the session's user as approver; ValidationError for somebody who wrote or reviewed it."""
	report.approver, report.approved_at = frappe.session.user, clock.now()
	check(report)


def take_back(report) -> None:
	"""A report that went back to its author is reviewed anew."""
	report.reviewer = report.reviewed_at = report.approver = report.approved_at = None


def check(report) -> None:
	"""ValidationError unless all who wrote, the reviewer and the approver differ."""
	_check_partiality(report)
	with refusals.explained(analysis.MESSAGES, title=_("Somebody Else")):
		for author in writers(report) or [report.author]:
			try:
				check_hands(author, report.reviewer, report.approver)
			except Unfit as unfit:
				raise Unfit(unfit.code, **_in_words(unfit.values)) from None


def _check_partiality(report) -> None:
	"""Nobody writes or judges a report about a complaint of himself."""
	complaints = [report.complaint, *(row.complaint for row in report.get("complaints") or ())]
	about = {"name": ("in", list(filter(None, complaints)) or [""]), "about_user": frappe.session.user}
	# whether it is about who writes is a fact of the complaints that the report names
	if frappe.db.exists("Service Complaint", about):
		problem = admissibility.partiality(frappe.session.user, frappe.session.user)
		words.refuse([words.sentence(problem)], _("Not Impartial"))


def _in_words(values: dict[str, str]) -> dict[str, str]:
	words = {"author": _("the author"), "reviewer": _("the reviewer"), "approver": _("the approver")}
	return {
		"person": wording.person(values["person"]),
		"first": words[values["first"]],
		"second": words[values["second"]],
	}
