"""What an administrator does before the first day: each step knows by itself whether it is done (house, issue "intake").

Where the shipped default may simply be right (hours, promises, deputies), an administrator says so once and the step is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount

from nervion_service.domain.taxonomy import Role
from nervion_service.services import (
	absences,
	calendars,
	clock,
	consent,
	email_intake,
	proxy_notice,
	rate_limit,
	settings,
	system,
)

ADMINISTRATORS = (Role.ADMINISTRATOR, "System Manager")
# without these nobody coordinates, answers, attends or judges
NEEDED_ROLES = (Role.COORDINATOR, Role.EXECUTIVE, Role.COMMERCIAL_DIRECTOR, Role.TECHNICIAN, Role.QUALITY)


@dataclass(frozen=True)
class Step:
	"""A step: where it is done, whether it is, what is still missing; may_confirm: the default may be right as it is."""

	code: str
	title: str
	text: str
	route: str
	is_done: bool
	missing: str = ""
	may_confirm: bool = False


@frappe.whitelist()
def get() -> dict[str, Any]:
	"""The steps in their order, and how many are done: {"steps", "done", "total"}; for administrators."""
	_require_administrator()
	found = steps()
	return {
		"steps": [vars(step) for step in found],
		"done": sum(step.is_done for step in found),
		"total": len(found),
	}


@frappe.whitelist(methods=["POST"])
def confirm(code: str) -> None:
	"""Say that the shipped default of a step is right as it is; ValidationError for a step that asks for more."""
	_require_administrator()
	if not any(step.code == code and step.may_confirm for step in steps()):
		frappe.throw(_("This step is done by doing it, not by confirming it."), title=_("Not Allowed"))
	confirmed = sorted({*_confirmed(), code})
	frappe.db.set_single_value(settings.DOCTYPE, "onboarding_confirmed", " ".join(confirmed))
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)


def steps() -> list[Step]:
	"""Every step as it stands now. The caller has checked who asks."""
	return [look() for look in _LOOKS]


def _company() -> Step:
	company = settings.value("default_company")
	return Step(
		"company",
		_("Name the company"),
		_("The company whose requests come in when nobody says which one, and its head on what is printed."),
		"/app/service-settings",
		bool(company),
		"" if company else _("Choose the default company."),
	)


def _calendar() -> Step:
	name = _calendar_name()
	confirmed = name and ("calendar" in _confirmed() or _was_edited("Service Calendar", name))
	return Step(
		"calendar",
		_("Set the working hours"),
		_("Every promise counts by them: the hours in which somebody answers, day by day."),
		f"/app/service-calendar/{name}" if name else "/app/service-calendar/new",
		bool(confirmed),
		_("Look at the shipped hours and change them, or say that they are right.")
		if name
		else _("Make a calendar."),
		may_confirm=bool(name),
	)


def _holidays() -> Step:
	name, year = _calendar_name(), clock.now().year
	is_done = bool(name) and calendars.covers(name, year)
	return Step(
		"holidays",
		_("Add the official holidays"),
		_(
			"One button on the calendar adds the official days of a year; add the company's own days below them."
		),
		f"/app/service-calendar/{name}" if name else "/app/service-calendar",
		is_done,
		"" if is_done else _("{0} has no holiday yet.").format(year),
	)


def _people() -> Step:
	without = [role for role in NEEDED_ROLES if not absences.holders([role])]
	return Step(
		"people",
		_("Give people their roles"),
		_("Who coordinates, answers, attends in the field and judges. One person may hold several roles."),
		"/app/service-roles",
		not without,
		_("Nobody holds: {0}.").format(", ".join(_(role) for role in without)) if without else "",
	)


def _fallback() -> Step:
	user = settings.value("fallback_user")
	is_done = bool(user) and user != "Administrator" and absences.is_staff(user)
	return Step(
		"fallback",
		_("Say who answers when nobody does"),
		_("What is meant for a role that nobody holds goes to the fallback user: choose a person."),
		"/app/service-settings",
		is_done,
		"" if is_done else _("Choose a fallback user who works here."),
	)


def _deputies() -> Step:
	is_done = "deputies" in _confirmed() or bool(frappe.db.exists("Service Deputy", {}))
	return Step(
		"deputies",
		_("Name the deputies"),
		_("Who stands in when somebody is away: new cases and warnings go to them."),
		"/app/service-deputy/new" if not is_done else "/app/service-deputy",
		is_done,
		"" if is_done else _("Name one, or say that nobody is away for now."),
		may_confirm=True,
	)


def _promises() -> Step:
	by_a_person = {"status": "Approved", "approved_by": ("not in", ("Administrator", ""))}
	is_done = "promises" in _confirmed() or bool(frappe.db.exists("Commitment Policy", by_a_person))
	return Step(
		"promises",
		_("Look at the promises"),
		_(
			"What is promised by when, and who hears of it. Terms marked as assumptions are to be confirmed by you."
		),
		"/app/commitment-policy",
		is_done,
		"" if is_done else _("Approve a version of your own, or say that the shipped promises are right."),
		may_confirm=True,
	)


def _notice() -> Step:
	company = settings.value("default_company")
	notice = company and consent.current_notice(company)
	is_done = bool(notice) and not notice.get("is_assumption")
	return Step(
		"notice",
		_("Publish the privacy notice"),
		_(
			"Customers read and accept it before they write. The shipped text is an example: have it reviewed."
		),
		"/app/service-privacy-notice",
		is_done,
		"" if is_done else _("Publish a notice that was reviewed."),
	)


def _mailbox() -> Step:
	# which mailboxes there are, for who sets them up
	names = frappe.get_all("Email Account", {"enable_incoming": 1}, pluck="name", order_by="name")
	incoming = any(email_intake.makes_folios(frappe.get_cached_doc("Email Account", name)) for name in names)
	outgoing = bool(EmailAccount.find_outgoing())
	missing = [] if incoming else [_("No mailbox makes folios: set Append To on one.")]
	missing += [] if outgoing else [_("There is no outgoing e-mail account: notices ring in the desk only.")]
	return Step(
		"mailbox",
		_("Connect the mailbox"),
		_("Mail to it becomes folios, and answers leave from it."),
		"/app/email-account",
		not missing,
		" ".join(missing),
	)


def _proxies() -> Step:
	address = rate_limit.untrusted_proxy()
	return Step(
		"proxies",
		_("Tell guests apart"),
		_(
			"Guests are limited by their network address. Behind a proxy, as nginx is one, say how many there are."
		),
		"/app/service-settings",
		not address,
		proxy_notice.sentence(address) if address else "",
	)


def _first_folio() -> Step:
	is_done = bool(frappe.db.exists("Service Folio", {"is_history": 0}))
	return Step(
		"folio",
		_("Register the first request"),
		_("Take a call with F2, or make a folio: it is routed, given to a person and its promises begin."),
		"/app/service-folio/new" if not is_done else "/app/service-folio",
		is_done,
		"" if is_done else _("There is no folio yet."),
	)


_LOOKS: tuple[Callable[[], Step], ...] = (
	_company, _calendar, _holidays, _people, _fallback, _deputies, _promises, _notice, _mailbox, _proxies,
	_first_folio,
)  # fmt: skip


def _require_administrator() -> None:
	system.require_role(ADMINISTRATORS, _("Setting up is done by these roles: {0}."))


def _confirmed() -> set[str]:
	return set((settings.value("onboarding_confirmed") or "").split())


def _calendar_name() -> str | None:
	company = settings.value("default_company")
	own = company and frappe.db.get_value("Service Calendar", {"company": company, "is_default": 1})
	return own or settings.value("default_calendar")


def _was_edited(doctype: str, name: str) -> bool:
	"""Whether a person changed what was shipped: set-up writes as Administrator."""
	return frappe.db.get_value(doctype, name, "modified_by") not in ("Administrator", None)
