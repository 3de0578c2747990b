"""What came in by a channel on a day against what became of it: "every request", proved daily (K13)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nervion_service.domain.business_calendar import BusinessCalendar

MATCHED, EXPLAINED, UNEXPLAINED, NOT_COUNTED = "Matched", "Explained", "Unexplained", "Not Counted"
STATES = (MATCHED, EXPLAINED, UNEXPLAINED, NOT_COUNTED)
# what people read of them is a translation
MESSAGES = {state: state for state in STATES}


@dataclass(frozen=True)
class Line:
	"""A day of a channel, or of one of its accounts.

	came_in: everything that arrived; None when nobody counted. Of it, folios were opened, later messages belong to folios that
	were there, `apart` is what is no request: automatic mail, spam, matters of others, and `refused` what was sent back to its
	sender in words, such as a form that lacked something. explained: how many of the missing ones somebody gave a reason for.
	"""

	day: date
	channel: str
	account: str = ""
	came_in: int | None = None
	folios: int = 0
	later: int = 0
	apart: int = 0
	explained: int = 0
	refused: int = 0

	@property
	def gap(self) -> int | None:
		"""What came in without a trace; below zero, what has a folio without having been counted. None without a count."""
		if self.came_in is None:
			return None
		return self.came_in - self.folios - self.later - self.apart - self.refused

	@property
	def unexplained(self) -> int:
		return max(abs(self.gap or 0) - self.explained, 0)

	@property
	def state(self) -> str:
		if self.gap is None:
			return NOT_COUNTED
		if self.gap == 0:
			return MATCHED
		return UNEXPLAINED if self.unexplained else EXPLAINED


def explain_by(day: date, calendar: BusinessCalendar) -> date:
	"""The business day by whose end a gap of `day` must be explained: the first one after it."""
	return calendar.business_date(datetime.combine(day + timedelta(days=1), datetime.min.time()))


def overdue(line: Line, today: date, calendar: BusinessCalendar) -> bool:
	"""Whether a gap stands unexplained although its business day is over."""
	return line.state == UNEXPLAINED and today > explain_by(line.day, calendar)
