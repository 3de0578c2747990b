"""The month's summaries go by e-mail to the roles of the settings, on the month's first working day (S1.17, G13).

A day on which nothing ran is made up for by the next one; what was sent is written down in the same transaction as the
letters, so that two runs send one.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import frappe
from frappe.email.doctype.email_account.email_account import EmailAccount

from nervion_service.domain import months
from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.taxonomy import Role
from nervion_service.services import absences, clock, languages, monthly_annex, pdf, system
from nervion_service.services import months as calendar_months
from nervion_service.services.complaints import monthly_analysis
from nervion_service.services.monthly_requests import Month

SETTINGS = "Service Settings"
# months that are made up for after a long standstill
MONTHS_AT_MOST = 3


@dataclass(frozen=True)
class Post:
	"""One thing that goes every month: its report, who may see it, and the fields of the settings that rule it.

	counts: the DocType of the cases that it counts · switch: whether it goes · readers: the roles that get it, usual_roles where none is named · sent_for: the last month that went.
	subject, words, html, file_name: what the letter of a month says and brings, as its reader may see it.
	"""

	report: str
	counts: str
	switch: str
	readers: str
	sent_for: str
	usual_roles: tuple[str, ...]
	subject: Callable[[Month], str]
	words: Callable[[Month], str]
	html: Callable[[Month], str]
	file_name: Callable[[Month], str]


REQUESTS = Post(
	report=monthly_annex.REPORT,
	counts="Service Folio",
	switch="send_monthly_report",
	readers="monthly_report_readers",
	sent_for="monthly_report_sent_for",
	usual_roles=(Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR),
	subject=monthly_annex.subject,
	words=monthly_annex.words,
	html=monthly_annex.html,
	file_name=monthly_annex.file_name,
)
COMPLAINTS = Post(
	report=monthly_analysis.REPORT,
	counts=COMPLAINT,
	switch="send_complaint_analysis",
	readers="complaint_analysis_readers",
	sent_for="complaint_analysis_sent_for",
	usual_roles=(Role.QUALITY, Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR),
	subject=monthly_analysis.subject,
	words=monthly_analysis.words,
	html=monthly_analysis.html,
	file_name=monthly_analysis.file_name,
)
POSTS = (REQUESTS, COMPLAINTS)


def run(now: datetime | None = None, posts: tuple[Post, ...] = POSTS) -> int:
	"""Send what is due by now; returns how many letters were queued. The job of every day."""
	now = now or clock.now()
	return sum(_send_all(post, now) for post in posts)


def due(now: datetime, post: Post = REQUESTS) -> list[Month]:
	"""The months that are over, whose letters may go by now and have not gone yet, oldest first."""
	newest = calendar_months.newest_over(now)
	return [Month(first) for first in months.owed(newest, _sent_for(post), MONTHS_AT_MOST)]


def readers(post: Post = REQUESTS) -> list[str]:
	"""The enabled users of the desk who hold a role of the settings and may see the report; nobody while it is not sent."""
	settings = frappe.get_cached_doc(SETTINGS)
	if not settings.get(post.switch):
		return []
	roles = [row.role for row in settings.get(post.readers)] or list(post.usual_roles)
	report = frappe.get_cached_doc("Report", post.report)
	permitted = {row.role for row in report.roles}
	return sorted(user for user in absences.holders(roles) if permitted & set(frappe.get_roles(user)))


def _send_all(post: Post, now: datetime) -> int:
	letters = 0
	try:
		for month in due(now, post):
			letters += _send_once(post, month)
			frappe.db.commit()
	except Exception:
		# the other letters must not wait; tomorrow sends this one
		frappe.db.rollback()
		frappe.log_error(title=f"{post.report} by e-mail", message=frappe.get_traceback())
	return letters


def _send_once(post: Post, month: Month) -> int:
	people = readers(post)
	if not people or not EmailAccount.find_outgoing():
		# kept for the day on which somebody may get it; the health check tells of missing mail
		return 0
	if _sent_for(post, lock=True) >= month.code:
		return 0
	for person in people:
		_send_to(post, person, month)
	frappe.db.set_single_value(SETTINGS, post.sent_for, month.code)
	return len(people)


def _send_to(post: Post, person: str, month: Month) -> None:
	# what each reader may see, in their language
	with _eyes_of(person) as user:
		papers = _papers(post, month)
		letter = {
			"subject": post.subject(month),
			"message": "<br>".join(_said(post, paper, len(papers) > 1) for paper in papers),
			"attachments": [
				_attachment(_file_name(post, paper, len(papers) > 1), post.html(paper)) for paper in papers
			],
		}
	frappe.sendmail(recipients=[user.email], add_unsubscribe_link=0, **letter)


def _papers(post: Post, month: Month) -> list[Month]:
	"""The month of each company of which this reader may see a case: a paper stands under the name of one company."""
	days = ("between", (month.first, months.last_day(month.first)))
	rows = frappe.get_list(
		post.counts, filters={"received_at": days}, fields=["company"], distinct=True, order_by="company"
	)
	return [replace(month, company=row.company) for row in rows] or [month]


def _said(post: Post, paper: Month, by_company: bool) -> str:
	words = f"{paper.company}: {post.words(paper)}" if by_company else post.words(paper)
	return frappe.utils.escape_html(words)


def _file_name(post: Post, paper: Month, by_company: bool) -> str:
	name = post.file_name(paper)
	return f"{name}-{frappe.scrub(paper.company).replace('_', '-')}" if by_company else name


def _attachment(name: str, page: str) -> dict:
	"""The page as PDF; as it is where the site has no program that makes one."""
	try:
		return {"fname": f"{name}.pdf", "fcontent": pdf.of(page)}
	except pdf.NoPrinter as error:
		frappe.logger("nervion_service").warning(
			f"A monthly letter brings HTML, no PDF could be made: {error}"
		)
		return {"fname": f"{name}.html", "fcontent": page}


@contextmanager
def _eyes_of(person: str):
	user = frappe.db.get_value("User", person, ["email", "language"], as_dict=True)
	with system.as_user(person), languages.speaking(user.language):
		yield user


def _sent_for(post: Post, lock: bool = False) -> str:
	"""The last month sent, "" when none was; with `lock` a second run waits here and then finds the month sent."""
	# SQL: the value as it is now, which neither a cache nor an older view of the transaction may answer
	found = frappe.db.sql(
		f"""SELECT value FROM `tabSingles` WHERE doctype = %s AND field = %s
		{"FOR UPDATE" if lock else ""}""",
		(SETTINGS, post.sent_for),
	)
	return (found[0][0] or "") if found else ""
