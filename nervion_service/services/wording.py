"""Figures in the words of the person who reads them: durations, percentages, targets."""

import frappe
from frappe import _
from frappe.utils import fmt_money

from nervion_service.domain import indicators
from nervion_service.domain.indicators import Indicator

COMPARISONS = {indicators.AT_MOST: "≤ {0}", indicators.AT_LEAST: "≥ {0}", indicators.BELOW: "< {0}"}


def person(user: str) -> str:
	"""The full name of a user; the user's own name without one."""
	return frappe.get_cached_value("User", user, "full_name") or user


def duration(seconds: float) -> str:
	"""Seconds as "3 h 20 min", "45 min" or "30 s"; never days, since a working day has no fixed length."""
	seconds = round(seconds)
	hours, minutes = seconds // 3600, seconds % 3600 // 60
	if hours:
		return _("{0} h, {1} min").format(hours, minutes) if minutes else _("{0} h").format(hours)
	return _("{0} min").format(minutes) if minutes else _("{0} s").format(seconds)


def figure(value: float, unit: str) -> str:
	"""A value in its unit: a duration, a percentage with one decimal, a plain count."""
	if unit == indicators.SECONDS:
		return duration(value)
	if unit == indicators.PERCENT:
		return f"{_number(value, 1)} %"
	return _number(value, 0 if unit == indicators.COUNT else 1)


def summed(numerator: float, unit: str) -> str:
	"""What was divided for a value in `unit`: a duration where the indicator is one, else the cases counted."""
	return figure(numerator, indicators.SECONDS if unit == indicators.SECONDS else indicators.COUNT)


def target(indicator: Indicator) -> str:
	"""The target with its comparison, such as "≤ 4 h"; empty for a figure that is only shown."""
	if indicator.target is None:
		return ""
	if indicator.unit == indicators.PERCENT:
		return COMPARISONS[indicator.comparison].format(f"{indicator.target:g} %")
	return COMPARISONS[indicator.comparison].format(figure(indicator.target, indicator.unit))


def _number(value: float, decimals: int) -> str:
	return fmt_money(value, precision=decimals)
