"""The words of the procedures: kinds, states, roles, and the catalogue that is shipped.

Every name is an English source; people read its translation. Tuples keep the order in which options are offered.
Requirements: G8, G9, S1.6, S1.8, S7.1, S7.8, W1, D9, D11.
"""

from dataclasses import dataclass


class Role:
	"""Names of the roles of G18, S1.15 and S7.16; an administrator may not rename them."""

	COMMERCIAL_DIRECTOR = "Commercial Director"
	COORDINATOR = "Service Coordinator"
	EXECUTIVE = "Service Executive"
	TECHNICIAN = "Service Technician"  # first technical level, Servicio Técnico
	ENGINEER = "Service Engineer"  # second technical level, Ingeniería
	QUALITY = "Service Quality"
	PRODUCTION = "Service Production"  # answers for root causes in the plant (G18)
	SALES = "Service Sales"
	SYSTEMS = "Service Systems"
	AGENCY = "Service Agency"
	MANAGEMENT = "Service Management"
	COMMUNITY_MANAGER = "Community Manager"
	DIGITAL_COORDINATOR = "Digital Marketing Coordinator"
	ADMINISTRATOR = "Service Administrator"
	AUDITOR = "Service Auditor"  # K12: sees the cases drawn for an audit, while it is open
	API = "Service API"  # a program's own user: it registers and asks through the REST interface, and sees no desk


ROLES = (
	Role.COMMERCIAL_DIRECTOR,
	Role.COORDINATOR,
	Role.EXECUTIVE,
	Role.TECHNICIAN,
	Role.ENGINEER,
	Role.QUALITY,
	Role.PRODUCTION,
	Role.SALES,
	Role.SYSTEMS,
	Role.AGENCY,
	Role.MANAGEMENT,
	Role.COMMUNITY_MANAGER,
	Role.DIGITAL_COORDINATOR,
	Role.ADMINISTRATOR,
	Role.AUDITOR,
)
# without a desk: they reach what their own pages or interfaces show
OUTSIDE_ROLES = (Role.API,)
# what a role may do with documents, by the letter that stands for it in the matrix of roles, in this order
ACTION_LETTERS = {
	"read": "R",
	"write": "W",
	"create": "C",
	"delete": "D",
	"print": "P",
	"email": "E",
	"report": "T",
	"export": "X",
	"import": "I",
	"share": "S",
}
TECHNICAL_ROLES = (Role.TECHNICIAN, Role.ENGINEER)
# who attends a case once it is theirs; management and systems look on
HANDLER_ROLES = (
	Role.EXECUTIVE,
	Role.COORDINATOR,
	Role.TECHNICIAN,
	Role.ENGINEER,
	Role.QUALITY,
	Role.SALES,
	Role.COMMUNITY_MANAGER,
	Role.DIGITAL_COORDINATOR,
	Role.AGENCY,
)


class Department:
	"""Names of the departments that routes point at; those of ERPNext's own set-up wherever it has one."""

	CUSTOMER_SERVICE = "Customer Service"
	SALES = "Sales"
	TECHNICAL_SERVICE = "Technical Service"
	ENGINEERING = "Engineering"
	QUALITY = "Quality Management"
	PRODUCTION = "Production"
	MARKETING = "Marketing"


DEPARTMENTS = (
	Department.CUSTOMER_SERVICE,
	Department.SALES,
	Department.TECHNICAL_SERVICE,
	Department.ENGINEERING,
	Department.QUALITY,
	Department.PRODUCTION,
	Department.MARKETING,
)


class Nature:
	"""What a request is at heart; promises and routes are chosen by it (D9)."""

	INFORMATION = "Information"
	ORDER = "Order"
	ADVICE = "Advice"
	TECHNICAL = "Technical"
	CLAIM = "Claim"
	SUGGESTION = "Suggestion"
	PRAISE = "Praise"
	OTHER = "Other"


