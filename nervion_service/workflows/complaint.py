"""The life of a complaint (G10, G11, K3, K4).

Received → Under Admissibility Review → Inadmissible, which may be appealed, or Assigned → In Analysis → Report Issued → Answered →
Remedy Done → Closed; Waiting for Customer on the way, Withdrawn, Reopened. Every state keeps docstatus 0, since a submitted document
could not be reopened; stages lock the fields instead. The gates stand in `domain/complaint_gates.py`.
"""

from nervion_service.domain.complaint_words import COMPLAINT, COMPLAINT_ENDED, COMPLAINT_STAGES
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import HANDLER_ROLES, TECHNICAL_ROLES, Role
from nervion_service.workflows.specification import State, Transition, Workflow

HANDLERS = (*(role for role in HANDLER_ROLES if role != Role.AGENCY), Role.ADMINISTRATOR)
# Calidad the verdict; the Coordinator about attention, the Director on appeal: the gates say which of them for which kind
JUDGES = (Role.QUALITY, Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, Role.ADMINISTRATOR)
ANALYSTS = (*TECHNICAL_ROLES, Role.QUALITY, Role.ADMINISTRATOR)
# who speaks with the customer, and so ends and takes up again
SPEAKERS = (Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.SALES, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR)  # fmt: skip
SUPERVISORS = (Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, Role.QUALITY, Role.ADMINISTRATOR)
EDITORS = tuple(dict.fromkeys((*HANDLERS, *JUDGES)))


class Action:
	"""Names of the actions, as the buttons read."""

	REVIEW = "Review Admissibility"
	ASSIGN = "Assign"
	ASSIGN_AT_ONCE = "Assign at Once"
	DECLARE_INADMISSIBLE = "Declare Inadmissible"
	APPEAL = "Appeal"
	ANALYSE = "Begin Analysis"
	ISSUE = "Issue Report"
	ASK = "Ask the Customer"
	RESUME_REVIEW = "Resume Review"
	RESUME_ASSIGNED = "Resume Assignment"
	RESUME_ANALYSIS = "Resume Analysis"
	RESUME_REPORT = "Resume After Report"
	ANSWER = "Mark as Answered"
	ATTEND_AGAIN = "Attend Again"
	REMEDY = "Mark Remedy as Done"
	CLOSE = "Close"
	WITHDRAW = "Withdraw"
	REOPEN = "Reopen"


# the state in which a stage is shown, where it is not called like the stage
NAMES = {Stage.UNDER_REVIEW: "Under Admissibility Review"}
STYLES = {
	Stage.RECEIVED: "Info",
	Stage.UNDER_REVIEW: "Info",
	Stage.INADMISSIBLE: "Inverse",
	Stage.ASSIGNED: "Primary",
	Stage.IN_ANALYSIS: "Primary",
	Stage.REPORT_ISSUED: "Primary",
	Stage.WAITING: "Warning",
	Stage.ANSWERED: "Success",
	Stage.REMEDY_DONE: "Success",
	Stage.CLOSED: "Success",
	Stage.WITHDRAWN: "Inverse",
	Stage.REOPENED: "Danger",
}
# from where the customer may be asked, and the action that goes on there
RESUMING = {
	Stage.UNDER_REVIEW: Action.RESUME_REVIEW,
	Stage.ASSIGNED: Action.RESUME_ASSIGNED,
	Stage.IN_ANALYSIS: Action.RESUME_ANALYSIS,
	Stage.REPORT_ISSUED: Action.RESUME_REPORT,
}


def _state(stage: str) -> State:
	ended = stage in COMPLAINT_ENDED
	return State(NAMES.get(stage, stage), stage, 0, SUPERVISORS if ended else EDITORS, STYLES[stage], ended)


def _way(source: str, action: str, target: str, roles: tuple[str, ...]) -> Transition:
	return Transition(NAMES.get(source, source), action, NAMES.get(target, target), roles)


COMPLAINT_FLOW = Workflow(
	name=COMPLAINT,
	doctype=COMPLAINT,
	states=tuple(map(_state, COMPLAINT_STAGES)),
	transitions=(
		_way(Stage.RECEIVED, Action.REVIEW, Stage.UNDER_REVIEW, JUDGES),
		_way(Stage.RECEIVED, Action.ASSIGN_AT_ONCE, Stage.ASSIGNED, HANDLERS),
		_way(Stage.UNDER_REVIEW, Action.ASSIGN, Stage.ASSIGNED, JUDGES),
		_way(Stage.UNDER_REVIEW, Action.DECLARE_INADMISSIBLE, Stage.INADMISSIBLE, JUDGES),
		_way(Stage.ASSIGNED, Action.DECLARE_INADMISSIBLE, Stage.INADMISSIBLE, JUDGES),
		_way(Stage.INADMISSIBLE, Action.APPEAL, Stage.UNDER_REVIEW, SPEAKERS),
		_way(Stage.INADMISSIBLE, Action.CLOSE, Stage.CLOSED, SPEAKERS),
		_way(Stage.ASSIGNED, Action.ANALYSE, Stage.IN_ANALYSIS, HANDLERS),
		_way(Stage.IN_ANALYSIS, Action.ISSUE, Stage.REPORT_ISSUED, ANALYSTS),
		_way(Stage.IN_ANALYSIS, Action.ANSWER, Stage.ANSWERED, HANDLERS),
		_way(Stage.REPORT_ISSUED, Action.ANSWER, Stage.ANSWERED, HANDLERS),
		*(_way(stage, Action.ASK, Stage.WAITING, EDITORS) for stage in RESUMING),
		*(_way(Stage.WAITING, action, stage, EDITORS) for stage, action in RESUMING.items()),
		_way(Stage.ANSWERED, Action.REMEDY, Stage.REMEDY_DONE, HANDLERS),
		_way(Stage.ANSWERED, Action.CLOSE, Stage.CLOSED, SPEAKERS),
		_way(Stage.ANSWERED, Action.ATTEND_AGAIN, Stage.IN_ANALYSIS, HANDLERS),
		_way(Stage.REMEDY_DONE, Action.CLOSE, Stage.CLOSED, SPEAKERS),
		_way(Stage.REMEDY_DONE, Action.ATTEND_AGAIN, Stage.IN_ANALYSIS, HANDLERS),
		_way(Stage.CLOSED, Action.REOPEN, Stage.REOPENED, SPEAKERS),
		_way(Stage.WITHDRAWN, Action.REOPEN, Stage.REOPENED, SUPERVISORS),
		_way(Stage.REOPENED, Action.REVIEW, Stage.UNDER_REVIEW, JUDGES),
		_way(Stage.REOPENED, Action.ANALYSE, Stage.IN_ANALYSIS, HANDLERS),
		*(
			_way(stage, Action.WITHDRAW, Stage.WITHDRAWN, SPEAKERS)
			for stage in COMPLAINT_STAGES
			if stage not in COMPLAINT_ENDED
		),
	),
)
