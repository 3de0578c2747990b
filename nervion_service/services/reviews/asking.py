"""Who missed a target is asked why: one review per indicator, company and month, made once (G15, G17, D12).

The last month is looked at again every day until the next one is over, since what was received late in it may still fall overdue.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import format_date

from nervion_service.domain import indicator_reviews as domain
from nervion_service.domain import months
from nervion_service.domain.indicators import Reading
from nervion_service.domain.taxonomy import CommitmentKind, Events, Role
from nervion_service.services import (
	assignment,
	clock,
	commitments,
	events,
	indicator_catalogue,
	languages,
	system,
)
from nervion_service.services import months as calendar_months
from nervion_service.services.indicator_sums import Period

DOCTYPE = domain.DOCTYPE
KINDS = (CommitmentKind.INDICATOR_REVIEW,)
# who may ask before the daily work does
ASKERS = (
	Role.COORDINATOR,
	Role.COMMERCIAL_DIRECTOR,
	Role.QUALITY,
	Role.MANAGEMENT,
	Role.ADMINISTRATOR,
	"System Manager",
)
SETTINGS = "Service Settings"
# months that are made up for after a long standstill
MONTHS_AT_MOST = 3
_POINT = "indicator_review"


@dataclass(frozen=True)
class Asked:
	"""Names of the reviews that are new, and how many could not be made, which the log tells of."""

	names: tuple[str, ...] = ()
	failed: int = 0


def run(now: datetime | None = None) -> list[str]:
	"""Ask for every review that is owed by now, each stored by itself; returns the names of the new ones. The job of every day."""
	now = now or clock.now()
	made, failed = [], 0
	for month in _months(now):
		for company in _companies():
			asked = _ask_alone(company, month, now)
			made += asked.names
			failed += asked.failed
		if not failed:
			# what failed keeps its month owed
			frappe.db.set_single_value(SETTINGS, "targets_looked_at", months.code(month))
		frappe.db.commit()
	return made


@frappe.whitelist(methods=["POST"])
def ask_now(month: str, company: str) -> list[str]:
	"""Ask for the reviews of one month that is over; returns the names of the new ones, none where all were asked for.

	month: such as "2026-10". Raises ValidationError for a month that is not over, PermissionError for who may not ask.
	"""
	system.require(DOCTYPE, "read")
	system.require_role(ASKERS, _("Analyses are asked for by one of these roles: {0}."))
	_check_company(company)
	first = _month(month)
	# the figures are the company's, whoever asks
	with system.as_system():
		asked = _ask(company, first, clock.now())
	if asked.failed:
		frappe.msgprint(_("{0} reviews could not be made: the error log says why.").format(asked.failed))
	return list(asked.names)


def period_of(review) -> Period:
	"""What a review is about, for its figures and the rows behind them."""
	first = datetime.strptime(review.month, "%Y-%m").date()
	return Period(first, months.last_day(first), company=review.company)


def _months(now: datetime) -> list[date]:
	"""The months that nobody looked at, and always the last one."""
	newest = calendar_months.newest_over(now)
	done = frappe.db.get_single_value(SETTINGS, "targets_looked_at") or ""
	return months.owed(newest, done, MONTHS_AT_MOST) or [newest]


def _companies() -> list[str]:
	# the daily work serves every company
	return frappe.get_all("Company", {"is_group": 0}, pluck="name", order_by="name")


def _ask_alone(company: str, month: date, now: datetime) -> Asked:
	try:
		return _ask(company, month, now, store=frappe.db.commit)
	except Exception:
		# the other companies must not wait; tomorrow looks at this month again
		frappe.db.rollback()
		frappe.log_error(title="Reviews of missed targets", message=frappe.get_traceback())
		return Asked(failed=1)


def _ask(company: str, month: date, now: datetime, store: Callable[[], None] | None = None) -> Asked:
	"""store: called after each review, so that a killed run loses none."""
	period = Period(month, months.last_day(month), company=company)
	missed = domain.missed(indicator_catalogue.readings(period, now).values())
	known = _asked_for(company, months.code(month))
	names, failed = [], 0
	for reading in missed:
		if reading.indicator.code in known:
			continue
		try:
			names += _make_once(reading, company, month, now)
		except Exception:
			# one bad indicator must not stop the others
			frappe.db.rollback(save_point=_POINT)
			frappe.log_error(title=f"Review of {reading.indicator.code}", message=frappe.get_traceback())
			failed += 1
		if store:
			store()
	return Asked(tuple(names), failed)


def _asked_for(company: str, month: str) -> set[str]:
	# what was asked for is the system's own question
	return set(
		frappe.get_all(DOCTYPE, {"company": company, "month": month}, pluck="indicator", order_by="name")
	)


def _make_once(reading: Reading, company: str, month: date, now: datetime) -> list[str]:
	"""The name of the new review; none where another run was faster, which the unique index tells."""
	frappe.db.savepoint(_POINT)
	try:
		return [make(reading, company, month, now).name]
	except frappe.UniqueValidationError:
		frappe.db.rollback(save_point=_POINT)
		frappe.clear_last_message()
		return []


def make(reading: Reading, company: str, month: date, now: datetime):
	"""The review of a reading, sealed as it is, with its promise and its task; returns the document."""
	role = reading.indicator.owner_role
	review = frappe.new_doc(DOCTYPE)
	review.update(
		{
			**_sealed(reading, month),
			"company": company,
			"stage": domain.Stage.OPEN,
			"assigned_to": assignment.choose(role, company, doctype=DOCTYPE),
			"asked_at": now,
		}
	)
	review.flags.by_service = True
	# the system asks; nobody types a reading
	review.insert(ignore_permissions=True)
	_begin(review, now)
	return review


def _sealed(reading: Reading, month: date) -> dict[str, Any]:
	"""What a review keeps of the reading; its words in the language of the site, as other contents are."""
	indicator = reading.indicator
	with languages.speaking():
		subject = f"{_(indicator.title)}: {format_date(month, 'MMMM yyyy')}"[:140]
		formula = _(indicator.formula)
	return {
		"indicator": indicator.code,
		"month": months.code(month),
		"subject": subject,
		"formula": formula,
		"owner_role": indicator.owner_role,
		"procedure": indicator.procedure,
		"unit": indicator.unit,
		"comparison": indicator.comparison,
		"target": indicator.target,
		"value": reading.value,
		"numerator": reading.numerator,
		"denominator": reading.denominator,
	}


def _begin(review, now: datetime) -> None:
	commitments.start(review, KINDS, now)
	events.record(
		review, Events.TARGET_MISSED, details={"indicator": review.indicator, "month": review.month}
	)
	if review.assigned_to:
		assignment.give_todo(review)


def _month(code: str) -> date:
	try:
		first = datetime.strptime(str(code), "%Y-%m").date()
	except ValueError:
		frappe.throw(
			_("The month is written as year and month, such as 2026-11: {0} is not.").format(
				frappe.utils.escape_html(str(code))
			),
			title=_("No Such Month"),
		)
	if months.code(first) >= months.code(clock.now().date()):
		frappe.throw(
			_("That month is not over: its figures still change. Ask when it has ended."), title=_("Not Yet")
		)
	return first


def _check_company(company: str) -> None:
	"""PermissionError, alike for a foreign company and one that does not exist."""
	known = company and frappe.db.exists("Company", {"name": str(company)})
	review = frappe.new_doc(DOCTYPE, company=company) if known else None
	if not review or not frappe.has_permission(DOCTYPE, "read", doc=review):
		frappe.throw(
			_("There is no company {0} that you may do this for.").format(
				frappe.utils.escape_html(str(company or ""))
			),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)