NATURES = (
	Nature.INFORMATION,
	Nature.ORDER,
	Nature.ADVICE,
	Nature.TECHNICAL,
	Nature.CLAIM,
	Nature.SUGGESTION,
	Nature.PRAISE,
	Nature.OTHER,
)
# the natures that a technical area must accept in time (S1.3, D2)
TECHNICAL_NATURES = (Nature.ADVICE, Nature.TECHNICAL)


class Stage:
	"""The fixed stages of a case; workflow states may be renamed by an administrator, stages may not."""

	REGISTERED = "Registered"
	ROUTED = "Routed"
	IN_ATTENTION = "In Attention"
	WAITING = "Waiting for Customer"
	ANSWERED = "Answered"
	CLOSED = "Closed"
	WITHDRAWN = "Withdrawn"
	REOPENED = "Reopened"


STAGES = (
	Stage.REGISTERED,
	Stage.ROUTED,
	Stage.IN_ATTENTION,
	Stage.WAITING,
	Stage.ANSWERED,
	Stage.CLOSED,
	Stage.WITHDRAWN,
	Stage.REOPENED,
)
ENDED_STAGES = (Stage.CLOSED, Stage.WITHDRAWN)
OPEN_STAGES = tuple(stage for stage in STAGES if stage not in ENDED_STAGES)


class SgiCategory:
	"""The categoría of W1."""

	QUERY = "Query"
	CLAIM = "Claim"
	SUGGESTION = "Suggestion"


CUSTOMER_KINDS = ("Distributor", "Applicator", "Contractor", "Industry", "Government", "End User")  # G8
PRIORITIES = ("Low", "Medium", "High", "Urgent")
SEVERITIES = ("Minor", "Major", "Critical")
SGI_TYPOLOGY = ("Product", "Service", "Logistics", "Image")
SGI_CATEGORY = (SgiCategory.QUERY, SgiCategory.CLAIM, SgiCategory.SUGGESTION)
SGI_SUBCATEGORY = ("Goods", "Attention", "State", "Service", "Delivery", "Invoicing", "Other")
MENTIONS = ("Direct Mention", "Active Listening")  # W6
CHANNEL_KINDS = ("Digital", "Not Digital")
STAMP_GIVERS = ("Person", "Machine")  # D3: who gave the real time of reception


class CommitmentKind:
	"""What is promised by a time."""

	REGISTRATION = "Registration"
	FIRST_ANSWER = "First Answer"
	CORPORATE_ANSWER = "Corporate Answer"  # the same answer by the corporate term of G2 and G17 (D1)
	ACCEPTANCE = "Acceptance"
	RESOLUTION = "Resolution"
	SAFETY = "Safety"  # K1: somebody may need help
	SAFETY_CHECK = "Safety Check"  # K1: words of a mail that a person has to judge
	AFTER_END = "Message After the End"  # S1.2: somebody decides whether an ended case has more to do
	PERSONAL_DATA = "Personal Data"  # I3: the legal term of a person's request
	ADMISSIBILITY = "Admissibility"
	CLAIM_ATTENTION = "Claim Attention"  # G15: somebody has taken the complaint up
	CLAIM_RESOLUTION = "Claim Resolution"  # G17
	IMPOSED_DATE = "Imposed Date"  # the term that a government or an industrial customer sets
	PROGRESS = "Progress Report"  # the customer hears how it goes while it runs
	VISIT = "Visit"
	ANALYSIS_REPORT = "Analysis Report"  # G10: a visit found a problem
	CORRECTIVE_ACTION = "Corrective Action"
	VERIFICATION = "Effectiveness Verification"
	INDICATOR_REVIEW = "Indicator Review"  # a missed target asks for its analysis
	REMEDY = "Remedy"


