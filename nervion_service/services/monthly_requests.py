"""The monthly summary of requests, annex of MPC-SER-001 (S1.17, S1.16): counted in SQL, as its reader may see them.

A request belongs to the month in which it was really received. What became of it is told as it stands now.
"""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.utils import format_date

from nervion_service.domain.taxonomy import ENDED_STAGES, Stage
from nervion_service.services import clock, visibility

FOLIO = "Service Folio"
NARROWING = ("company", "channel", "request_type", "department")
# what the requests are told apart by, in the order in which the annex shows it, as expressions over the folio
DIMENSIONS = {
	"channel": "IFNULL(f.channel, '')",
	"request_type": "IFNULL(f.request_type, '')",
	"procedure": "IFNULL(f.procedure, '')",
	"department": "IFNULL(f.department, '')",
	"day": "DATE(f.received_at)",
}
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
# a folio that another one took over ends as a withdrawn one does, though its customer gave nothing up (W5)
_ALONE = "IFNULL(f.merged_into, '') = ''"
# COALESCE, since a sum over no row at all is nothing
_COUNTS = f"""COALESCE(SUM(f.received_at >= %(begin)s), 0) AS requests,
	COALESCE(SUM(f.received_at >= %(begin)s AND f.stage = '{Stage.CLOSED}'), 0) AS closed,
	COALESCE(SUM(f.received_at >= %(begin)s AND f.stage = '{Stage.WITHDRAWN}' AND {_ALONE}), 0) AS withdrawn,
	COALESCE(SUM(f.received_at >= %(begin)s AND f.stage = '{Stage.WITHDRAWN}' AND NOT {_ALONE}), 0) AS merged,
	COALESCE(SUM(f.received_at >= %(begin)s AND f.stage NOT IN {ENDED_STAGES}), 0) AS pending,
	COALESCE(SUM(f.received_at >= %(begin)s AND f.safety = 'Yes'), 0) AS safety,
	COALESCE(SUM(f.received_at < %(begin)s), 0) AS before_it"""


@dataclass(frozen=True)
class Month:
	"""A calendar month, narrowed by what is given."""

	first: date
	company: str | None = None
	channel: str | None = None
	request_type: str | None = None
	department: str | None = None

	@property
	def next(self) -> date:
		return (self.first + timedelta(days=32)).replace(day=1)

	@property
	def previous(self) -> date:
		return (self.first - timedelta(days=1)).replace(day=1)

	@property
	def code(self) -> str:
		"""Such as "2026-11"."""
		return f"{self.first:%Y-%m}"

	@property
	def narrowed(self) -> dict[str, str]:
		return {name: getattr(self, name) for name in NARROWING if getattr(self, name)}


@dataclass(frozen=True)
class Counts:
	"""Requests received in the month; of those closed, withdrawn by the customer, merged into another folio, pending, and about
	safety; and of the month before."""

	requests: int = 0
	closed: int = 0
	withdrawn: int = 0
	merged: int = 0
	pending: int = 0
	safety: int = 0
	before_it: int = 0

	@property
	def change(self) -> int:
		return self.requests - self.before_it


def month(filters) -> Month:
	"""The month that a report's filters ask for, "2026-11"; the present one when they name none."""
	code = str(filters.get("month") or clock.now().strftime("%Y-%m"))
	if not (found := _MONTH.fullmatch(code)):
		frappe.throw(
			_("The month is written as year and month, such as 2026-11: {0} is not.").format(
				frappe.utils.escape_html(code)
			),
			title=_("No Such Month"),
		)
	year = int(found[1])
	# the neighbours of the first and the last year that dates know do not exist
	if not date.min.year < year < date.max.year:
		frappe.throw(_("There is no calendar for the year {0}.").format(year), title=_("No Such Month"))
	return Month(date(year, int(found[2]), 1), **{name: filters.get(name) or None for name in NARROWING})


def total(of: Month) -> Counts:
	"""All requests of the month."""
	return _counts(_counted(of, "''")[0])


def by(of: Month, dimension: str) -> dict[str | date, Counts]:
	"""The same by one of DIMENSIONS, most requests first, days in their order; "" is what is not filled in.

	By day only the days of the month itself, each of them: a day without requests says so.
	"""
	found = {row.value: _counts(row) for row in _counted(of, DIMENSIONS[dimension])}
	if dimension == "day":
		return {day: found.get(day, Counts()) for day in _days(of)}
	return dict(sorted(found.items(), key=lambda entry: (-entry[1].requests, entry[0])))


def in_words(of: Month) -> str:
	"""Such as "noviembre 2026"."""
	return format_date(of.first, "MMMM yyyy")


def company(of: Month) -> str | None:
	"""The company whose month it is: the one it is narrowed to, else the usual one."""
	return of.company or frappe.db.get_single_value("Service Settings", "default_company")


def _counted(of: Month, expression: str) -> list:
	where = ["f.received_at >= %(previous)s", "f.received_at < %(next)s"]
	where += [f"f.`{name}` = %({name})s" for name in of.narrowed]
	grouped = "" if expression == "''" else f"GROUP BY {expression}"
	values = {"previous": _begin(of.previous), "begin": _begin(of.first), "next": _begin(of.next)}
	# SQL: sums over a month of folios; visibility.tail keeps the user's permissions
	return frappe.db.sql(
		f"""SELECT {expression} AS value, {_COUNTS} FROM `tabService Folio` f
		WHERE {" AND ".join(where)} {visibility.tail(FOLIO, "f")} {grouped}""",
		{**values, **of.narrowed},
		as_dict=True,
	)


def _counts(row) -> Counts:
	return Counts(**{field.name: int(row[field.name]) for field in fields(Counts)})


def _days(of: Month) -> list[date]:
	return [of.first + timedelta(days=number) for number in range((of.next - of.first).days)]


def _begin(day: date) -> datetime:
	return datetime.combine(day, datetime.min.time())
