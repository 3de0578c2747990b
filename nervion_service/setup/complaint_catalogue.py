"""What a new site is offered for complaints: promises, the matrix of priorities, kinds of evidence and defects of coatings.

English sources; names of kinds and defects are identifiers that people read translated. No procedure gives these values, so every one
is an assumption to confirm (D10, D11).
"""

from collections.abc import Mapping

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.taxonomy import CommitmentKind, Role
from nervion_service.setup.catalogue import (
	BREACH,
	DAY,
	HALF_TIME,
	HOUR,
	LITTLE_TIME,
	ON_WORKING_DAYS,
	WITH_PAUSES,
	WORKING_DAY,
	WORKING_TIME,
	in_business_days,
	to_director_after,
)


def _(source: str) -> str:
	"""Mark a text for translation without translating it on import."""
	return source


_COMMON = {"document_type": COMPLAINT, "is_assumption": 1}


def _resolution(code: str, title: str, days: int, priority: str = "") -> Mapping[str, object]:
	return {
		**_COMMON,
		"policy_code": code,
		"title": title,
		"kind": CommitmentKind.CLAIM_RESOLUTION,
		"priority": priority,
		**in_business_days(days, last=_("One business day past the term")),
		**WITH_PAUSES,
		"notes": _(
			"Assumption to confirm: the procedures measure claims resolved in time without giving the term. Severity and urgency give "
			"the priority; business days by priority: 5, 3 when high, 1 when urgent. It is kept when the complaint is closed."
		),
	}


POLICIES = (
	{
		**_COMMON,
		"policy_code": "CLAIM-ATTENTION",
		"title": _("Complaint taken up in 4 working hours"),
		"kind": CommitmentKind.CLAIM_ATTENTION,
		"allowance": 4 * HOUR,
		"basis": WORKING_TIME,
		"steps": (HALF_TIME, LITTLE_TIME, BREACH),
		"notes": _(
			"Assumption to confirm: MPC-COM-CLI-001 measures claims attended in time without giving the term. It is kept when the review "
			"of admissibility begins, or the complaint is assigned at once."
		),
	},
	{
		**_COMMON,
		"policy_code": "ADMISSIBILITY",
		"title": _("Admissibility judged in one business day"),
		"kind": CommitmentKind.ADMISSIBILITY,
		**in_business_days(1, last=_("Two business days have passed"), role=Role.QUALITY),
		**WITH_PAUSES,
		"notes": _(
			"Assumption to confirm: the procedures ask for the verdict without giving its term. It pauses while the customer is asked for "
			"evidence."
		),
	},
	_resolution("CLAIM-RESOLUTION", _("Complaint resolved in 5 business days"), 5),
	_resolution(
		"CLAIM-RESOLUTION-HIGH", _("Complaint of high priority resolved in 3 business days"), 3, "High"
	),
	_resolution("CLAIM-RESOLUTION-URGENT", _("Urgent complaint resolved in 1 business day"), 1, "Urgent"),
	{
		**_COMMON,
		"policy_code": "IMPOSED-DATE",
		"title": _("Answered by the date that the customer imposes"),
		"kind": CommitmentKind.IMPOSED_DATE,
		"allowance": DAY,
		"basis": "Calendar Days",
		"steps": (HALF_TIME, LITTLE_TIME, BREACH),
		"notes": _(
			"The day stands in the complaint itself: government and industry set it in their own procedures."
		),
	},
	{
		**_COMMON,
		"policy_code": "PROGRESS",
		"title": _("The customer hears how it goes every 2 business days"),
		"kind": CommitmentKind.PROGRESS,
		"allowance": 2 * DAY,
		"basis": ON_WORKING_DAYS,
		"pauses_while_waiting": 1,
		"pause_cap": 10 * WORKING_DAY,
		"steps": (LITTLE_TIME, BREACH),
		"notes": _(
			"Assumption to confirm: ISO 10002 asks that the complainant is kept informed, without giving how often. It begins anew each time "
			"a person writes or calls, until the complaint is answered."
		),
	},
	{
		"policy_code": "VISIT",
		"title": _("Technical visit made in 3 business days"),
		"kind": CommitmentKind.VISIT,
		"document_type": "Service Technical Visit",
		**in_business_days(3, last=_("One business day past the term")),
		"is_assumption": 1,
		"notes": _(
			"Assumption to confirm: no procedure says how soon a visit is made. Business days from its request to its end."
		),
	},
	{
		"policy_code": "ANALYSIS-REPORT",
		"title": _("Report of a problem that a visit found in 3 business days"),
		"kind": CommitmentKind.ANALYSIS_REPORT,
		"document_type": "Service Technical Visit",
		**in_business_days(3, last=_("One business day past the term"), role=Role.QUALITY),
		"is_assumption": 1,
		"notes": _(
			"Assumption to confirm: a visit that finds a problem has its RAT, and no procedure says how soon. Business days from the end of "
			"the visit to the approval of the report."
		),
	},
	{
		**_COMMON,
		"policy_code": "REMEDY",
		"title": _("Remedy done in 5 business days"),
		"kind": CommitmentKind.REMEDY,
		**in_business_days(5, last=_("One business day past the term")),
		"notes": _(
			"Assumption to confirm: no procedure says how soon a remedy is done. Business days from its promise to the submission "
			"of the document that proves it; a date agreed with the customer takes its place."
		),
	},
	{
		"policy_code": "CORRECTIVE-ACTION",
		"title": _("Corrective action: planned in 10 business days, each task on its day"),
		"kind": CommitmentKind.CORRECTIVE_ACTION,
		"document_type": "Service Corrective Action",
		"allowance": 10 * DAY,
		"basis": ON_WORKING_DAYS,
		"is_assumption": 1,
		"steps": (
			LITTLE_TIME,
			{**BREACH, "role": Role.QUALITY},
			to_director_after(15 * DAY, _("Fifteen business days have passed")),
		),
		"notes": _(
			"Assumption to confirm: the procedures ask for corrective actions without giving their term. It runs until there is a "
			"plan with its tasks; from then on each task has the day that was agreed for it."
		),
	},
	{
		"policy_code": "VERIFICATION",
		"title": _("Effectiveness verified on its day"),
		"kind": CommitmentKind.VERIFICATION,
		"document_type": "Service Corrective Action",
		"allowance": 60 * DAY,
		"basis": "Calendar Days",
		"is_assumption": 1,
		"steps": (LITTLE_TIME, {**BREACH, "role": Role.QUALITY}),
		"notes": _(
			"Assumption to confirm: the day stands in the action itself; who was to verify it hears before, Quality when it passes."
		),
	},
)

