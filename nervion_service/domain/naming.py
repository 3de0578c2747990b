"""Numbers of cases: one series a year, by year of registration, the folios' made ahead of time (G1, F10)."""

from datetime import datetime

FOLIO = "FOL"
DIGITS = 6
# every other kind of case: complaint, visit, analysis report, sample, corrective action, hold, remedy, review of an indicator, audit
COMPLAINT, VISIT, REPORT, SAMPLE, ACTION, HOLD, REMEDY = "QR", "VT", "RAT", "MU", "AC", "BH", "RM"
INDICATOR_REVIEW, AUDIT = "RI", "AU"
CASE_DIGITS = 5


def series_prefix(registered_at: datetime, code: str = FOLIO) -> str:
	"""The series of a moment's year, such as "FOL-2026-"."""
	return f"{code}-{registered_at.year:04d}-"


def prefixes_to_prepare(now: datetime, years_ahead: int = 1, code: str = FOLIO) -> tuple[str, ...]:
	"""This year's series and those of the years ahead; the first insert of a year must not create its own."""
	if years_ahead < 0:
		raise ValueError("years_ahead cannot be negative")
	return tuple(f"{code}-{now.year + ahead:04d}-" for ahead in range(years_ahead + 1))


def folio_name(prefix: str, number: int, digits: int = DIGITS) -> str:
	"""The n-th folio of a series: "FOL-2026-" and 1 give "FOL-2026-000001"; more digits when needed."""
	if number < 1:
		raise ValueError("folio numbers begin at 1")
	return f"{prefix}{number:0{digits}d}"


def case_name(code: str, at: datetime, number: int) -> str:
	"""The n-th case of its kind in the year of a moment, such as "QR-2026-00001"."""
	return folio_name(series_prefix(at, code), number, CASE_DIGITS)
