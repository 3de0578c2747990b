"""The courses of the demo's complaints: what is done, and how many working hours after the step before."""

REGISTERED = (("route", 0.05), ("greet", 0.7), ("complain", 0.3))
EVIDENCE = (*REGISTERED, ("evidence", 0.4))
JUDGED = (*EVIDENCE, ("review", 0.8), ("judge", 1.2))
ANALYSED = (*JUDGED, ("analyse", 1))
SAMPLED = (*ANALYSED, ("sample", 1), ("laboratory", 1.5))
TESTED = (*SAMPLED, ("progress", 0.3), ("rat", 3))
REPORTED = (
	*TESTED,
	("rat_send", 0.5),
	("rat_review", 1),
	("rat_approve", 2),
	("release", 0.5),
	("issue", 0.3),
)
ANSWERED = (*REPORTED, ("cause", 0.4), ("answer", 0.8), ("finish", 0.1), ("promise", 0.5))
DONE = (*ANSWERED, ("remedy", 3), ("remedy_done", 0.3))
CLOSED = (*DONE, ("cost", 0.5), ("close", 2))
SHORT_REPORT = (
	("rat", 1),
	("rat_send", 0.2),
	("rat_review", 1),
	("rat_approve", 1),
	("release", 0.3),
	("issue", 0.2),
)
TOLD = (("cause", 0.4), ("answer", 0.8), ("finish", 0.1))
MADE_GOOD = (("promise", 0.5), ("remedy", 3), ("remedy_done", 0.3), ("cost", 0.5), ("close", 2))
VISITED = (
	("visit", 0.5),
	("consent", 1),
	("schedule", 0.5),
	("start", 5),
	("inspect", 1.5),
)
ASKED = (*REGISTERED, ("ask", 2))
REJECTED = (*EVIDENCE, ("review", 0.8), ("reject", 3))
FEEDBACK = (("feedback", 1), ("hear", 5))
PLANNED = (("open_action", 1), ("plan", 9))
IMPLEMENTED = (*PLANNED, ("implement", 40))

COURSES = {
	"received": REGISTERED,
	"reviewing": (*EVIDENCE, ("review", 1)),
	"lacking": (*REGISTERED, ("review", 1.5)),
	"waiting": ASKED,
	"assigned": JUDGED,
	"visit_ahead": (*JUDGED, ("visit", 1), ("consent", 1), ("schedule_ahead", 0.5)),
	"for_evidence": (*REGISTERED, ("assign", 2), ("visit", 0.5), ("consent", 1), ("schedule_ahead", 0.5)),
	"laboratory": SAMPLED,
	"draft": TESTED,
	"rat_waits": (*TESTED, ("rat_send", 1)),
	"rat_reviewed": (*TESTED, ("rat_send", 1), ("rat_review", 2)),
	"issued": REPORTED,
	"answered": ANSWERED,
	"done": DONE,
	"closed": CLOSED,
	"closed_late": (*SAMPLED, ("rat", 30), *REPORTED[len(TESTED) :], *TOLD, *MADE_GOOD),
	"closed_waiting": (
		*ASKED,
		("reply", 12),
		("judge", 3),
		("analyse", 2),
		("sample", 2),
		("laboratory", 2),
		("rat", 5),
		*REPORTED[len(TESTED) :],
		*TOLD,
		*MADE_GOOD,
	),
	"closed_evident": (*JUDGED, ("analyse", 1), *SHORT_REPORT, *TOLD, *MADE_GOOD),
	"evident_answered": (*JUDGED, ("analyse", 1), *SHORT_REPORT, *TOLD, ("promise", 0.5)),
	"closed_visit": (*ANALYSED, *VISITED, ("end_visit", 0.3), *TOLD, ("cost", 0.5), ("close", 5)),
	"closed_visit_rat": (
		*ANALYSED,
		*VISITED,
		("rat_of_visit", 0.3),
		("end_visit", 0.1),
		*SHORT_REPORT[1:],
		*TOLD,
		*MADE_GOOD,
		*FEEDBACK,
	),
	"closed_service": (*REGISTERED, ("review", 1), ("judge", 1), ("analyse", 1), *TOLD, ("close", 4)),
	"service_analysis": (*REGISTERED, ("review", 1), ("judge", 1), ("analyse", 1)),
	"rejected_told": (*REJECTED, ("tell", 1)),
	"rejected_closed": (*REJECTED, ("tell", 1), ("close_unhappy", 9)),
	"appealed": (*REJECTED, ("tell", 1), ("appeal", 6)),
	"upheld": (
		*REJECTED,
		("tell", 1),
		("appeal", 6),
		("judge_appeal", 5),
		("analyse", 2),
		*CLOSED[len(ANALYSED) :],
	),
	"withdrawn": (*EVIDENCE, ("withdraw", 5)),
	"reopened": (*CLOSED, ("reopen", 18)),
	"held": (
		*ANALYSED,
		("alarm", 0.1),
		("hold", 0.6),
		("notify", 2),
		("acknowledge", 6),
		("action_of_hold", 1),
		("plan", 6),
		("sample", 1),
		("laboratory", 2),
		("rat", 5),
		*REPORTED[len(TESTED) :],
		*TOLD,
		("promise", 0.5),
		*FEEDBACK,
	),
	"action_worked": (*CLOSED, *FEEDBACK, *IMPLEMENTED, ("verify", 110), ("end_action", 1)),
	"action_failed": (*CLOSED, *FEEDBACK, *IMPLEMENTED, ("verify_failed", 110), ("plan_next", 12)),
	"action_implemented": (*CLOSED, *IMPLEMENTED),
	"action_planned": (*CLOSED, *PLANNED),
	"prevention": (*CLOSED, ("prevent", 3)),
}
