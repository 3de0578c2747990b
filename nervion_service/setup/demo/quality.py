"""What Quality does about causes and batches in the demo: holds and notices, corrective actions and whether they held, feedback."""

from datetime import timedelta

from nervion_service.domain.corrective import Effectiveness, Kind
from nervion_service.services import clock
from nervion_service.services.batches import holds, recall, watch
from nervion_service.services.complaints import feedback
from nervion_service.services.corrective import actions
from nervion_service.setup.demo import masters, moments
from nervion_service.setup.demo.complaint import Complaint, take
from nervion_service.workflows.corrective_action import Action

ACTION, HOLD = "Service Corrective Action", "Service Batch Hold"
# how long an action has to show its effect
SHOWN_AFTER = timedelta(days=12)


# The batch ----------------------------------------------------------------------------------------------------------


def _alarm(case: Complaint) -> None:
	"""What a worker does after every complaint: the third about a batch rings."""
	watch.complaint_registered(case.name)


def _hold(case: Complaint) -> None:
	with moments.by(masters.address("calidad")):
		batch, words = case.complaint().lines[0].batch, case.content["hold"]
		case.adopt(HOLD, holds.hold(batch, words["reason"], case.company, case.name))


def _notify(case: Complaint) -> None:
	with moments.by(masters.address("calidad")):
		recall.send(case.made[HOLD], case.content["hold"]["message"])


def _acknowledge(case: Complaint) -> None:
	"""Two customers answered by telephone, and one brought back what was left; the others have not answered yet."""
	with moments.by(masters.address("calidad")):
		notices = case.get(HOLD).notices
		for row in notices[:2]:
			recall.log_acknowledgement(
				case.made[HOLD], row.customer, case.content["hold"]["by"], row.qty // 2
			)
		hold = case.get(HOLD)
		if hold.notices:
			hold.notices[0].recovered_qty = hold.notices[0].qty // 2
			hold.append("disposition", {"qty": hold.notices[0].qty // 4, "what": "Rework"})
			hold.save()


def _action_of_hold(case: Complaint) -> None:
	with moments.by(masters.address("calidad")):
		case.adopt(ACTION, holds.open_action(case.made[HOLD]))


# The cause ----------------------------------------------------------------------------------------------------------


def _open_action(case: Complaint) -> None:
	with moments.by(masters.address("calidad")):
		case.adopt(ACTION, actions.from_complaint(case.name))


def _prevent(case: Complaint) -> None:
	with moments.by(masters.address("calidad")):
		case.adopt(ACTION, actions.from_complaint(case.name, Kind.PREVENTIVE))


def _plan(case: Complaint) -> None:
	"""Analysed and planned: the plant does the work, Quality checks that it held."""
	words, quality = case.content["actions"][case.case["cause"]], masters.address("calidad")
	today = clock.now().date()
	take(case.get(ACTION), Action.ANALYSE, quality, containment=words["containment"])
	tasks = [
		{"task": task, "responsible": masters.address("produccion"), "due_date": today + timedelta(days=days)}
		for task, days in words["tasks"]
	]
	take(
		case.get(ACTION),
		Action.START,
		quality,
		root_cause=case.cause(),
		cause_text=words["cause"],
		why=[{"question": question, "answer": answer} for question, answer in words["why"]],
		similar=[{"note": words["similar"]}],
		tasks=tasks,
		verification_date=today + timedelta(days=30),
		verification_criterion=words["criterion"],
		verification_by=quality,
	)


def _implement(case: Complaint) -> None:
	today = clock.now().date()
	with moments.by(masters.address("produccion")):
		action = case.get(ACTION)
		for row in action.tasks:
			row.update({"done_at": today, "result": case.content["actions"][case.case["cause"]]["done"]})
		action.verification_date = today + SHOWN_AFTER
		action.save()
	take(case.get(ACTION), Action.IMPLEMENT, masters.address("produccion"))


def _verify(case: Complaint) -> None:
	_judge(case, Effectiveness.EFFECTIVE, "worked")


def _verify_failed(case: Complaint) -> None:
	_judge(case, Effectiveness.NOT_EFFECTIVE, "failed")
	# the next cycle has opened by itself
	case.adopt(ACTION, case.get(ACTION).next_action)


def _judge(case: Complaint, verdict: str, words: str) -> None:
	note = case.content["actions"][case.case["cause"]][words]
	values = {"effectiveness": verdict, "verification_note": note}
	take(case.get(ACTION), Action.VERIFY, masters.address("calidad"), **values)


def _end_action(case: Complaint) -> None:
	take(case.get(ACTION), Action.CLOSE, masters.address("calidad"))


# What others have to know -------------------------------------------------------------------------------------------


def _feedback(case: Complaint) -> None:
	with moments.by(masters.address("calidad")):
		feedback.send(case.name, "Production", case.finding("feedback"))


def _hear(case: Complaint) -> None:
	with moments.by(masters.address("produccion")):
		feedback.acknowledge(case.name, "Production", case.content["heard"])


ACTIONS = {
	"alarm": _alarm,
	"hold": _hold,
	"notify": _notify,
	"acknowledge": _acknowledge,
	"action_of_hold": _action_of_hold,
	"open_action": _open_action,
	"prevent": _prevent,
	"plan": _plan,
	"plan_next": _plan,
	"implement": _implement,
	"verify": _verify,
	"verify_failed": _verify_failed,
	"end_action": _end_action,
	"feedback": _feedback,
	"hear": _hear,
}
