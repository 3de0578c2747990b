"""The life of a technical visit or remote support (G3, G10).

Requested → Consented → Scheduled → In Progress → Finished; Cancelled from any open state. What each step needs stands in
`domain/visits.py`: consent before a date, a RAT before a visit that found a problem ends.
"""

from nervion_service.domain.complaint_words import VisitStage
from nervion_service.domain.taxonomy import TECHNICAL_ROLES, Role
from nervion_service.workflows.specification import State, Transition, Workflow

VISITORS = (*TECHNICAL_ROLES, Role.QUALITY, Role.ADMINISTRATOR)
# whoever speaks with the customer may write down the consent and agree on a date
ARRANGERS = (Role.EXECUTIVE, Role.COORDINATOR, *VISITORS)
KEEPERS = (Role.QUALITY, Role.ADMINISTRATOR)


class Action:
	"""Names of the actions, as the buttons read."""

	CONSENT = "Record Consent"
	SCHEDULE = "Schedule"
	START = "Start the Visit"
	FINISH = "Finish the Visit"
	CANCEL = "Cancel the Visit"


STATES = (
	State(VisitStage.REQUESTED, VisitStage.REQUESTED, 0, ARRANGERS, "Info"),
	State(VisitStage.CONSENTED, VisitStage.CONSENTED, 0, ARRANGERS, "Info"),
	State(VisitStage.SCHEDULED, VisitStage.SCHEDULED, 0, ARRANGERS, "Primary"),
	State(VisitStage.IN_PROGRESS, VisitStage.IN_PROGRESS, 0, VISITORS, "Primary"),
	State(VisitStage.FINISHED, VisitStage.FINISHED, 0, KEEPERS, "Success", final=True),
	State(VisitStage.CANCELLED, VisitStage.CANCELLED, 0, KEEPERS, "Inverse", final=True),
)

VISIT = Workflow(
	name="Service Technical Visit",
	doctype="Service Technical Visit",
	states=STATES,
	transitions=(
		Transition(VisitStage.REQUESTED, Action.CONSENT, VisitStage.CONSENTED, ARRANGERS),
		Transition(VisitStage.CONSENTED, Action.SCHEDULE, VisitStage.SCHEDULED, ARRANGERS),
		Transition(VisitStage.SCHEDULED, Action.START, VisitStage.IN_PROGRESS, VISITORS),
		Transition(VisitStage.IN_PROGRESS, Action.FINISH, VisitStage.FINISHED, VISITORS),
		*(
			Transition(state.name, Action.CANCEL, VisitStage.CANCELLED, ARRANGERS)
			for state in STATES
			if not state.final
		),
	),
)
