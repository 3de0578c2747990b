"""Script report: per day and channel, what came in against folios; every gap is explained or red (K13)."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import getdate

from nervion_service.domain.reconciliation import NOT_COUNTED, UNEXPLAINED
from nervion_service.services import clock, indicator_data, reconciliation
from nervion_service.services.report_columns import column


def execute(filters=None):
	"""Columns, rows, message, no chart, and the cards above them."""
	filters = frappe._dict(filters or {})
	to_date = getdate(filters.to_date or clock.now())
	from_date = filters.from_date or to_date - timedelta(days=reconciliation.DEFAULT_DAYS)
	period = indicator_data.period({"from_date": from_date, "to_date": to_date})
	lines = reconciliation.lines(period.from_date, period.to_date, filters.channel)
	rows = [_row(line) for line in lines if not filters.only_gaps or line.state == UNEXPLAINED]
	return _columns(), rows, _message(lines, period), None, _summary(lines)


def _row(line) -> dict:
	return {
		"day": line.day,
		"channel": line.channel,
		"account": line.account,
		"came_in": line.came_in,
		"folios": line.folios,
		"later": line.later,
		"apart": line.apart,
		"refused": line.refused,
		"gap": line.gap,
		"explained": line.explained,
		"unexplained": line.unexplained,
		"state": line.state,
	}


def _message(lines, period) -> str | None:
	said = []
	if any(line.state == NOT_COUNTED for line in lines):
		said.append(_("Where nothing was counted, type the day's number as a Channel Daily Count."))
	if any(line.refused for line in lines):
		said.append(
			_(
				"Sent Back: the page or the interface refused it in words, such as a form that lacked something or too many in an hour; it is no gap."
			)
		)
	if failed := reconciliation.failed(period.from_date, period.to_date):
		said.append(
			_(
				"{0} requests over the web failed on our side: the Error Log of those days says why. Each is a gap until somebody explains it."
			).format(failed)
		)
	if kept := reconciliation.kept(period.from_date, period.to_date):
		said.append(
			_(
				"{0} automatic mails and mails of lists belong to no folio ({1}). Where a customer's system orders by mail, or a group of ours was taken for a list, name its address in the Email Account."
			).format(kept, f'<a href="{_kept_mail(period)}">{_("look at them")}</a>')
		)
	return "<br>".join(said) or None


def _kept_mail(period) -> str:
	"""The address of the list of those mails."""
	conditions = {name: json.dumps(condition) for name, condition in reconciliation.KEPT.items()}
	dates = json.dumps(["between", [str(period.from_date), str(period.to_date)]])
	return f"/app/communication/view/list?{urlencode({**conditions, 'communication_date': dates})}"


def _summary(lines) -> list[dict]:
	# only what was counted can be compared
	lines = [line for line in lines if line.came_in is not None]
	unexplained = sum(line.unexplained for line in lines)
	return [
		{"label": _("Came In"), "value": sum(line.came_in for line in lines), "datatype": "Int"},
		{"label": _("Folios"), "value": sum(line.folios for line in lines), "datatype": "Int"},
		{
			"label": _("Unexplained"),
			"value": unexplained,
			"datatype": "Int",
			"indicator": "Red" if unexplained else "Green",
		},
	]


def _columns() -> list[dict]:
	return [
		column("day", _("Day"), 110, "Date"),
		column("channel", _("Channel"), 130, "Link", options="Service Channel"),
		column("state", _("Status"), 150),
		column("gap", _("Gap"), 110, "Int"),
		column("came_in", _("Came In"), 100, "Int"),
		column("folios", _("Folios"), 90, "Int"),
		column("later", _("Later Messages"), 175, "Int"),
		column("apart", _("No Request"), 145, "Int"),
		column("refused", _("Sent Back"), 175, "Int"),
		column("explained", _("Explained"), 110, "Int"),
		column("account", _("Account"), 200),
	]
