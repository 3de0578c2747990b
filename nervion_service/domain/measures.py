"""Numbers that people type and the limits they are held against: nothing that is no number is taken for zero (K7)."""

import math
import re
from dataclasses import dataclass

MESSAGES = {
	"not_a_number": 'Write {what} as a number with a decimal point, such as 12.5: "{value}" is none.',
	"upside_down": "The limits of {what} are upside down: the minimum {minimum} is above the maximum {maximum}.",
	"no_limit": "Give {what} a minimum, a maximum or both.",
	"impossible": "{what} cannot be {value}: it lies between {minimum} and {maximum}.",
}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


class Unfit(ValueError):
	"""What somebody typed cannot be used: a code of MESSAGES and the values its sentence needs."""

	def __init__(self, code: str, **values: str):
		super().__init__(f"{code} {values}")
		self.code, self.values = code, values


def number(value, what: str = "") -> float | None:
	"""The number that was typed, None for nothing at all; Unfit for anything else, also for 1,5 which reads two ways.

	what: the name of the field, for the refusal.
	"""
	if value is None or value == "":
		return None
	text = str(value).strip()
	found = None if isinstance(value, bool) else _NUMBER.fullmatch(text)
	if not found or not math.isfinite(float(text)):
		raise Unfit("not_a_number", what=what, value=text)
	return float(text)


def shown(value: float | None) -> str:
	"""A number as people write it: without an idle decimal part, at most four decimals; empty for None."""
	return "" if value is None else f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Limits:
	"""A minimum, a maximum or both, each inclusive. Unfit when upside down."""

	minimum: float | None = None
	maximum: float | None = None
	what: str = ""

	def __post_init__(self):
		if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
			raise Unfit(
				"upside_down", what=self.what, minimum=shown(self.minimum), maximum=shown(self.maximum)
			)

	@property
	def is_open(self) -> bool:
		"""Whether nothing is limited."""
		return self.minimum is None and self.maximum is None

	def excess(self, value: float) -> float:
		"""How far `value` lies outside, in its own unit: negative below the minimum, positive above the maximum, 0 inside."""
		if self.minimum is not None and value < self.minimum:
			return value - self.minimum
		if self.maximum is not None and value > self.maximum:
			return value - self.maximum
		return 0.0


def typed_limits(minimum, maximum, what: str = "") -> Limits:
	"""The limits that were typed; Unfit for no number or limits that are upside down."""
	return Limits(number(minimum, what), number(maximum, what), what)
