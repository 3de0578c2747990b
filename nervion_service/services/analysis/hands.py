"""Author, reviewer and approver of a RAT are three people, whichever way it is tried (K4)."""

import frappe
from frappe import _

from nervion_service.domain import analysis
from nervion_service.domain.analysis import check_hands
from nervion_service.domain.measures import Unfit
from nervion_service.services import clock, refusals, wording

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


def write(report) -> None:
	"""Whoever changes a draft wrote it too, and cannot judge it afterwards."""
	people = writers(report)
	if frappe.session.user not in people:
		report.writers = "\n".join((*people, frappe.session.user))


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
	with refusals.explained(analysis.MESSAGES, title=_("Somebody Else")):
		for author in writers(report) or [report.author]:
			try:
				check_hands(author, report.reviewer, report.approver)
			except Unfit as unfit:
				raise Unfit(unfit.code, **_in_words(unfit.values)) from None


def _in_words(values: dict[str, str]) -> dict[str, str]:
	words = {"author": _("the author"), "reviewer": _("the reviewer"), "approver": _("the approver")}
	return {
		"person": wording.person(values["person"]),
		"first": words[values["first"]],
		"second": words[values["second"]],
	}
