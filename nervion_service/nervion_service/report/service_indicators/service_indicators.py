"""Script report: each indicator of requests and of complaints with its formula, figures, target and owner (S1.12-S1.14, G15, G17)."""

import frappe
from frappe import _

from nervion_service.domain import indicators
from nervion_service.services import clock, indicator_catalogue, indicator_data, wording
from nervion_service.services.report_columns import column

BUCKETS = tuple(indicator_data.BUCKETS)


def execute(filters=None):
	"""Columns, rows, message and chart for Frappe's query report."""
	filters = frappe._dict(filters or {})
	period, now = indicator_data.period(filters), clock.now()
	rows = [_row(reading) for reading in indicator_catalogue.readings(period, now).values()]
	return _columns(), rows, None, _chart(indicator_data.trend(period, now, _bucket(filters)))


def _bucket(filters) -> str:
	return filters.bucket if filters.bucket in BUCKETS else "Month"


def _row(reading: indicators.Reading) -> dict:
	indicator = reading.indicator
	return {
		"code": indicator.code,
		"indent": 1 if indicator.beside else 0,
		"title": _(indicator.title),
		"value": wording.figure(reading.value, indicator.unit) if reading.value is not None else _("No data"),
		"target": wording.target(indicator),
		"result": _result(reading),
		"numerator": _numerator(reading),
		"denominator": reading.denominator,
		"formula": _(indicator.formula),
		"owner": _(indicator.owner_role),
		"procedure": indicator.procedure,
		"raw_value": reading.value,
		"meets_target": reading.meets_target,
	}


def _result(reading) -> str:
	if reading.value is None:
		return _("No data")
	if reading.meets_target is None:
		return ""
	return _("Met") if reading.meets_target else _("Not met")


def _numerator(reading) -> str | None:
	"""The sum that was divided: a duration where the indicator is one, else the cases counted."""
	if reading.numerator is None:
		return None
	return wording.summed(reading.numerator, reading.indicator.unit)


def _columns() -> list[dict]:
	return [
		column("title", _("Indicator"), 380),
		column("value", _("Value"), 130),
		column("target", _("Target"), 110),
		column("result", _("Result"), 110),
		column("numerator", _("Numerator"), 120, align="right"),
		column("denominator", _("Denominator"), 120, "Int"),
		column("formula", _("Formula"), 420),
		column("owner", _("Owner Role"), 200),
		column("procedure", _("Procedure"), 140, "Link", options="Service Procedure"),
		column("code", _("Code"), 140),
	]


def _chart(trend: dict) -> dict | None:
	"""The share answered in time, bucket by bucket; none without data, since an empty chart reads as zero."""
	if not trend:
		return None
	series = {
		_("4 working hours"): "S1.12-share",
		_("24 business hours"): "G17-share",
	}
	return {
		"type": "line",
		"data": {
			"labels": list(trend),
			"datasets": [
				{"name": name, "values": [_share(found.get(code)) for found in trend.values()]}
				for name, code in series.items()
			],
		},
		"axisOptions": {"xIsSeries": 1},
		"lineOptions": {"regionFill": 0},
	}


def _share(reading) -> float | None:
	return None if reading is None or reading.value is None else round(reading.value, 1)