COMMITMENT_KINDS = (
	CommitmentKind.REGISTRATION,
	CommitmentKind.FIRST_ANSWER,
	CommitmentKind.CORPORATE_ANSWER,
	CommitmentKind.ACCEPTANCE,
	CommitmentKind.RESOLUTION,
	CommitmentKind.SAFETY,
	CommitmentKind.SAFETY_CHECK,
	CommitmentKind.AFTER_END,
	CommitmentKind.PERSONAL_DATA,
	CommitmentKind.ADMISSIBILITY,
	CommitmentKind.CLAIM_ATTENTION,
	CommitmentKind.CLAIM_RESOLUTION,
	CommitmentKind.IMPOSED_DATE,
	CommitmentKind.PROGRESS,
	CommitmentKind.VISIT,
	CommitmentKind.ANALYSIS_REPORT,
	CommitmentKind.CORRECTIVE_ACTION,
	CommitmentKind.VERIFICATION,
	CommitmentKind.INDICATOR_REVIEW,
	CommitmentKind.REMEDY,
)
SAFETY_KINDS = (CommitmentKind.SAFETY, CommitmentKind.SAFETY_CHECK)
# promised when something is said, suspected or agreed, with a date of its own or not, never because a case begins
ON_DEMAND_KINDS = (
	*SAFETY_KINDS,
	CommitmentKind.AFTER_END,
	CommitmentKind.IMPOSED_DATE,
	CommitmentKind.PROGRESS,
	CommitmentKind.VISIT,
	CommitmentKind.ANALYSIS_REPORT,
	CommitmentKind.CORRECTIVE_ACTION,
	CommitmentKind.VERIFICATION,
	CommitmentKind.INDICATOR_REVIEW,
	CommitmentKind.REMEDY,
)
# what a first answer to the customer keeps
ANSWER_KINDS = (CommitmentKind.FIRST_ANSWER, CommitmentKind.CORPORATE_ANSWER)
REMEDIES = (  # I1: what the customer asks for (ISO 10002)
	"Explanation",
	"Replacement",
	"Refund or Credit Note",
	"Repair or Repaint",
	"Technical Visit",
	"Apology",
	"Other",
)


class Automatic:
	"""Why a mail is no person's word."""

	AUTO_REPLY = "Auto-Reply"
	BOUNCE = "Bounce"
	RECEIPT = "Receipt"
	BULK = "Bulk Mail"
	OWN = "Own Mail"


AUTOMATIC_KINDS = (
	Automatic.AUTO_REPLY,
	Automatic.BOUNCE,
	Automatic.RECEIPT,
	Automatic.BULK,
	Automatic.OWN,
)
SATISFACTIONS = ("Satisfied", "Not Satisfied")
CONFIRMATION_MEANS = ("Phone", "E-mail", "Message", "In Person", "Portal", "Import")


