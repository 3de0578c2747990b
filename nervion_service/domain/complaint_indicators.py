"""The indicators of complaints: what each says, and its figures out of the counts of a period.

Requirements: G15 (claims attended in time, mean resolution time), G17 (claims resolved in time, recurrence by cause), K4 (appeals),
D10, D12, D17, D19.
"""

from dataclasses import dataclass

from nervion_service.domain.indicators import (
	AT_LEAST,
	BELOW,
	PERCENT,
	SECONDS,
	Indicator,
	Reading,
	beside,
	reading,
)
from nervion_service.domain.taxonomy import ProcedureCode, Role


@dataclass(frozen=True)
class Counts:
	"""Complaints received in a period, each counted once in every field that it fulfils, and the sums of their times.

	attended, resolved: in time · attended_judged, resolved_judged: of which it is known whether they were in time; a complaint that
	was taken up again was not resolved in time, whatever came of it (D17) · closed: ended by a first closing · timed: of them those whose promise of a resolution measured it (D12) · seconds: of working
	time until then, pauses taken out · paused: seconds of waiting for the customer on the clock of the promise · wall: seconds by the
	calendar · judged: with a verdict · admitted · recurring: admitted, of a cause whose corrective action did not hold (D10) ·
	appeals: appeals that were judged · upheld: of them those that were found right.
	"""

	attended: int = 0
	attended_judged: int = 0
	resolved: int = 0
	resolved_judged: int = 0
	closed: int = 0
	timed: int = 0
	seconds: float = 0
	paused: float = 0
	wall: float = 0
	judged: int = 0
	admitted: int = 0
	recurring: int = 0
	appeals: int = 0
	upheld: int = 0


def _indicator(code: str, title: str, formula: str, unit: str, **values) -> Indicator:
	shipped = {
		"procedure": ProcedureCode.PROCESS,
		"target": None,
		"comparison": None,
		"owner_role": Role.QUALITY,
		"source": "Service Complaint",
	}
	return Indicator(code=code, title=title, formula=formula, unit=unit, **{**shipped, **values})


ATTENDED = _indicator(
	"G15-attended",
	"Claims attended in time",
	"Claims taken up within their term / (claims taken up + claims whose term is over) × 100",
	PERCENT,
)
RESOLVED = _indicator(
	"G17-claims",
	"Claims resolved in time",
	"Claims closed within their term and not reopened / (claims closed + reopened + open claims whose term is over) × 100",
	PERCENT,
	target=95,
	comparison=AT_LEAST,
)
RECURRENCE = _indicator(
	"G17-recurrence",
	"Recurrence by cause",
	"Admitted claims of a cause that came back after its corrective action / admitted claims × 100",
	PERCENT,
	target=3,
	comparison=BELOW,
)
RESOLUTION_TIME = _indicator(
	"G15-resolution",
	"Mean resolution time (working hours)",
	"Σ working time from the effective reception to the first closing / closed claims whose term ran",
	SECONDS,
)
ADMISSIBLE = _indicator(
	"G11-admissible", "Admissible claims", "Admitted claims / claims with a verdict × 100", PERCENT
)
UPHELD = _indicator("K4-upheld", "Upheld appeals", "Upheld appeals / judged appeals × 100", PERCENT)

CATALOGUE = (
	ATTENDED,
	RESOLVED,
	RECURRENCE,
	RESOLUTION_TIME,
	beside(
		RESOLUTION_TIME,
		"with-pauses",
		"Mean resolution time with pauses counted (working hours)",
		"Σ working time to the first closing, waiting for the customer included / closed claims whose term ran",
		SECONDS,
	),
	beside(
		RESOLUTION_TIME,
		"calendar",
		"Mean resolution time (calendar)",
		"Σ time by the clock from the reception to the first closing / closed claims",
		SECONDS,
	),
	ADMISSIBLE,
	UPHELD,
)
BY_CODE = {indicator.code: indicator for indicator in CATALOGUE}
# the counts that are divided; a sum of two is their addition
PARTS = {
	"G15-attended": (("attended",), ("attended_judged",)),
	"G17-claims": (("resolved",), ("resolved_judged",)),
	"G17-recurrence": (("recurring",), ("admitted",)),
	"G15-resolution": (("seconds",), ("timed",)),
	"G15-resolution-with-pauses": (("seconds", "paused"), ("timed",)),
	"G15-resolution-calendar": (("wall",), ("closed",)),
	"G11-admissible": (("admitted",), ("judged",)),
	"K4-upheld": (("upheld",), ("appeals",)),
}
# the claims behind a sum of seconds are those that it was added up over
COUNTED = {**dict.fromkeys(("seconds", "paused"), "timed"), "wall": "closed"}


def readings(counts: Counts) -> tuple[Reading, ...]:
	"""Every indicator of complaints over a period, in the order of the catalogue; one without data says so (D12)."""
	return tuple(reading(BY_CODE[code], *(_sum(counts, names) for names in PARTS[code])) for code in BY_CODE)


def counted(code: str, part: str) -> tuple[str, ...]:
	"""The counts whose claims stand behind a figure. part: "numerator" or "denominator". KeyError for an unknown code."""
	numerator, denominator = PARTS[code]
	names = numerator if part == "numerator" else denominator
	return tuple(dict.fromkeys(COUNTED.get(name, name) for name in names))


def _sum(counts: Counts, names: tuple[str, ...]) -> float:
	return sum(getattr(counts, name) for name in names)
