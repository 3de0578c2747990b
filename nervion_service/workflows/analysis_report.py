"""The life of a technical analysis report, the RAT (K4): written, reviewed and approved by three people.

Draft → Under Review → Reviewed → Approved → Cancelled (and amended under the same number); a draft that is given up is
discarded and keeps its number. Approving submits it. That the three differ is enforced by `services/analysis`.
"""

from nervion_service.domain.complaint_words import ReportStage
from nervion_service.domain.taxonomy import TECHNICAL_ROLES, Role
from nervion_service.workflows.specification import State, Transition, Workflow

AUTHORS = (*TECHNICAL_ROLES, Role.QUALITY, Role.ADMINISTRATOR)
REVIEWERS = (Role.ENGINEER, Role.QUALITY, Role.ADMINISTRATOR)
APPROVERS = (Role.QUALITY, Role.ADMINISTRATOR)
REVIEWED = "Reviewed"  # of the stage Under Review: reviewed, and waiting for whoever approves
DISCARDED = "Discarded"  # of the stage Cancelled: a draft that never was a report


class Action:
	"""Names of the actions, as the buttons read."""

	SEND = "Send to Review"
	REVIEW = "Accept the Review"
	RETURN = "Return to the Author"
	APPROVE = "Approve the Report"
	CANCEL = "Cancel the Report"
	DISCARD = "Discard the Draft"


STATES = (
	State(ReportStage.DRAFT, ReportStage.DRAFT, 0, AUTHORS, "Info"),
	State(ReportStage.UNDER_REVIEW, ReportStage.UNDER_REVIEW, 0, REVIEWERS, "Warning"),
	State(REVIEWED, ReportStage.UNDER_REVIEW, 0, REVIEWERS, "Primary"),
	State(ReportStage.APPROVED, ReportStage.APPROVED, 1, APPROVERS, "Success", final=True),
	State(ReportStage.CANCELLED, ReportStage.CANCELLED, 2, APPROVERS, "Danger", final=True),
	State(DISCARDED, ReportStage.CANCELLED, 0, APPROVERS, "Inverse", final=True),
)

ANALYSIS_REPORT = Workflow(
	name="Technical Analysis Report",
	doctype="Technical Analysis Report",
	states=STATES,
	transitions=(
		Transition(ReportStage.DRAFT, Action.SEND, ReportStage.UNDER_REVIEW, AUTHORS),
		Transition(ReportStage.DRAFT, Action.DISCARD, DISCARDED, AUTHORS),
		Transition(ReportStage.UNDER_REVIEW, Action.REVIEW, REVIEWED, REVIEWERS),
		Transition(ReportStage.UNDER_REVIEW, Action.RETURN, ReportStage.DRAFT, REVIEWERS),
		Transition(REVIEWED, Action.APPROVE, ReportStage.APPROVED, APPROVERS),
		Transition(REVIEWED, Action.RETURN, ReportStage.DRAFT, APPROVERS),
		Transition(ReportStage.APPROVED, Action.CANCEL, ReportStage.CANCELLED, APPROVERS),
	),
)
