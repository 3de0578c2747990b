"""The month's analysis of frequent causes on paper: the figures of the report Complaint Analysis, beside the month before (G13, G15).

With what poor quality cost, for who may see it; with the corrective actions that run and the reviews of missed targets that are owed.
"""

from typing import Any

import frappe
from frappe import _

from nervion_service.domain import complaint_analysis as domain
from nervion_service.domain import indicators, months
from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.taxonomy import ProcedureCode
from nervion_service.services import clock, file_response, monthly_requests, procedures, wording
from nervion_service.services.complaints import analysis, monthly_work
from nervion_service.services.indicator_sums import Period
from nervion_service.services.monthly_requests import Month

REPORT = "Complaint Analysis"
_TEMPLATE = "templates/annexes/complaint_analysis.html"
# what it is printed by, the causes first
DIMENSIONS = ("Root Cause", "Defect", "Item", "Batch", "Customer", "Customer Kind", "Kind", "Severity")
ROWS_AT_MOST = 10
# a complaint has one kind, so its groups add up to all
_WHOLE = "Kind"


@frappe.whitelist()
def download(
	month: str | None = None,
	company: str | None = None,
	channel: str | None = None,
	request_type: str | None = None,
	department: str | None = None,
) -> None:
	"""The analysis of a month ("2026-11") as a page to print, for whoever may see the report."""
	if not frappe.get_cached_doc("Report", REPORT).is_permitted() or not frappe.has_permission(
		COMPLAINT, "read"
	):
		frappe.throw(_("You may not see this report."), frappe.PermissionError, title=_("Not Permitted"))
	asked = {
		"month": month, "company": company, "channel": channel,
		"request_type": request_type, "department": department,
	}  # fmt: skip
	of = monthly_requests.month(asked)
	file_response.show_page(file_name(of), html(of))


def html(of: Month) -> str:
	"""The whole page, in the language of the session; every value is escaped by the template."""
	now = clock.now()
	whole = total(of)
	return frappe.render_template(
		_TEMPLATE,
		{
			"language": frappe.local.lang,
			"company": monthly_requests.company(of),
			"month": monthly_requests.in_words(of),
			"previous": monthly_requests.in_words(Month(of.previous)),
			"narrowed": [_(value) for name, value in of.narrowed.items() if name != "company"],
			"nothing": _nothing(of, whole),
			"total": _figures(whole, total(before(of))),
			"tables": tables(of) if whole.complaints else [],
			# costs are a company's, and belong to no channel, type or department
			"costs": None
			if set(of.narrowed) - {"company"}
			else monthly_work.costs(monthly_requests.company(of), of),
			"actions": monthly_work.open_actions(of.company),
			"reviews": monthly_work.open_reviews(of.company),
			"footing": procedures.footing(now, ProcedureCode.PROCESS),
		},
	)


def file_name(of: Month) -> str:
	return f"{frappe.scrub(_(REPORT)).replace('_', '-')}-{of.code}"


def subject(of: Month) -> str:
	"""The subject of the letter that brings it."""
	return _("Analysis of complaints of {0}").format(monthly_requests.in_words(of))


def words(of: Month) -> str:
	"""The sentence of the letter: how many complaints, and what caused most of them."""
	whole = total(of)
	if not whole.complaints:
		return _nothing(of, whole)
	first = next((one for one in analysis.groups("Root Cause", period(of), clock.now()) if one.value), None)
	said = _("{0} complaints were received in {1}, {2} are still open.").format(
		whole.complaints, monthly_requests.in_words(of), whole.still_open
	)
	cause = _("The most frequent cause: {0} ({1}).").format(first.value, first.complaints) if first else ""
	return " ".join(filter(None, (said, cause, _("The analysis is attached."))))


def period(of: Month) -> Period:
	"""The days of a month, narrowed as it is."""
	return Period(of.first, months.last_day(of.first), **of.narrowed)


def before(of: Month) -> Month:
	"""The month before, narrowed alike."""
	return Month(of.previous, **of.narrowed)


def total(of: Month) -> domain.Group:
	"""All complaints of the month that this user may list."""
	return domain.total(analysis.groups(_WHOLE, period(of), clock.now()))


def tables(of: Month) -> list[dict[str, Any]]:
	"""One table per dimension: {"title", "rows", "is_pareto"}; a dimension of which nothing is known is left out."""
	found = [(dimension, analysis.groups(dimension, period(of), clock.now())) for dimension in DIMENSIONS]
	return [
		{"title": _(dimension), "is_pareto": dimension == DIMENSIONS[0], "rows": rows(of, dimension, groups)}
		for dimension, groups in found
		if any(one.value for one in groups)
	]


def rows(of: Month, dimension: str, groups: list[domain.Group]) -> list[dict[str, Any]]:
	"""The most frequent values as people read them; the others in one row, so that a table adds up to its report."""
	earlier = {one.value: one for one in analysis.groups(dimension, period(before(of)), clock.now())}
	shares, vital = domain.cumulative(groups), domain.vital(groups)
	most = max((one.complaints for one in groups), default=0)
	found = [
		{
			"label": analysis.label(one.value, dimension),
			"is_vital": is_vital,
			"width": round(100 * one.complaints / most) if most else 0,
			"share": wording.figure(100 * share, indicators.PERCENT),
			**_figures(one, earlier.get(one.value)),
		}
		for one, share, is_vital in zip(groups, shares, vital, strict=True)
	]
	if len(found) <= ROWS_AT_MOST + 1:
		return found
	rest = domain.total(groups[ROWS_AT_MOST:])
	past = domain.total(earlier[one.value] for one in groups[ROWS_AT_MOST:] if one.value in earlier)
	others = {"label": _("{0} others").format(len(groups) - ROWS_AT_MOST), "share": found[-1]["share"]}
	return [*found[:ROWS_AT_MOST], {**others, "is_vital": False, "width": 0, **_figures(rest, past)}]


def _figures(one: domain.Group, earlier: domain.Group | None) -> dict[str, Any]:
	was = earlier.complaints if earlier else 0
	change = one.complaints - was
	return {
		"complaints": one.complaints,
		"still_open": one.still_open,
		"admitted": one.admitted,
		"recurring": one.recurring,
		"in_time": "–" if one.in_time is None else wording.figure(100 * one.in_time, indicators.PERCENT),
		"mean": "–" if one.mean_seconds is None else wording.duration(one.mean_seconds),
		"before_it": was,
		"change": f"{change:+d}" if change else "=",
	}


def _nothing(of: Month, whole: domain.Group) -> str:
	if whole.complaints:
		return ""
	return _("No complaints were received in {0}.").format(monthly_requests.in_words(of))
