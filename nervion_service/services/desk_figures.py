"""The figures of the workspace Customer Service, taken from where the report takes them (S1.12, D12, D14)."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import add_months, format_date

from nervion_service.services import clock, indicator_data, system

COMMITMENT = "Service Commitment"
HEADLINE, SHARE = "S1.12", "S1.12-share"
# the period that the report opens with, so that the card and the report say the same
MONTHS = 3
WEEKS = 12


@frappe.whitelist()
def answered_in_time(filters=None) -> dict | str:
	"""The share of first answers inside their term over the last three months, as a Number Card wants it (D14).

	verdict: "Met" when the mean meets its target and no answer was late, "Partly Met" when some were, "Missed" otherwise.
	"""
	system.require(COMMITMENT, "read")
	now = clock.now()
	period = indicator_data.Period(add_months(now.date(), -MONTHS), now.date())
	readings = indicator_data.readings(period, now)
	share = readings[SHARE].value
	# no data is not zero (D12)
	if share is None:
		return _("No data")
	# the share has no target of its own: it stands beside the mean, whose verdict the report shows
	missed = readings[HEADLINE].meets_target is False
	verdict = "Missed" if missed else "Met" if share == 100 else "Partly Met"
	return {"value": round(share, 1), "fieldtype": "Percent", "verdict": verdict}


@frappe.whitelist()
def answered_in_time_per_week(**_chart) -> dict:
	"""The same share week by week, as a Dashboard Chart wants it; weeks without data are left out (D12)."""
	system.require(COMMITMENT, "read")
	now = clock.now()
	monday = now.date() - timedelta(days=now.weekday())
	period = indicator_data.Period(monday - timedelta(weeks=WEEKS - 1), now.date())
	weeks = indicator_data.trend(period, now, "Week")
	shares = {label: found[SHARE].value for label, found in weeks.items() if SHARE in found}
	known = {label: round(share, 1) for label, share in shares.items() if share is not None}
	return _chart_of(known) if known else {}


def _chart_of(shares: dict[str, float]) -> dict:
	return {
		"labels": [_week_in_words(label) for label in shares],
		"datasets": [{"name": _("Answered in time (%)"), "values": list(shares.values())}],
	}


def _week_in_words(label: str) -> str:
	"""The Monday of an ISO week such as "2026-48"."""
	year, week = map(int, label.split("-"))
	return format_date(date.fromisocalendar(year, week, 1), "d MMM")
