"""The words of complaints and of what they lead to: kinds, stages, verdicts; English sources, people read the translation.

Stages are fixed, the states beside them an administrator's. Tuples keep the order in which options are offered.
Requirements: G5, G10, G11, I1, I2, K2-K6, D10, D11.
"""

from nervion_service.domain.taxonomy import ENDED_STAGES, STAGES, Stage

COMPLAINT = "Service Complaint"


class ComplaintStage:
	"""Where a complaint stands (G11)."""

	RECEIVED = "Received"
	UNDER_REVIEW = "Under Review"
	INADMISSIBLE = "Inadmissible"
	ASSIGNED = "Assigned"
	IN_ANALYSIS = "In Analysis"
	REPORT_ISSUED = "Report Issued"
	WAITING = Stage.WAITING
	ANSWERED = Stage.ANSWERED
	REMEDY_DONE = "Remedy Done"
	CLOSED = Stage.CLOSED
	WITHDRAWN = Stage.WITHDRAWN
	REOPENED = Stage.REOPENED


COMPLAINT_STAGES = (
	ComplaintStage.RECEIVED,
	ComplaintStage.UNDER_REVIEW,
	ComplaintStage.INADMISSIBLE,
	ComplaintStage.ASSIGNED,
	ComplaintStage.IN_ANALYSIS,
	ComplaintStage.REPORT_ISSUED,
	ComplaintStage.WAITING,
	ComplaintStage.ANSWERED,
	ComplaintStage.REMEDY_DONE,
	ComplaintStage.CLOSED,
	ComplaintStage.WITHDRAWN,
	ComplaintStage.REOPENED,
)
COMPLAINT_ENDED = (ComplaintStage.CLOSED, ComplaintStage.WITHDRAWN)
COMPLAINT_OPEN = tuple(stage for stage in COMPLAINT_STAGES if stage not in COMPLAINT_ENDED)


class VisitStage:
	"""Where a technical visit or remote support stands (G3, G10)."""

	REQUESTED = "Requested"
	CONSENTED = "Consented"
	SCHEDULED = "Scheduled"
	IN_PROGRESS = "In Progress"
	FINISHED = "Finished"
	CANCELLED = "Cancelled"


VISIT_STAGES = (
	VisitStage.REQUESTED,
	VisitStage.CONSENTED,
	VisitStage.SCHEDULED,
	VisitStage.IN_PROGRESS,
	VisitStage.FINISHED,
	VisitStage.CANCELLED,
)


class ReportStage:
	"""Where a technical analysis report (RAT) stands (K4)."""

	DRAFT = "Draft"
	UNDER_REVIEW = "Under Review"
	APPROVED = "Approved"
	CANCELLED = "Cancelled"


REPORT_STAGES = (ReportStage.DRAFT, ReportStage.UNDER_REVIEW, ReportStage.APPROVED, ReportStage.CANCELLED)


class ActionStage:
	"""Where a corrective action stands (I2)."""

	OPEN = "Open"
	ANALYSIS = "Analysis"
	IN_PROGRESS = "In Progress"
	IMPLEMENTED = "Implemented"
	VERIFIED = "Verified"
	CLOSED = Stage.CLOSED
	CANCELLED = "Cancelled"


ACTION_STAGES = (
	ActionStage.OPEN,
	ActionStage.ANALYSIS,
	ActionStage.IN_PROGRESS,
	ActionStage.IMPLEMENTED,
	ActionStage.VERIFIED,
	ActionStage.CLOSED,
	ActionStage.CANCELLED,
)
# what the states of any workflow of ours may mean; one list for the field beside a workflow's states
EVERY_STAGE = tuple(
	dict.fromkeys((*STAGES, *COMPLAINT_STAGES, *VISIT_STAGES, *REPORT_STAGES, *ACTION_STAGES))
)
# where the work of any of them rests
RESTING_STAGES = (*ENDED_STAGES, VisitStage.FINISHED, ReportStage.APPROVED, ActionStage.CANCELLED)


class ComplaintKind:
	"""What the customer is not content with."""

	PRODUCT = "Product"
	DELIVERY = "Delivery"
	INVOICING = "Invoicing"
	ATTENTION = "Attention"
	IMAGE = "Image"


COMPLAINT_KINDS = (
	ComplaintKind.PRODUCT,
	ComplaintKind.DELIVERY,
	ComplaintKind.INVOICING,
	ComplaintKind.ATTENTION,
	ComplaintKind.IMAGE,
)


class Verdict:
	"""Whether a complaint, or a line of it, is justified."""

	ADMISSIBLE = "Admissible"
	PARTIAL = "Partially Admissible"
	INADMISSIBLE = "Inadmissible"


VERDICTS = (Verdict.ADMISSIBLE, Verdict.PARTIAL, Verdict.INADMISSIBLE)
ADMITTED = (Verdict.ADMISSIBLE, Verdict.PARTIAL)
GROUNDS = ("Warranty", "Complaint", "Goodwill")  # K2
APPEAL_RESULTS = ("Upheld", "Rejected")  # K4
URGENCIES = ("Low", "Medium", "High")
# coatings fail as systems (K2)
SYSTEM_ROLES = ("Primer", "Finish", "Catalyst", "Thinner", "Tint", "Other")
LINE_REMEDIES = ("Replacement", "Return", "Credit Note", "Repaint", "Discount", "None")
DELIVERY_TYPES = ("Delivery Note", "Sales Invoice")
# the areas that hear what a complaint taught (G11, G18)
FEEDBACK_AREAS = ("Production", "Quality", "Sales")
