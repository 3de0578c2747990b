"""Why a remedy is not approved or not proved, in words."""

from frappe import _

from nervion_service.domain.remedies import Problem
from nervion_service.domain.taxonomy import Role


def of(code: str) -> str:
	"""The sentence behind a problem's code: what is wrong and what to do."""
	return {
		Problem.ABOVE_LIMIT: _("The value is above the limit: the {0} approves it.").format(
			_(Role.COMMERCIAL_DIRECTOR)
		),
		Problem.SAME_PERSON: _(
			"Above the limit somebody else than who promised it approves: ask another {0}."
		).format(_(Role.COMMERCIAL_DIRECTOR)),
		Problem.NOT_AN_APPROVER: _(
			"Your roles do not approve remedies: ask Quality, the Coordinator or the Commercial Director."
		),
		Problem.OWN_WORD: _(
			"Nothing but the word of whoever promised it says what it is worth: somebody else approves it."
		),
		Problem.KIND: _(
			"A document of this kind does not prove this remedy: choose its return, credit note, delivery or visit."
		),
		Problem.NOT_SUBMITTED: _("The document is not submitted: the remedy is done when it is."),
		Problem.COMPANY: _("The document is of another company."),
		Problem.CUSTOMER: _("The document is of another customer."),
		Problem.COMPLAINT: _("The visit is of another complaint."),
		Problem.ITEM: _("The product is not in the document."),
		Problem.BATCH: _("The batch that was complained of is not in the document."),
		Problem.TOO_EARLY: _("The document is older than the complaint."),
		Problem.BEFORE_PROMISE: _(
			"The visit was over before this was promised: a repaint is proved by the visit that made it."
		),
		Problem.USED: _("The visit proves another repaint already: name the visit that made this one."),
		Problem.TOO_MUCH: _(
			"The document holds more than was accepted: name it in the other remedies that it covers too, or correct it."
		),
		Problem.TOO_LITTLE: _(
			"The document holds less than was promised: promise what it covers and the rest as two remedies."
		),
	}[code]
