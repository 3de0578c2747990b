"""A complaint in the words of its customer: what it is about, where it stands, what was decided, what is still needed."""

import frappe
from frappe import _

from nervion_service.domain.complaint_words import ComplaintKind, Verdict
from nervion_service.domain.complaint_words import ComplaintStage as Stage


def kinds() -> list[tuple[str, str]]:
	"""What a complaint may be about: (kind, what a customer reads)."""
	return [
		(ComplaintKind.PRODUCT, _("The product")),
		(ComplaintKind.DELIVERY, _("The delivery")),
		(ComplaintKind.INVOICING, _("The invoice or a charge")),
		(ComplaintKind.ATTENTION, _("How we attended you")),
		(ComplaintKind.IMAGE, _("Our image or advertising")),
	]


def kind(name: str) -> str:
	"""What a customer reads for a kind of complaint."""
	return dict(kinds()).get(name, _(name or ""))


def state(stage: str, is_told: bool = True, for_evidence: bool = False) -> str | None:
	"""Where it stands; None for the stages that a complaint shares with any request.

	is_told: whether the customer knows the verdict, which a person of ours tells first. for_evidence: whether somebody gathers what
	the verdict needs.
	"""
	if for_evidence or (stage == Stage.INADMISSIBLE and not is_told):
		return _("We are checking whether it is justified")
	return {
		Stage.UNDER_REVIEW: _("We are checking whether it is justified"),
		Stage.INADMISSIBLE: _("Not justified: read our reasons"),
		Stage.ASSIGNED: _("It is justified, and in technical hands"),
		Stage.IN_ANALYSIS: _("We are analysing it"),
		Stage.REPORT_ISSUED: _("Analysed; we are preparing your answer"),
		Stage.REMEDY_DONE: _("Made good, please confirm"),
	}.get(stage)


def verdict(name: str | None) -> str:
	"""What was decided of a complaint or of a line of it; empty before."""
	return {
		Verdict.ADMISSIBLE: _("Accepted"),
		Verdict.PARTIAL: _("Accepted in part"),
		Verdict.INADMISSIBLE: _("Not accepted"),
	}.get(name or "", "")


def ground(name: str | None) -> str:
	"""Why something is accepted."""
	return {
		"Warranty": _("by the warranty of the product"),
		"Complaint": _("by your complaint"),
		"Goodwill": _("as a courtesy"),
	}.get(name or "", "")


def asked(kind_of_evidence: str) -> str:
	"""What a customer is asked for, of a kind of evidence: its hint, else its name."""
	# the catalogue is what customers are asked by; what was shipped is English, what an administrator wrote stays as it is
	return _(frappe.get_cached_value("Evidence Kind", kind_of_evidence, "hint") or kind_of_evidence)
