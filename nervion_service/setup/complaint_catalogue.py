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
	WORKING_DAY,
	WORKING_TIME,
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
		"allowance": days * DAY,
		"basis": ON_WORKING_DAYS,
		"pauses_while_waiting": 1,
		"pause_cap": 10 * DAY,
		"steps": (
			HALF_TIME,
			LITTLE_TIME,
			BREACH,
			to_director_after((days + 1) * DAY, _("One business day past the term")),
		),
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
		"allowance": DAY,
		"basis": ON_WORKING_DAYS,
		"pauses_while_waiting": 1,
		"pause_cap": 10 * DAY,
		"steps": (
			HALF_TIME,
			LITTLE_TIME,
			{**BREACH, "role": Role.QUALITY},
			to_director_after(2 * DAY, _("Two business days have passed")),
		),
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
