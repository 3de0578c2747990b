"""What a new site is offered, as data: working hours, promises with their steps, and how a person is told of a folio.

English sources; set-up writes them in the site's language. Values that no procedure gives are marked `is_assumption`
and say so in their notes (D10, D11).
"""

from collections.abc import Mapping

from nervion_service.domain.taxonomy import TECHNICAL_NATURES, CommitmentKind, Nature, Role


def _(source: str) -> str:
	"""Mark a text for translation without translating it on import."""
	return source


HOUR = 3600
DAY = 24 * HOUR  # on the basis Clock Time on Working Days this is one business day (D1)
WORKING_DAY = 9 * HOUR  # of the working hours below, where working time is counted

CALENDAR = "Standard Hours"
# the name of a country reads the same in English and Spanish
HOLIDAY_LIST = "México"
WORKING_HOURS = (
	*(
		(weekday, "09:00:00", "18:00:00")
		for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
	),
	("Saturday", "09:00:00", "14:00:00"),
)
CALENDAR_NOTES = _("Assumption to confirm: no procedure gives the working hours.")
ROUTE_NOTES = _("Assumption to confirm: the procedures name this type but not its route.")

WORKING_TIME = "Working Time"
ON_WORKING_DAYS = "Clock Time on Working Days"

HALF_TIME = {
	"step_name": _("Half of the time has passed"),
	"share": 50,
	"audience": "Responsible",
	"level": 0,
}
LITTLE_TIME = {
	"step_name": _("Four fifths of the time have passed"),
	"share": 80,
	"audience": "Responsible",
	"level": 0,
}
BREACH = {
	"step_name": _("The time has run out"),
	"share": 100,
	"audience": "Role",
	"role": Role.COORDINATOR,
	"level": 1,
}
DIRECTOR = {"audience": "Role", "role": Role.COMMERCIAL_DIRECTOR, "level": 2}


def _to_director_after(seconds: int, name: str) -> Mapping[str, object]:
	return {"step_name": name, "after": seconds, "after_basis": ON_WORKING_DAYS, **DIRECTOR}


def _acceptance(nature: str) -> Mapping[str, object]:
	return {
		"policy_code": f"ACCEPTANCE-{nature.upper()}",
		"title": _("Accepted by the technical area in one business day"),
		"kind": CommitmentKind.ACCEPTANCE,
		"nature": nature,
		"allowance": DAY,
		"basis": ON_WORKING_DAYS,
		"steps": (
			HALF_TIME,
			LITTLE_TIME,
			BREACH,
			_to_director_after(2 * DAY, _("Two business days have passed")),
		),
		"notes": _(
			"MPC-SER-001, policy 3: technical requests are routed in less than 24 hours, read as one business day and "
			"kept when the technical area accepts the folio. The step to the director is an assumption to confirm."
		),
	}


def _resolution(code: str, title: str, days: int, severity: str = "") -> Mapping[str, object]:
	return {
		"policy_code": code,
		"title": title,
		"kind": CommitmentKind.RESOLUTION,
		"nature": Nature.CLAIM,
		"severity": severity,
		"allowance": days * DAY,
		"basis": ON_WORKING_DAYS,
		"pauses_while_waiting": 1,
		"pause_cap": 10 * DAY,
		"is_assumption": 1,
		"steps": (
			HALF_TIME,
			LITTLE_TIME,
			BREACH,
			_to_director_after((days + 1) * DAY, _("One business day past the term")),
		),
		"notes": _(
			"Assumption to confirm: the procedures measure claims resolved in time without giving the term. "
			"Business days by severity: 5, 3 when major, 1 when critical."
		),
	}


POLICIES = (
	{
		"policy_code": "REGISTRATION",
		"title": _("Registration on the day of reception"),
		"kind": CommitmentKind.REGISTRATION,
		"basis": "Same Business Day",
		"steps": (),
		"notes": _("MPC-SER-001, policies 1 and 4. Kept or broken at birth, so it never escalates."),
	},
	{
		"policy_code": "FIRST-ANSWER",
		"title": _("First answer in 4 working hours"),
		"kind": CommitmentKind.FIRST_ANSWER,
		"allowance": 4 * HOUR,
		"basis": WORKING_TIME,
		"pauses_while_waiting": 1,
		# a pause is granted on the basis of the promise: ten days of working time
		"pause_cap": 10 * WORKING_DAY,
		"steps": (
			HALF_TIME,
			LITTLE_TIME,
			BREACH,
			_to_director_after(DAY, _("One business day has passed")),
		),
		"notes": _(
			"MPC-SER-001, policy 2 and MPC-SER-007, policy 2; at one business day MPC-COM-CLI-001, policy 2. "
			"The longest pause granted is an assumption to confirm."
		),
	},
	{
		"policy_code": "CORPORATE-ANSWER",
		"title": _("First answer in 24 business hours"),
		"kind": CommitmentKind.CORPORATE_ANSWER,
		"allowance": DAY,
		"basis": ON_WORKING_DAYS,
		"pauses_while_waiting": 1,
		"pause_cap": 10 * DAY,
		"steps": (),
		"notes": _(
			"MPC-COM-CLI-001, policy 2 and its indicator of response time. It is measured and warns nobody: the promise of "
			"4 working hours does."
		),
	},
	*(_acceptance(nature) for nature in TECHNICAL_NATURES),
	_resolution("RESOLUTION", _("Claim resolved in 5 business days"), 5),
	_resolution("RESOLUTION-MAJOR", _("Major claim resolved in 3 business days"), 3, "Major"),
	_resolution("RESOLUTION-CRITICAL", _("Critical claim resolved in 1 business day"), 1, "Critical"),
)

ASSIGNMENT_RULE = "Service Folio: responsible person"
# Frappe escapes what comes out of it; escaped twice, people would read "&amp;"
ASSIGNMENT_TEXT = _("Attend folio {{ name }}: {{ subject }}")
