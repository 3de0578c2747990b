"""Script report: the requests of a month by channel, type, route, department and day, beside the month before (S1.17)."""

import frappe
from frappe import _

from nervion_service.domain.taxonomy import ProcedureCode
from nervion_service.services import clock, monthly_annex, monthly_requests, procedures
from nervion_service.services.report_columns import column


def execute(filters=None):
	"""Columns, rows, message, chart and the cards above them for Frappe's query report."""
	of = monthly_requests.month(frappe._dict(filters or {}))
	tables = monthly_annex.tables(of)
	total = monthly_requests.total(of)
	message = procedures.footing(clock.now(), ProcedureCode.INTAKE)
	return _columns(), _rows(tables, total), message, _chart(tables), _summary(total)


def _rows(tables, total) -> list[dict]:
	rows = [
		{"label": _("All requests"), "indent": 0, "bold": 1, **monthly_annex.figures(total, total.requests)}
	]
	for table in tables:
		rows.append({"label": table["title"], "indent": 0, "bold": 1, "is_heading": 1})
		rows += [{**row, "indent": 1, "dimension": table["dimension"]} for row in table["rows"]]
	return rows


def _columns() -> list[dict]:
	return [
		column("label", _("Requests by"), 280),
		column("requests", _("Requests"), 110, "Int"),
		column("share", _("Share"), 115, align="right"),
		column("closed", _("Closed"), 100, "Int"),
		column("pending", _("Pending"), 110, "Int"),
		column("withdrawn", _("Withdrawn"), 110, "Int"),
		column("merged", _("Merged"), 110, "Int"),
		column("safety", _("Safety"), 100, "Int"),
		column("before_it", _("Month Before"), 120, "Int"),
		column("change", _("Change"), 100, align="right"),
	]


def _chart(tables) -> dict | None:
	days = next(table for table in tables if table["dimension"] == "day")["rows"]
	if not any(row["requests"] for row in days):
		return None
	return {
		"type": "bar",
		"data": {
			"labels": [row["short"] for row in days],
			"datasets": [{"name": _("Requests"), "values": [row["requests"] for row in days]}],
		},
		"axisOptions": {"xIsSeries": 0},
		"colors": ["#2490ef"],
	}


def _summary(total) -> list[dict]:
	def card(label, value, indicator=None):
		return {"label": label, "value": value, "datatype": "Int", "indicator": indicator}

	return [
		card(_("Requests"), total.requests, "Blue"),
		card(_("Closed"), total.closed, "Green"),
		card(_("Pending"), total.pending, "Orange" if total.pending else "Grey"),
		card(_("Withdrawn"), total.withdrawn, "Grey"),
		card(_("Merged"), total.merged, "Grey"),
		card(_("Safety"), total.safety, "Red" if total.safety else "Grey"),
		card(_("Month Before"), total.before_it, "Grey"),
	]
