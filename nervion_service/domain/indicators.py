"""The indicator catalogue: formula, unit, target, owner; counts in, readings out.

Requirements: S1.12-S1.14, G17, D1, D3, D6, D12, D14, D19.
"""

import math
from dataclasses import dataclass

from nervion_service.domain.taxonomy import ProcedureCode, Role

SECONDS, PERCENT, COUNT, POINTS = "Seconds", "Percent", "Count", "Points"
UNITS = (SECONDS, PERCENT, COUNT, POINTS)
AT_MOST, AT_LEAST, BELOW = "At Most", "At Least", "Below"
COMPARISONS = (AT_MOST, AT_LEAST, BELOW)
HOUR = 3600


@dataclass(frozen=True)
class Indicator:
	"""What is measured. `title`, `formula` and `source` are sentences to translate.

	`target` is in `unit` and None for a figure that is only shown; `beside` is the code of the indicator it stands
	beside. Raises ValueError for an unknown unit or a target without a comparison.
	"""

	code: str
	title: str
	procedure: str
	formula: str
	unit: str
	target: float | None
	comparison: str | None
	owner_role: str
	source: str
	beside: str = ""

	def __post_init__(self):
		if self.unit not in UNITS:
			raise ValueError(f"unknown unit {self.unit}")
		if (self.target is None) != (self.comparison is None):
			raise ValueError("a target and its comparison come together")
		if self.comparison is not None and self.comparison not in COMPARISONS:
			raise ValueError(f"unknown comparison {self.comparison}")


@dataclass(frozen=True)
class Reading:
	"""One indicator over one period. `value` and `meets_target` are None when there is no data (D12)."""

	indicator: Indicator
	numerator: float | None
	denominator: float | None
	value: float | None
	meets_target: bool | None


def reading(indicator: Indicator, numerator: float | None, denominator: float | None) -> Reading:
	"""Divide and judge.

	Seconds: numerator is the sum of seconds, denominator the cases. Percent and points: × 100 (points may be
	negative). Count: the numerator itself, out of `denominator`. Without a numerator, or with a denominator of
	None or 0, there is no data. Raises ValueError for what is not finite or is negative.
	"""
	_check(indicator, numerator, denominator)
	if numerator is None or not denominator:
		return Reading(indicator, numerator, denominator, None, None)
	value = _value(indicator.unit, numerator, denominator)
	return Reading(indicator, numerator, denominator, value, _meets(indicator, value))


def _check(indicator: Indicator, numerator: float | None, denominator: float | None) -> None:
	for figure in (numerator, denominator):
		if figure is not None and not math.isfinite(figure):
			raise ValueError("an indicator's figures must be finite")
	if denominator is not None and denominator < 0:
		raise ValueError("a denominator cannot be negative")
	if numerator is not None and numerator < 0 and indicator.unit != POINTS:
		raise ValueError("a numerator cannot be negative")


def _value(unit: str, numerator: float, denominator: float) -> float:
	if unit == COUNT:
		return float(numerator)
	return (numerator * 100 if unit in (PERCENT, POINTS) else numerator) / denominator


def _meets(indicator: Indicator, value: float) -> bool | None:
	if indicator.comparison is None:
		return None
	if indicator.comparison == AT_LEAST:
		return value >= indicator.target
	return value < indicator.target if indicator.comparison == BELOW else value <= indicator.target


@dataclass(frozen=True)
class ResponseTotals:
	"""Sums over the first-answer promises of a period, from which all response figures follow.

	answered: with a first answer · seconds: Σ response time, pauses taken out · seconds_with_pauses: Σ with pauses
	counted · within, within_with_pauses: answered inside the term, measured either way · unanswered: still
	without an answer, or ended without one after the term was over (D20) · overdue, overdue_with_pauses: those of them
	whose term is over, or was when they ended, measured either way.
	"""

	answered: int = 0
	seconds: float = 0
	seconds_with_pauses: float = 0
	within: int = 0
	within_with_pauses: int = 0
	unanswered: int = 0
	overdue: int = 0
	overdue_with_pauses: int = 0


def response_readings(code: str, totals: ResponseTotals) -> tuple[Reading, ...]:
	"""The headline `code` ("S1.12" or "G17") and the figures beside it.

	The mean is over answered cases. In a share an overdue unanswered case counts as outside; one that still has
	time counts neither way (D14). With and without pauses are both there (D19).
	"""
	judged, judged_gross = totals.answered + totals.overdue, totals.answered + totals.overdue_with_pauses
	everything = totals.answered + totals.unanswered
	figures = {
		code: (totals.seconds, totals.answered),
		f"{code}-with-pauses": (totals.seconds_with_pauses, totals.answered),
		f"{code}-share": (totals.within, judged),
		f"{code}-share-with-pauses": (totals.within_with_pauses, judged_gross),
		f"{code}-unanswered": (totals.unanswered, everything),
		f"{code}-overdue": (totals.overdue, everything),
	}
	return tuple(reading(BY_CODE[name], *pair) for name, pair in figures.items())


