"""Script report: complaints of a period by cause, item, batch, customer and more, most frequent first (G13, G15, G17)."""

import frappe
from frappe import _

from nervion_service.domain import complaint_analysis as domain
from nervion_service.services import clock, indicator_data, wording
from nervion_service.services.complaints import analysis
from nervion_service.services.report_columns import column

SHOWN_IN_CHART = 10


def execute(filters=None):
	"""Columns, rows and chart for Frappe's query report."""
	filters = frappe._dict(filters or {})
	dimension = filters.by if filters.by in analysis.DIMENSIONS else "Root Cause"
	found = analysis.groups(dimension, indicator_data.period(filters), clock.now())
	shares = domain.cumulative(found)
	rows = [_row(group, share, dimension) for group, share in zip(found, shares, strict=True)]
	return _columns(dimension), rows, None, _chart(rows)


def _row(group: domain.Group, share: float | None, dimension: str) -> dict:
	return {
		"value": group.value,
		"label": analysis.label(group.value, dimension),
		"complaints": group.complaints,
		"share": _percent(share),
		"still_open": group.still_open,
		"admitted": group.admitted,
		"recurring": group.recurring,
		"in_time": _percent(group.in_time),
		"mean": "" if group.mean_seconds is None else wording.duration(group.mean_seconds),
		"mean_days": round(group.wall / group.closed / 86_400, 1) if group.closed else None,
	}


def _percent(share: float | None) -> float | None:
	return None if share is None else round(share * 100, 1)


def _columns(dimension: str) -> list[dict]:
	linked = analysis.LINKED.get(dimension)
	value = (
		column("value", _(dimension), 260, "Link", options=linked)
		if linked
		else column("label", _(dimension), 260)
	)
	return [
		value,
		column("complaints", _("Complaints"), 110, "Int"),
		column("share", _("Cumulative Share (%)"), 150, "Float", precision=1),
		column("still_open", _("Still Open"), 135, "Int"),
		column("admitted", _("Admitted"), 110, "Int"),
		column("recurring", _("Recurring"), 110, "Int"),
		column("in_time", _("Resolved in Time (%)"), 190, "Float", precision=1),
		# in hours, since a working day has no fixed length
		column("mean", _("Mean Working Time"), 150, align="right"),
		column("mean_days", _("Mean Calendar Days"), 150, "Float", precision=1),
	]


def _chart(rows: list[dict]) -> dict | None:
	"""Pareto in percent: the most frequent as bars, their cumulative share as a line; none without data."""
	shown, whole = rows[:SHOWN_IN_CHART], sum(row["complaints"] for row in rows)
	if not shown:
		return None
	bars = {
		"name": _("Share (%)"),
		"chartType": "bar",
		"values": [_percent(row["complaints"] / whole) for row in shown],
	}
	line = {
		"name": _("Cumulative Share (%)"),
		"chartType": "line",
		"values": [row["share"] for row in shown],
	}
	return {
		"type": "axis-mixed",
		"data": {"labels": [row["label"] for row in shown], "datasets": [bars, line]},
	}