# severity → the priority at low, medium and high urgency
MATRIX = {
	"Minor": ("Low", "Medium", "High"),
	"Major": ("Medium", "High", "Urgent"),
	"Critical": ("Urgent", "Urgent", "Urgent"),
}

DATA_SHEET, LABEL, PHOTOGRAPHS = _("Technical Data Sheet"), _("Lot Label"), _("Photographs")
APPLICATION, PURCHASE, VIDEO = _("Evidence of Application"), _("Delivery Note or Invoice"), _("Video")
# (name, whether it is the company's own, what the customer is asked for)
EVIDENCE_KINDS = (
	(DATA_SHEET, 1, ""),
	(LABEL, 0, _("A photograph of the label on which the lot number can be read")),
	(PHOTOGRAPHS, 0, _("Photographs: the whole surface from afar, the defect up close, and the cans")),
	(
		APPLICATION,
		0,
		_("How it was applied: photographs or notes of the surface, the dilution, the weather and the tools"),
	),
	(PURCHASE, 0, _("The delivery note or the invoice of the purchase")),
	(VIDEO, 0, _("A short video of what happens")),
)
# G5: what a claim with possible damage of the product carries, besides the lot
FILM = {DATA_SHEET: 1, PHOTOGRAPHS: 3, APPLICATION: 1}
CAN = {DATA_SHEET: 1, PHOTOGRAPHS: 2}
PACKAGE = {DATA_SHEET: 1, PHOTOGRAPHS: 2}

# (defect, family, severity, evidence, evident without analysis, needs a visit)
DEFECTS = (
	(_("Peeling"), _("Film"), "Major", FILM, 0, 1),
	(_("Blistering"), _("Film"), "Major", FILM, 0, 1),
	(_("Cracking"), _("Film"), "Major", FILM, 0, 1),
	(_("Corrosion Under the Film"), _("Film"), "Critical", FILM, 0, 1),
	(_("Chalking"), _("Film"), "Minor", FILM, 0, 0),
	(_("Fading or Yellowing"), _("Film"), "Minor", FILM, 0, 0),
	(_("Mould on the Film"), _("Film"), "Minor", FILM, 0, 0),
	(_("Shade Off Standard"), _("Appearance"), "Major", FILM, 0, 0),
	(_("Poor Hiding"), _("Appearance"), "Minor", FILM, 0, 0),
	(_("Gloss Off Standard"), _("Appearance"), "Minor", FILM, 0, 0),
	(_("Runs and Sags"), _("Application"), "Minor", FILM, 0, 0),
	(_("Does Not Dry or Cure"), _("Application"), "Major", FILM, 0, 0),
	(_("Settling"), _("In the Can"), "Minor", CAN, 0, 0),
	(_("Gelling or Skinning"), _("In the Can"), "Major", CAN, 0, 0),
	(_("Lumps or Dirt"), _("In the Can"), "Minor", CAN, 0, 0),
	(_("Bad Smell"), _("In the Can"), "Minor", CAN, 0, 0),
	(_("Leaking Can"), _("Package"), "Major", PACKAGE, 1, 0),
	(_("Dented Can"), _("Package"), "Minor", PACKAGE, 1, 0),
	(_("Content Short"), _("Package"), "Minor", PACKAGE, 1, 0),
	(_("Wrong Label or Product"), _("Package"), "Major", PACKAGE, 1, 0),
)