def beside(headline: Indicator, suffix: str, title: str, formula: str, unit: str) -> Indicator:
	"""A figure without a target that stands beside `headline`, of the same owner and source; its code is `headline-suffix`."""
	return Indicator(
		code=f"{headline.code}-{suffix}",
		title=title,
		procedure=headline.procedure,
		formula=formula,
		unit=unit,
		target=None,
		comparison=None,
		owner_role=headline.owner_role,
		source=headline.source,
		beside=headline.code,
	)


RESPONSE = Indicator(
	code="S1.12",
	title="Mean response time (working hours)",
	procedure=ProcedureCode.INTAKE,
	formula="Σ working time from the effective reception to the first answer / answered requests",
	unit=SECONDS,
	target=4 * HOUR,
	comparison=AT_MOST,
	owner_role=Role.COORDINATOR,
	source="Service Commitment",
)
CORPORATE_RESPONSE = Indicator(
	code="G17",
	title="Mean response time (24 hours on working days)",
	procedure=ProcedureCode.PROCESS,
	formula="Σ clock time on working days from the effective reception to the first answer / answered requests",
	unit=SECONDS,
	target=24 * HOUR,
	comparison=AT_MOST,
	owner_role=Role.COORDINATOR,
	source="Service Commitment",
)
SAME_DAY = Indicator(
	code="S1.13",
	title="Registered on the day of reception (channels typed by a person)",
	procedure=ProcedureCode.INTAKE,
	formula="Requests registered no later than the business day of their reception / requests × 100",
	unit=PERCENT,
	target=100,
	comparison=AT_LEAST,
	owner_role=Role.COORDINATOR,
	source="Service Folio",
)
SATISFACTION = Indicator(
	code="S1.14",
	title="Customer satisfaction",
	procedure=ProcedureCode.INTAKE,
	formula="Customers who said they were satisfied / customers who gave their word × 100",
	unit=PERCENT,
	target=90,
	comparison=AT_LEAST,
	owner_role=Role.COORDINATOR,
	source="Service Folio",
)


def _family(headline: Indicator, hours: str, time: str, term: str) -> tuple[Indicator, ...]:
	"""A response time and what stands beside it, in words: by which hours, what time is added up, and what its term is."""
	figures = (
		(
			"with-pauses",
			f"Mean response time with pauses counted ({hours})",
			f"Σ {time} to the first answer, waiting for the customer included / answered requests",
			SECONDS,
		),
		(
			"share",
			f"Answered within {term}",
			"Answered within the term / (answered + unanswered whose term is over) × 100",
			PERCENT,
		),
		(
			"share-with-pauses",
			f"Answered within {term} with pauses counted",
			"Answered within the term with pauses counted / (answered + unanswered whose term is over) × 100",
			PERCENT,
		),
		(
			"unanswered",
			"Requests without an answer",
			"Requests of the period that have no first answer yet, or that ended without one after its term was over",
			COUNT,
		),
		(
			"overdue",
			f"Requests without an answer after {term}",
			"Requests of the period that have no first answer and whose term is over, or was over when they ended",
			COUNT,
		),
	)
	return (headline, *(beside(headline, *figure) for figure in figures))


CATALOGUE = (
	*_family(RESPONSE, "working hours", "working time", "4 working hours"),
	SAME_DAY,
	beside(
		SAME_DAY,
		"automatic",
		"Registered on the day of reception (automatic channels)",
		"Requests of automatic channels registered no later than the business day of their reception"
		" / requests of automatic channels × 100",
		PERCENT,
	),
	beside(
		SAME_DAY,
		"all",
		"Registered on the day of reception (all channels)",
		"Requests of all channels registered no later than the business day of their reception / all requests × 100",
		PERCENT,
	),
	SATISFACTION,
	beside(
		SATISFACTION,
		"nps",
		"Net Promoter Score",
		"(Answers of 9-10 − answers of 0-6) / answers on the scale of 0-10 × 100",
		POINTS,
	),
	*_family(
		CORPORATE_RESPONSE,
		"24 hours on working days",
		"clock time on working days",
		"24 hours on working days",
	),
)
BY_CODE = {indicator.code: indicator for indicator in CATALOGUE}