class Events:
	"""Codes of the append-only history (X11); labels are in EVENT_LABELS."""

	REGISTERED = "registered"
	ROUTED = "routed"
	ASSIGNED = "assigned"
	RECLASSIFIED = "reclassified"
	ACCEPTED = "accepted"
	PASSED_ON = "passed_on"
	ACKNOWLEDGED = "acknowledged"
	INBOUND = "inbound"
	OUTBOUND = "outbound"
	FIRST_ANSWER = "first_answer"
	UNDELIVERED = "undelivered"
	STAGE_CHANGED = "stage_changed"
	WAITING = "waiting"
	RESUMED = "resumed"
	ANSWERED = "answered"
	SOLVED_ASKED = "solved_asked"
	DELAY_TOLD = "delay_told"
	TRACKING_LINK_SENT = "tracking_link_sent"
	SATISFACTION_CONFIRMED = "satisfaction_confirmed"
	CLOSING_ATTEMPT = "closing_attempt"
	CLOSED = "closed"
	WITHDRAWN = "withdrawn"
	REOPENED = "reopened"
	AFTER_END_SETTLED = "after_end_settled"
	LINKED = "linked"
	RELATED = "related"
	MERGED = "merged"
	TOOK_OVER = "took_over"
	ESCALATED_TO_COORDINATOR = "escalated_to_coordinator"
	COMMITMENT_WARNING = "commitment_warning"
	COMMITMENT_BREACHED = "commitment_breached"
	COMMITMENT_ESCALATED = "commitment_escalated"
	COMMITMENT_FULFILLED = "commitment_fulfilled"
	COMMITMENT_CANCELLED = "commitment_cancelled"
	COMMITMENT_TAKEN_BACK = "commitment_taken_back"
	COMMITMENT_RECOMPUTED = "commitment_recomputed"
	SAFETY_REPORTED = "safety_reported"
	SAFETY_SUSPECTED = "safety_suspected"
	SAFETY_CLEARED = "safety_cleared"
	SAFETY_ATTENDED = "safety_attended"
	DATA_EXPORTED = "data_exported"
	IMPORTED = "imported"
	REDACTED = "redacted"
	CONSENT_GIVEN = "consent_given"
	# complaints
	COMPLAINT_REGISTERED = "complaint_registered"
	COMPLAINT_LINKED = "complaint_linked"
	REVIEW_STARTED = "review_started"
	ADMITTED = "admitted"
	VERDICT_TAKEN_BACK = "verdict_taken_back"
	DECLARED_INADMISSIBLE = "declared_inadmissible"
	APPEALED = "appealed"
	APPEAL_UPHELD = "appeal_upheld"
	APPEAL_REJECTED = "appeal_rejected"
	ASSIGNED_FOR_EVIDENCE = "assigned_for_evidence"
	EVIDENCE_ASKED = "evidence_asked"
	EVIDENCE_RECEIVED = "evidence_received"
	ANALYSIS_STARTED = "analysis_started"
	CAUSE_SET = "cause_set"
	FEEDBACK_SENT = "feedback_sent"
	FEEDBACK_ACKNOWLEDGED = "feedback_acknowledged"
	PROGRESS_TOLD = "progress_told"
	# visits, samples, reports
	VISIT_REQUESTED = "visit_requested"
	VISIT_CONSENTED = "visit_consented"
	VISIT_SCHEDULED = "visit_scheduled"
	VISIT_RESCHEDULED = "visit_rescheduled"
	VISIT_STARTED = "visit_started"
	VISIT_FINISHED = "visit_finished"
	VISIT_CANCELLED = "visit_cancelled"
	SAMPLE_TAKEN = "sample_taken"
	SAMPLE_MOVED = "sample_moved"
	REPORT_ISSUED = "report_issued"
	REPORT_RELEASED = "report_released"
	REPORT_CANCELLED = "report_cancelled"
	# causes, corrective action, batches
	RECURRENCE_FOUND = "recurrence_found"
	ACTION_OPENED = "action_opened"
	ACTION_IMPLEMENTED = "action_implemented"
	ACTION_VERIFIED = "action_verified"
	ACTION_NOT_EFFECTIVE = "action_not_effective"
	ACTION_CLOSED = "action_closed"
	BATCH_ALERTED = "batch_alerted"
	BATCH_HELD = "batch_held"
	BATCH_RELEASED = "batch_released"
	BATCH_NOTICE_SENT = "batch_notice_sent"
	BATCH_NOTICE_ACKNOWLEDGED = "batch_notice_acknowledged"
	# remedies, case files
	REMEDY_PROMISED = "remedy_promised"
	REMEDY_APPROVED = "remedy_approved"
	REMEDY_DONE = "remedy_done"
	REMEDY_UNDONE = "remedy_undone"
	REMEDY_CANCELLED = "remedy_cancelled"
	VERDICT_REMEDY_CHANGED = "verdict_remedy_changed"
	CASE_FILE_MADE = "case_file_made"
	AUDITED = "audited"
	RECORD_EXPORTED = "record_exported"
	# indicators
	TARGET_MISSED = "target_missed"
	TARGET_REVIEWED = "target_reviewed"


