"""The life of a corrective or preventive action (I2, G11).

Open → Analysis → In Progress → Implemented → Verified → Closed; Cancelled with a reason until it is implemented. Quality owns it, the
areas do the work, and what must be there first stands in `domain/corrective.py`.
"""

from nervion_service.domain.complaint_words import ActionStage as Stage
from nervion_service.domain.taxonomy import Role
from nervion_service.workflows.specification import State, Transition, Workflow

OWNERS = (Role.QUALITY, Role.ADMINISTRATOR)
# they analyse and do what was planned; judging and closing is Quality's
WORKERS = (*OWNERS, Role.PRODUCTION, Role.TECHNICIAN, Role.ENGINEER)


class Action:
	"""Names of the actions, as the buttons read."""

	ANALYSE = "Analyse"
	START = "Start Tasks"
	IMPLEMENT = "All Tasks Done"
	VERIFY = "Record Effectiveness"
	CLOSE = "Close"
	BACK = "Analyse Again"
	CANCEL = "Cancel Action"


STATES = (
	State(Stage.OPEN, Stage.OPEN, 0, WORKERS, "Info"),
	State(Stage.ANALYSIS, Stage.ANALYSIS, 0, WORKERS, "Primary"),
	State(Stage.IN_PROGRESS, Stage.IN_PROGRESS, 0, WORKERS, "Primary"),
	State(Stage.IMPLEMENTED, Stage.IMPLEMENTED, 0, OWNERS, "Warning"),
	State(Stage.VERIFIED, Stage.VERIFIED, 0, OWNERS, "Success"),
	State(Stage.CLOSED, Stage.CLOSED, 0, OWNERS, "Success", final=True),
	State(Stage.CANCELLED, Stage.CANCELLED, 0, OWNERS, "Inverse", final=True),
)

CORRECTIVE_ACTION = Workflow(
	name="Service Corrective Action",
	doctype="Service Corrective Action",
	states=STATES,
	transitions=(
		Transition(Stage.OPEN, Action.ANALYSE, Stage.ANALYSIS, WORKERS),
		Transition(Stage.ANALYSIS, Action.START, Stage.IN_PROGRESS, WORKERS),
		Transition(Stage.IN_PROGRESS, Action.BACK, Stage.ANALYSIS, OWNERS),
		Transition(Stage.IN_PROGRESS, Action.IMPLEMENT, Stage.IMPLEMENTED, WORKERS),
		Transition(Stage.IMPLEMENTED, Action.VERIFY, Stage.VERIFIED, OWNERS),
		Transition(Stage.VERIFIED, Action.CLOSE, Stage.CLOSED, OWNERS),
		*(
			Transition(stage, Action.CANCEL, Stage.CANCELLED, OWNERS)
			for stage in (Stage.OPEN, Stage.ANALYSIS, Stage.IN_PROGRESS)
		),
	),
)
