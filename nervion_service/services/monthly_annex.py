"""The monthly summary as people read it: rows in words, and the annex as a page to print or to post (S1.17)."""

import frappe
from frappe import _
from frappe.utils import format_date

from nervion_service.domain import indicators
from nervion_service.domain.taxonomy import ProcedureCode
from nervion_service.services import clock, file_response, monthly_requests, procedures, wording
from nervion_service.services.monthly_requests import Counts, Month

REPORT = "Monthly Requests"
_TEMPLATE = "templates/annexes/monthly_requests.html"
# routes are codes and departments the company's own words; the others are shipped in English
_TRANSLATED = ("channel", "request_type")


@frappe.whitelist()
def download(
	month: str | None = None,
	company: str | None = None,
	channel: str | None = None,
	request_type: str | None = None,
	department: str | None = None,
) -> None:
	"""The annex of a month ("2026-11") as a page to print, for whoever may see the report."""
	if not frappe.get_cached_doc("Report", REPORT).is_permitted():
		frappe.throw(_("You may not see this report."), frappe.PermissionError, title=_("Not Permitted"))
	asked = {
		"month": month, "company": company, "channel": channel,
		"request_type": request_type, "department": department,
	}  # fmt: skip
	of = monthly_requests.month(asked)
	file_response.show_page(file_name(of), html(of))


def html(of: Month) -> str:
	"""The whole page, in the language of the session; every value is escaped by the template."""
	total = monthly_requests.total(of)
	return frappe.render_template(
		_TEMPLATE,
		{
			"language": frappe.local.lang,
			"company": monthly_requests.company(of),
			"month": monthly_requests.in_words(of),
			"previous": monthly_requests.in_words(Month(of.previous)),
			"narrowed": [_in_words(name, value) for name, value in of.narrowed.items() if name != "company"],
			"total": figures(total, total.requests),
			"tables": tables(of),
			"footing": procedures.footing(clock.now(), ProcedureCode.INTAKE),
		},
	)


def subject(of: Month) -> str:
	"""The subject of the letter that brings the annex."""
	return _("Monthly requests of {0}").format(monthly_requests.in_words(of))


def words(of: Month) -> str:
	"""The sentence of the letter: what became of the month's requests."""
	total = monthly_requests.total(of)
	return _(
		"{0} requests were received in {1}: {2} are closed, {3} pending, {4} withdrawn and {5} merged into another one. The annex is attached."
	).format(
		total.requests,
		monthly_requests.in_words(of),
		total.closed,
		total.pending,
		total.withdrawn,
		total.merged,
	)


def file_name(of: Month) -> str:
	return f"{frappe.scrub(_(REPORT)).replace('_', '-')}-{of.code}"


def tables(of: Month) -> list[dict]:
	"""One table per dimension: {"dimension", "title", "rows"}; a row has its label, value and figures."""
	titles = {
		"channel": _("By Channel"),
		"request_type": _("By Type"),
		"procedure": _("By Route"),
		"department": _("By Department"),
		"day": _("By Day"),
	}
	return [
		{"dimension": dimension, "title": titles[dimension], "rows": _rows(of, dimension)}
		for dimension in monthly_requests.DIMENSIONS
	]


def figures(counts: Counts, whole: int) -> dict:
	"""The counts of a row; its share of the `whole` month, and how it changed, in words."""
	return {
		"requests": counts.requests,
		"share": wording.figure(100 * counts.requests / whole, indicators.PERCENT) if whole else "–",
		"closed": counts.closed,
		"pending": counts.pending,
		"withdrawn": counts.withdrawn,
		"merged": counts.merged,
		"safety": counts.safety,
		"before_it": counts.before_it,
		"change": f"{counts.change:+d}" if counts.change else "=",
	}


def _rows(of: Month, dimension: str) -> list[dict]:
	found = monthly_requests.by(of, dimension)
	whole = sum(counts.requests for counts in found.values())
	most = max((counts.requests for counts in found.values()), default=0)
	return [
		{
			**_named(dimension, value),
			**figures(counts, whole),
			# the length of its bar
			"width": round(100 * counts.requests / most) if most else 0,
			# the same day of another month says nothing
			**({"before_it": None, "change": ""} if dimension == "day" else {}),
		}
		for value, counts in found.items()
	]


def _named(dimension: str, value) -> dict:
	if dimension == "day":
		return {
			"value": value.isoformat(),
			"label": format_date(value, "EEE d MMM"),
			"short": str(value.day),
			"weekend": value.weekday() >= 5,
		}
	return {"value": value, "label": _in_words(dimension, value)}


def _in_words(dimension: str, value: str) -> str:
	if not value:
		return _("Not filled in")
	if dimension == "procedure":
		return f"{value} · {frappe.get_cached_value('Service Procedure', value, 'title') or ''}"
	return _(value) if dimension in _TRANSLATED else value