EVENT_LABELS = {
	Events.REGISTERED: "Registered",
	Events.ROUTED: "Routed",
	Events.ASSIGNED: "Assigned",
	Events.RECLASSIFIED: "Classified anew",
	Events.ACCEPTED: "Accepted",
	Events.PASSED_ON: "Passed on to the second level",
	Events.ACKNOWLEDGED: "Receipt acknowledged",
	Events.INBOUND: "The customer wrote or called",
	Events.OUTBOUND: "Written or called to the customer",
	Events.FIRST_ANSWER: "First answer given",
	Events.UNDELIVERED: "What was written to the customer did not arrive",
	Events.STAGE_CHANGED: "Stage changed",
	Events.WAITING: "Waiting for the customer",
	Events.RESUMED: "Attention resumed",
	Events.ANSWERED: "Answered",
	Events.SOLVED_ASKED: "The customer was asked whether it is solved",
	Events.DELAY_TOLD: "The customer was told of the delay",
	Events.TRACKING_LINK_SENT: "The customer was sent the link to the folio",
	Events.SATISFACTION_CONFIRMED: "The customer's word recorded",
	Events.CLOSING_ATTEMPT: "Asked for the customer's confirmation",
	Events.CLOSED: "Closed",
	Events.WITHDRAWN: "Withdrawn",
	Events.REOPENED: "Reopened",
	Events.AFTER_END_SETTLED: "The message after the end needs nothing more",
	Events.LINKED: "Continued in a new folio",
	Events.RELATED: "Linked to another folio",
	Events.MERGED: "Merged into another folio",
	Events.TOOK_OVER: "Took over a duplicate",
	Events.ESCALATED_TO_COORDINATOR: "Handed to the Coordinator",
	Events.COMMITMENT_WARNING: "Promise about to fall due",
	Events.COMMITMENT_BREACHED: "Promise broken",
	Events.COMMITMENT_ESCALATED: "Promise escalated",
	Events.COMMITMENT_FULFILLED: "Promise kept",
	Events.COMMITMENT_CANCELLED: "Promise cancelled",
	Events.COMMITMENT_TAKEN_BACK: "Promise open again: what had kept it did not arrive",
	Events.COMMITMENT_RECOMPUTED: "Promise recomputed",
	Events.SAFETY_REPORTED: "Accident reported",
	Events.SAFETY_SUSPECTED: "A message may speak of an accident",
	Events.SAFETY_CLEARED: "No accident, a person asked",
	Events.SAFETY_ATTENDED: "Help given",
	Events.DATA_EXPORTED: "Personal data handed over",
	Events.IMPORTED: "Imported from history",
	Events.REDACTED: "Personal data removed",
	Events.CONSENT_GIVEN: "Consent to the privacy notice given",
	Events.COMPLAINT_REGISTERED: "Complaint registered",
	Events.COMPLAINT_LINKED: "Linked to a complaint that is open",
	Events.REVIEW_STARTED: "Review of admissibility begun",
	Events.ADMITTED: "Judged admissible",
	Events.VERDICT_TAKEN_BACK: "Verdict taken back",
	Events.DECLARED_INADMISSIBLE: "Declared inadmissible",
	Events.APPEALED: "The customer appealed",
	Events.APPEAL_UPHELD: "Appeal upheld",
	Events.APPEAL_REJECTED: "Appeal rejected",
	Events.ASSIGNED_FOR_EVIDENCE: "Assigned to gather evidence",
	Events.EVIDENCE_ASKED: "The customer was asked for evidence",
	Events.EVIDENCE_RECEIVED: "Evidence received",
	Events.ANALYSIS_STARTED: "Analysis begun",
	Events.CAUSE_SET: "Root cause set",
	Events.FEEDBACK_SENT: "Feedback sent to an area",
	Events.FEEDBACK_ACKNOWLEDGED: "Feedback acknowledged",
	Events.PROGRESS_TOLD: "The customer was told how it goes",
	Events.VISIT_REQUESTED: "Visit requested",
	Events.VISIT_CONSENTED: "The customer agreed to a visit",
	Events.VISIT_SCHEDULED: "Visit scheduled",
	Events.VISIT_RESCHEDULED: "Another date for the visit agreed",
	Events.VISIT_STARTED: "Visit begun",
	Events.VISIT_FINISHED: "Visit finished",
	Events.VISIT_CANCELLED: "Visit cancelled",
	Events.SAMPLE_TAKEN: "Sample taken",
	Events.SAMPLE_MOVED: "Sample handed over",
	Events.REPORT_ISSUED: "Analysis report issued",
	Events.REPORT_RELEASED: "Analysis report released to the customer",
	Events.REPORT_CANCELLED: "Analysis report cancelled",
	Events.RECURRENCE_FOUND: "The same cause again",
	Events.ACTION_OPENED: "Corrective action opened",
	Events.ACTION_IMPLEMENTED: "Corrective action implemented",
	Events.ACTION_VERIFIED: "Corrective action effective",
	Events.ACTION_NOT_EFFECTIVE: "Corrective action not effective",
	Events.ACTION_CLOSED: "Corrective action closed",
	Events.BATCH_ALERTED: "Several complaints about one batch",
	Events.BATCH_HELD: "Batch held",
	Events.BATCH_RELEASED: "Batch released",
	Events.BATCH_NOTICE_SENT: "Customer notified about a batch",
	Events.BATCH_NOTICE_ACKNOWLEDGED: "The customer acknowledged the notice about a batch",
	Events.REMEDY_PROMISED: "Remedy promised",
	Events.REMEDY_APPROVED: "Remedy approved",
	Events.REMEDY_DONE: "Remedy done",
	Events.REMEDY_UNDONE: "Remedy not done any more: its document was cancelled",
	Events.REMEDY_CANCELLED: "Remedy cancelled",
	Events.VERDICT_REMEDY_CHANGED: "What the verdict gave was changed",
	Events.CASE_FILE_MADE: "Case file made",
	Events.AUDITED: "Looked at in an audit",
	Events.RECORD_EXPORTED: "Record exported",
	Events.TARGET_MISSED: "Target missed: an analysis was asked for",
	Events.TARGET_REVIEWED: "Missed target analysed",
}


