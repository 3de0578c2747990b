"""Script report: the rows behind one figure of Service Indicators, under the same conditions as the figure."""

import frappe
from frappe import _

from nervion_service.services import clock, indicator_catalogue, indicator_data, indicator_rows
from nervion_service.services.report_columns import column

PARTS = ("numerator", "denominator")


def execute(filters=None):
	"""Columns, rows and the sentence that says which figure they make up."""
	filters = frappe._dict(filters or {})
	indicator = indicator_catalogue.BY_CODE.get(filters.code)
	if not indicator or filters.part not in PARTS:
		return _columns(), [], _("Choose an indicator, and its numerator or its denominator.")
	period = indicator_data.period(filters)
	rows = indicator_catalogue.rows(filters.code, filters.part, period, clock.now())
	return _columns(), rows, _message(indicator, filters.part, len(rows))


def _message(indicator, part: str, count: int) -> str:
	named = {"numerator": _("Numerator"), "denominator": _("Denominator")}[part]
	message = f"<b>{_(indicator.title)}</b> · {named} · {_(indicator.formula)}"
	if count == indicator_rows.ROWS_AT_MOST:
		message += " · " + _("Only the first {0} rows are shown: narrow the period.").format(count)
	return message


def _columns() -> list[dict]:
	return [
		column("case_name", _("Case"), 170, "Dynamic Link", options="case_type"),
		column("kind", _("Promise"), 150),
		column("status", _("Status"), 130),
		column("started_at", _("Started"), 160, "Datetime"),
		column("due_at", _("Due"), 160, "Datetime"),
		column("fulfilled_at", _("Fulfilled"), 160, "Datetime"),
		column("elapsed_seconds", _("Time Used"), 120, "Duration"),
		column("paused_seconds", _("Paused"), 120, "Duration"),
		column("responsible", _("Person"), 180, "Link", options="User"),
		column("channel", _("Channel"), 120, "Link", options="Service Channel"),
		column("request_type", _("Request Type"), 160, "Link", options="Request Type"),
		column("department", _("Department"), 180, "Link", options="Department"),
		# no link: whoever may not read DocTypes would be refused the whole report
		column("case_type", _("Case Type"), 120),
	]
