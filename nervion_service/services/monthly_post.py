"""The monthly summary goes by e-mail to the roles of the settings, on the month's first working day (S1.17).

A day on which nothing ran is made up for by the next one; what was sent is written down in the same transaction as the
letters, so that two runs send one.
"""

from contextlib import contextmanager
from datetime import date, datetime

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount

from nervion_service.domain.taxonomy import Role
from nervion_service.services import (
	absences,
	calendars,
	clock,
	languages,
	monthly_annex,
	monthly_requests,
	system,
)
from nervion_service.services.monthly_requests import Month

SETTINGS = "Service Settings"
# who gets it where the settings name nobody
USUAL_ROLES = (Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR)
# months that are made up for after a long standstill
MONTHS_AT_MOST = 3


def run(now: datetime | None = None) -> int:
	"""Send what is due by now; returns how many letters were queued. The job of every day."""
	now = now or clock.now()
	letters = 0
	for month in due(now):
		letters += _send_once(month)
		frappe.db.commit()
	return letters


def due(now: datetime) -> list[Month]:
	"""The months that are over, whose summary may go by now and has not gone yet, oldest first."""
	this = date(now.year, now.month, 1)
	newest = (
		Month(this).previous
		if now.date() >= _first_working_day(this)
		else Month(Month(this).previous).previous
	)
	months, sent = [], _sent_for()
	while newest.strftime("%Y-%m") > sent and len(months) < MONTHS_AT_MOST:
		months.insert(0, Month(newest))
		newest = months[0].previous
		# a site that never sent any begins with the last month
		if not sent:
			break
	return months


def readers() -> list[str]:
	"""The enabled users of the desk who hold a role of the settings and may see the report; nobody while the summary is not sent."""
	settings = frappe.get_cached_doc(SETTINGS)
	if not settings.send_monthly_report:
		return []
	roles = [row.role for row in settings.monthly_report_readers] or list(USUAL_ROLES)
	report = frappe.get_cached_doc("Report", monthly_annex.REPORT)
	permitted = {row.role for row in report.roles}
	return sorted(user for user in absences.holders(roles) if permitted & set(frappe.get_roles(user)))


def _send_once(month: Month) -> int:
	people = readers()
	if not people or not EmailAccount.find_outgoing():
		# kept for the day on which somebody may get it; the health check tells of missing mail
		return 0
	if _sent_for(lock=True) >= month.code:
		return 0
	for person in people:
		_send_to(person, month)
	frappe.db.set_single_value(SETTINGS, "monthly_report_sent_for", month.code)
	return len(people)


def _send_to(person: str, month: Month) -> None:
	# what each reader may see, in their language
	with _eyes_of(person) as user:
		subject = _("Monthly requests of {0}").format(monthly_requests.in_words(month))
		total = monthly_requests.total(month)
		page = monthly_annex.html(month)
		words = _(
			"{0} requests were received in {1}: {2} are closed, {3} pending, {4} withdrawn and {5} merged into another one. The annex is attached."
		).format(
			total.requests,
			monthly_requests.in_words(month),
			total.closed,
			total.pending,
			total.withdrawn,
			total.merged,
		)
		attachment = _attachment(month, page)
	frappe.sendmail(
		recipients=[user.email],
		subject=subject,
		message=frappe.utils.escape_html(words),
		attachments=[attachment],
		add_unsubscribe_link=0,
	)


def _attachment(month: Month, page: str) -> dict:
	"""The annex as PDF; as the page itself where the site has no program that makes one."""
	# Frappe opens a log file of its own when this is imported, so only who makes a PDF imports it
	from frappe.utils.pdf import get_pdf

	name = monthly_annex.file_name(month)
	try:
		return {"fname": f"{name}.pdf", "fcontent": get_pdf(page)}
	except OSError as error:
		frappe.logger("nervion_service").warning(f"The annex goes as HTML, no PDF could be made: {error}")
		return {"fname": f"{name}.html", "fcontent": page}


@contextmanager
def _eyes_of(person: str):
	user = frappe.db.get_value("User", person, ["email", "language"], as_dict=True)
	with system.as_user(person), languages.speaking(user.language):
		yield user


def _first_working_day(first: date) -> date:
	company = frappe.db.get_single_value(SETTINGS, "default_company")
	_name, calendar = calendars.for_company(company)
	return calendar.business_date(datetime.combine(first, datetime.min.time()))


def _sent_for(lock: bool = False) -> str:
	"""The last month sent, "" when none was; with `lock` a second run waits here and then finds the month sent."""
	# SQL: the value as it is now, which neither a cache nor an older view of the transaction may answer
	found = frappe.db.sql(
		f"""SELECT value FROM `tabSingles` WHERE doctype = %s AND field = 'monthly_report_sent_for'
		{"FOR UPDATE" if lock else ""}""",
		SETTINGS,
	)
	return (found[0][0] or "") if found else ""