@dataclass(frozen=True)
class Procedure:
	"""A controlled procedure; `is_assumption` when its text was cited but not given (D11)."""

	code: str
	title: str
	owner_role: str
	is_assumption: bool


class ProcedureCode:
	"""Codes that routes and indicators name."""

	PROCESS = "MPC-COM-CLI-001"
	INTAKE = "MPC-SER-001"
	COMPLAINTS = "MPC-SER-002"
	SURVEYS = "MPC-SER-003"
	FOLLOW_UP = "MPC-SER-004"
	TECHNICAL = "MPC-SER-005"
	WARRANTY = "MPC-SER-006"
	DIGITAL = "MPC-SER-007"
	EVIDENCE = "MPC-SER-008"
	COORDINATION = "MPC-SER-009"
	INDICATORS = "MPC-SER-010"
	SATISFACTION = "PRO-SSC-001"
	MANAGEMENT_REVIEW = "MPC-DIR-002"


PROCEDURES = (
	Procedure(ProcedureCode.PROCESS, "Customer Service Processes", Role.COMMERCIAL_DIRECTOR, False),
	Procedure(ProcedureCode.INTAKE, "Attention and Reception of Requests", Role.COORDINATOR, False),
	Procedure(ProcedureCode.COMPLAINTS, "Management of Complaints and Claims", Role.QUALITY, True),
	Procedure(ProcedureCode.SURVEYS, "Customer Satisfaction Surveys", Role.COORDINATOR, True),
	Procedure(ProcedureCode.FOLLOW_UP, "Post-Sale Follow-Up and Loyalty Programmes", Role.COORDINATOR, False),
	Procedure(ProcedureCode.TECHNICAL, "Technical Service and Advice in the Field", Role.TECHNICIAN, True),
	Procedure(ProcedureCode.WARRANTY, "Attention to Warranties", Role.QUALITY, True),
	Procedure(
		ProcedureCode.DIGITAL, "Digital Communication and Social Networks", Role.DIGITAL_COORDINATOR, False
	),
	Procedure(ProcedureCode.EVIDENCE, "Collection of Evidence and Closing of Cases", Role.COORDINATOR, True),
	Procedure(ProcedureCode.COORDINATION, "Coordination with Other Departments", Role.COORDINATOR, True),
	Procedure(ProcedureCode.INDICATORS, "Control and Analysis of Service Indicators", Role.COORDINATOR, True),
	Procedure(ProcedureCode.SATISFACTION, "Customer Satisfaction", Role.COORDINATOR, True),
	Procedure(ProcedureCode.MANAGEMENT_REVIEW, "Management Review", Role.MANAGEMENT, True),
)


