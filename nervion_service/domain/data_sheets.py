"""Which technical data sheet was in force on a day: what a batch is judged by is the sheet of the day it was made (G5, K7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MESSAGES = {
	"ends_before_it_begins": "The data sheet would end before it begins: correct its dates.",
	"overlaps": "The data sheet {other} is in force then too: end it the day before, or begin this one after it.",
}


@dataclass(frozen=True)
class Sheet:
	"""A version and the days on which it is in force; without an end it still is."""

	name: str
	valid_from: date
	valid_to: date | None = None

	def covers(self, day: date) -> bool:
		return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def in_force(sheets: Iterable[Sheet], day: date) -> Sheet | None:
	"""The sheet of that day; the newest, should two claim it; None when none does."""
	covering = [sheet for sheet in sheets if sheet.covers(day)]
	return max(covering, key=lambda sheet: (sheet.valid_from, sheet.name), default=None)


def problem(sheet: Sheet, others: Iterable[Sheet]) -> tuple[str, dict[str, str]] | None:
	"""Why `sheet` may not stand beside the item's other sheets, as a code of MESSAGES and its values; None when it may."""
	if sheet.valid_to and sheet.valid_to < sheet.valid_from:
		return "ends_before_it_begins", {}
	for other in others:
		if other.covers(sheet.valid_from) or sheet.covers(other.valid_from):
			return "overlaps", {"other": other.name}
	return None
