"""What a new site is offered, as data: working hours, promises with their steps, and how a person is told of a folio.

English sources; set-up writes them in the site's language. Values that no procedure gives are marked `is_assumption`
and say so in their notes (D10, D11).
"""

from collections.abc import Mapping

from nervion_service.domain.taxonomy import TECHNICAL_NATURES, CommitmentKind, Nature, Role


def _(source: str) -> str:
	"""Mark a text for translation without translating it on import."""
	return source


MINUTE = 60
HOUR = 60 * MINUTE
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
CLOCK_TIME = "Clock Time"

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


WITH_PAUSES = {"pauses_while_waiting": 1, "pause_cap": 10 * DAY}


def to_director_after(seconds: int, name: str) -> Mapping[str, object]:
	"""The step at which the director hears, that many seconds of working days after the start."""
	return {"step_name": name, "after": seconds, "after_basis": ON_WORKING_DAYS, **DIRECTOR}


def in_business_days(days: int, *, last: str, **breach) -> Mapping[str, object]:
	"""Terms of a promise in business days: warned at half and four fifths, a breach (`breach` changes who hears), the director a day later."""
	return {
		"allowance": days * DAY,
		"basis": ON_WORKING_DAYS,
		"steps": (HALF_TIME, LITTLE_TIME, {**BREACH, **breach}, to_director_after((days + 1) * DAY, last)),
	}


def _acceptance(nature: str) -> Mapping[str, object]:
	return {
		"policy_code": f"ACCEPTANCE-{nature.upper()}",
		"title": _("Accepted by the technical area in one business day"),
		"kind": CommitmentKind.ACCEPTANCE,
		"nature": nature,
		**in_business_days(1, last=_("Two business days have passed")),
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
		**in_business_days(days, last=_("One business day past the term")),
		**WITH_PAUSES,
		"is_assumption": 1,
		"notes": _(
			"Assumption to confirm: the procedures measure claims resolved in time without giving the term. "
			"Business days by severity: 5, 3 when major, 1 when critical."
		),
	}


def _at_any_hour(seconds: int, name: str, level: int, **audience: str) -> Mapping[str, object]:
	return {
		"step_name": name,
		"after": seconds,
		"after_basis": CLOCK_TIME,
		"level": level,
		"any_hour": 1,
		"audience": "Role" if audience else "On Call",
		**audience,
	}


POLICIES = (
	{
		"policy_code": "SAFETY",
		"title": _("Help for an accident in 15 minutes"),
		"kind": CommitmentKind.SAFETY,
		"allowance": 15 * MINUTE,
		"basis": CLOCK_TIME,
		"is_assumption": 1,
		"steps": (
			_at_any_hour(0, _("Accident reported: call at once"), 1),
			{**BREACH, "step_name": _("Nobody has helped in 15 minutes"), "level": 2, "any_hour": 1},
			_at_any_hour(15 * MINUTE, _("Nobody has helped in 15 minutes: Quality"), 2, role=Role.QUALITY),
			_at_any_hour(30 * MINUTE, _("Nobody has helped in 30 minutes"), 3, role=Role.COMMERCIAL_DIRECTOR),
			_at_any_hour(HOUR, _("Nobody has helped in one hour"), 3, role=Role.MANAGEMENT),
		),
		"notes": _(
			"Assumption to confirm: no procedure says how soon an accident is attended, nor who is called. By the clock, at any "
			"hour."
		),
	},
	{
		"policy_code": "SAFETY-CHECK",
		"title": _("A message that may speak of an accident is checked in 30 minutes"),
		"kind": CommitmentKind.SAFETY_CHECK,
		"allowance": 30 * MINUTE,
		"basis": CLOCK_TIME,
		"is_assumption": 1,
		"steps": (
			_at_any_hour(0, _("A message may speak of an accident: ask"), 1),
			{**BREACH, "step_name": _("Nobody has asked in 30 minutes"), "level": 2, "any_hour": 1},
		),
		"notes": _(
			"Assumption to confirm: words of a message only say that a person has to ask. By the clock, at any hour."
		),
	},
	{
		"policy_code": "AFTER-END",
		"title": _("A message about an ended case is decided on in 4 working hours"),
		"kind": CommitmentKind.AFTER_END,
		"allowance": 4 * HOUR,
		"basis": WORKING_TIME,
		"is_assumption": 1,
		"steps": (
			HALF_TIME,
			LITTLE_TIME,
			BREACH,
			to_director_after(DAY, _("One business day has passed")),
		),
		"notes": _(
			"Assumption to confirm: the procedures give the term of a first answer, and what a customer writes after the end may be a "
			"new request. It is kept when the case is reopened, continued in a new folio, or nothing more is to be done."
		),
	},
	{
		"policy_code": "PERSONAL-DATA",
		"title": _("Answer about personal data in 20 business days"),
		"kind": CommitmentKind.PERSONAL_DATA,
		"document_type": "Personal Data Request",
		**in_business_days(20, last=_("One business day past the legal term"), role=Role.ADMINISTRATOR),
		"is_assumption": 1,
		"notes": _(
			"Term of the Mexican law on personal data held by private parties (LFPDPPP), from the reception. Business days are "
			"those of the calendar: an assumption to confirm with counsel."
		),
	},
	{
		"policy_code": "INDICATOR-REVIEW",
		"title": _("A missed target is analysed in 5 business days"),
		"kind": CommitmentKind.INDICATOR_REVIEW,
		"document_type": "Service Indicator Review",
		"allowance": 5 * DAY,
		"basis": ON_WORKING_DAYS,
		"is_assumption": 1,
		"steps": (
			HALF_TIME,
			LITTLE_TIME,
			BREACH,
			to_director_after(7 * DAY, _("Seven business days have passed")),
		),
		"notes": _(
			"Assumption to confirm: the procedures ask for the analysis of indicators without giving its term. It runs from the day on which "
			"the missed target was found, and is kept when the owner closes the review."
		),
	},
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
			to_director_after(DAY, _("One business day has passed")),
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