@dataclass(frozen=True)
class Channel:
	"""A way in. `automatic`: it enters with a machine's stamp, so same-day registration is trivially true (D3)."""

	name: str
	digital: bool
	automatic: bool


CHANNELS = (
	Channel("Phone", digital=False, automatic=False),
	Channel("Store", digital=False, automatic=False),
	Channel("E-mail", digital=True, automatic=True),
	Channel("Web Page", digital=True, automatic=True),
	Channel("Portal", digital=True, automatic=True),
	Channel("API", digital=True, automatic=True),
	Channel("WhatsApp", digital=True, automatic=False),
	Channel("Facebook", digital=True, automatic=False),
	Channel("Instagram", digital=True, automatic=False),
	Channel("LinkedIn", digital=True, automatic=False),
	Channel("YouTube", digital=True, automatic=False),
)


@dataclass(frozen=True)
class RequestType:
	"""One row of the one catalogue of D9: what is asked and where it goes when no rule says otherwise.

	`sgi_category` is "" where W1 has no category for it (praise). `is_assumption` marks a route that the
	procedures do not spell out.
	"""

	name: str
	nature: str
	procedure: str
	department: str
	role: str
	priority: str = "Medium"
	sgi_category: str = SgiCategory.QUERY
	is_assumption: bool = False


REQUEST_TYPES = (
	RequestType(
		"General Information",
		Nature.INFORMATION,
		ProcedureCode.INTAKE,
		Department.CUSTOMER_SERVICE,
		Role.EXECUTIVE,
		is_assumption=True,
	),
	RequestType(
		"Commercial Information", Nature.INFORMATION, ProcedureCode.INTAKE, Department.SALES, Role.SALES
	),
	RequestType(
		"New Distributor Contact",
		Nature.INFORMATION,
		ProcedureCode.INTAKE,
		Department.SALES,
		Role.SALES,
		"High",
	),
	RequestType("Order", Nature.ORDER, ProcedureCode.INTAKE, Department.SALES, Role.SALES),
	RequestType("Order Follow-up", Nature.ORDER, ProcedureCode.INTAKE, Department.SALES, Role.SALES),
	RequestType(
		"Technical Advice",
		Nature.ADVICE,
		ProcedureCode.TECHNICAL,
		Department.TECHNICAL_SERVICE,
		Role.TECHNICIAN,
	),
	RequestType(
		"Technical Request",
		Nature.TECHNICAL,
		ProcedureCode.TECHNICAL,
		Department.TECHNICAL_SERVICE,
		Role.TECHNICIAN,
		"High",
	),
	RequestType(
		"Complaint",
		Nature.CLAIM,
		ProcedureCode.COMPLAINTS,
		Department.CUSTOMER_SERVICE,
		Role.COORDINATOR,
		"High",
		SgiCategory.CLAIM,
	),
	RequestType(
		"Claim",
		Nature.CLAIM,
		ProcedureCode.COMPLAINTS,
		Department.QUALITY,
		Role.QUALITY,
		"High",
		SgiCategory.CLAIM,
	),
	RequestType(
		"Suggestion",
		Nature.SUGGESTION,
		ProcedureCode.INTAKE,
		Department.CUSTOMER_SERVICE,
		Role.COORDINATOR,
		"Low",
		SgiCategory.SUGGESTION,
		is_assumption=True,
	),
	RequestType(
		"Praise",
		Nature.PRAISE,
		ProcedureCode.DIGITAL,
		Department.MARKETING,
		Role.COMMUNITY_MANAGER,
		"Low",
		"",
		is_assumption=True,
	),
	RequestType(
		"Other",
		Nature.OTHER,
		ProcedureCode.INTAKE,
		Department.CUSTOMER_SERVICE,
		Role.EXECUTIVE,
		is_assumption=True,
	),
)
