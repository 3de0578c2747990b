"""The life of a folio (G18, S1.8-S1.11, S1.15).

Registered → Routed → In Attention ⇄ Waiting for Customer → Answered → Closed; Withdrawn from any open state; Reopened once
ended. Every state keeps docstatus 0, since a submitted document could not be reopened; stages lock the fields
instead. The gates (an answer needs an outbound record, a second reopening the Coordinator …) stand in
`domain/closing.py`.
"""

from nervion_service.domain.taxonomy import HANDLER_ROLES, Role, Stage
from nervion_service.workflows.specification import State, Transition, Workflow

REGISTRARS = (Role.EXECUTIVE, Role.COORDINATOR, Role.COMMUNITY_MANAGER, Role.AGENCY, Role.ADMINISTRATOR)
# the system routes as Administrator, who holds every role; by hand it is the Coordinator's
ROUTERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
HANDLERS = (*HANDLER_ROLES, Role.ADMINISTRATOR)
# an outside agency attends but does not end or take up again a customer's case
CLOSERS = tuple(role for role in HANDLERS if role != Role.AGENCY)
SUPERVISORS = (Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, Role.ADMINISTRATOR)
EDITORS = tuple(dict.fromkeys((*HANDLERS, *REGISTRARS)))


class Action:
	"""Names of the actions, as the buttons read."""

	ROUTE = "Route by Hand"
	ACCEPT = "Accept"
	ASK = "Ask the Customer"
	RESUME = "Resume Attention"
	ANSWER = "Mark as Answered"
	ATTEND_AGAIN = "Attend Again"
	CLOSE = "Close"
	WITHDRAW = "Withdraw"
	REOPEN = "Reopen"


STATES = (
	State(Stage.REGISTERED, Stage.REGISTERED, 0, EDITORS, "Info"),
	State(Stage.ROUTED, Stage.ROUTED, 0, EDITORS, "Info"),
	State(Stage.IN_ATTENTION, Stage.IN_ATTENTION, 0, EDITORS, "Primary"),
	State(Stage.WAITING, Stage.WAITING, 0, EDITORS, "Warning"),
	State(Stage.ANSWERED, Stage.ANSWERED, 0, EDITORS, "Success"),
	State(Stage.CLOSED, Stage.CLOSED, 0, SUPERVISORS, "Success", final=True),
	State(Stage.WITHDRAWN, Stage.WITHDRAWN, 0, SUPERVISORS, "Inverse", final=True),
	State(Stage.REOPENED, Stage.REOPENED, 0, EDITORS, "Danger"),
)

FOLIO = Workflow(
	name="Service Folio",
	doctype="Service Folio",
	states=STATES,
	transitions=(
		Transition(Stage.REGISTERED, Action.ROUTE, Stage.ROUTED, ROUTERS),
		Transition(Stage.ROUTED, Action.ACCEPT, Stage.IN_ATTENTION, HANDLERS),
		Transition(Stage.IN_ATTENTION, Action.ASK, Stage.WAITING, HANDLERS),
		Transition(Stage.IN_ATTENTION, Action.ANSWER, Stage.ANSWERED, HANDLERS),
		Transition(Stage.WAITING, Action.RESUME, Stage.IN_ATTENTION, HANDLERS),
		Transition(Stage.WAITING, Action.ANSWER, Stage.ANSWERED, HANDLERS),
		Transition(Stage.ANSWERED, Action.CLOSE, Stage.CLOSED, CLOSERS),
		Transition(Stage.ANSWERED, Action.ATTEND_AGAIN, Stage.IN_ATTENTION, HANDLERS),
		Transition(Stage.CLOSED, Action.REOPEN, Stage.REOPENED, CLOSERS),
		Transition(Stage.WITHDRAWN, Action.REOPEN, Stage.REOPENED, ROUTERS),
		Transition(Stage.REOPENED, Action.ACCEPT, Stage.IN_ATTENTION, HANDLERS),
		*(
			Transition(state.name, Action.WITHDRAW, Stage.WITHDRAWN, CLOSERS)
			for state in STATES
			if not state.final
		),
	),
)
