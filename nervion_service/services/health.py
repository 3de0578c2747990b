"""Is everything ticking? What an administrator must see before a customer does (F5): one report, codes and numbers."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount

from nervion_service.domain.taxonomy import ENDED_STAGES, Role
from nervion_service.services import (
	calendars,
	clock,
	commitments,
	consent,
	email_intake,
	email_kept,
	mail_queue,
	proxy_notice,
	rate_limit,
	recomputation,
	reconciliation,
	retries,
	safety_nets,
	series,
	settings,
	sweep,
	system,
)

READERS = (Role.ADMINISTRATOR, Role.SYSTEMS, Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, "System Manager")
_DEFAULT_LATE_MINUTES = 5
# next year's numbers and official days must be there before anybody needs them
_FIRST_MONTH_TO_LOOK_AHEAD = 11


@dataclass(frozen=True)
class Check:
	"""One thing looked at: `value` is what was found, `ok` whether it may stay so, `message` what to do when not."""

	code: str
	ok: bool
	value: Any
	message: str = ""


def report(now: datetime | None = None) -> dict[str, Any]:
	"""All checks: {"ok", "at", "checks": [{code, ok, value, message}]}. The caller has checked permission."""
	now = now or clock.now()
	late = timedelta(minutes=settings.number("sweep_late_after_minutes", _DEFAULT_LATE_MINUTES))
	checks = [
		_last_sweep(now, late),
		_oldest_due(now, late),
		_stuck_rows(),
		_notices_waiting(now, late),
		_notices_failed(),
		_unrouted(now),
		_unresumed(now),
		_given_up(),
		_without_person(),
		_recomputations(),
		_series(now),
		_official_days(now),
		_channel_gaps(now),
		_workflows(),
		_mail(),
		_mail_stuck(now),
		_mail_set_aside(),
		_mail_of_customers(now),
		_proxy(),
		_draft_notice(),
	]
	return {"ok": all(check.ok for check in checks), "at": now, "checks": [asdict(check) for check in checks]}


@frappe.whitelist()
def status() -> dict[str, Any]:
	"""The report, for those who answer for the service or for its machines."""
	system.require_role(READERS, _("The state of the service is shown to these roles: {0}."))
	return report()


def _none_of(code: str, found, message: str) -> Check:
	"""A check that is well where nothing is found; `found` is a number, or what was found by name."""
	return Check(code, not found, found, message if found else "")


def _last_sweep(now, late) -> Check:
	last = sweep.last_run()
	message = _("The sweep has not run lately: check that the scheduler is enabled and a worker is running.")
	ok = bool(last) and now - last <= late
	return Check("last_sweep", ok, last, "" if ok else message)


def _oldest_due(now, late) -> Check:
	# how late the sweep is, over everybody's promises
	due = frappe.get_all(
		commitments.DOCTYPE,
		filters=[["next_check_at", "is", "set"], ["next_check_at", "<", now - late]],
		fields=["next_check_at"],
		order_by="next_check_at",
		limit=1,
	)
	oldest = due[0].next_check_at if due else None
	seconds = int((now - oldest).total_seconds()) if oldest else 0
	message = _("Promises have waited {0} minutes for the sweep.").format(seconds // 60)
	return Check("sweep_lateness_seconds", not due, seconds, message if due else "")


def _stuck_rows() -> Check:
	stuck = frappe.db.count(
		commitments.DOCTYPE, {"attempts": (">", 0), "status": ("in", commitments.OPEN_STATUSES)}
	)
	message = _("{0} promises cannot be swept: their last error says why.").format(stuck)
	return _none_of("stuck_promises", stuck, message)


def _notices_waiting(now, late) -> Check:
	waiting = frappe.db.count(
		commitments.NOTICE, {"status": ("in", ("Pending", "Ready")), "announce_at": ("<", now - late)}
	)
	message = _("{0} notices should have been told by now.").format(waiting)
	return _none_of("notices_waiting", waiting, message)


def _notices_failed() -> Check:
	# of the whole site; those of promises that are over concern nobody any more
	concerned = frappe.get_all(commitments.NOTICE, {"status": "Failed"}, pluck="commitment")
	still_open = set(
		frappe.get_all(
			commitments.DOCTYPE,
			{"name": ("in", list(set(concerned)) or [""]), "status": ("in", commitments.OPEN_STATUSES)},
			pluck="name",
		)
	)
	failed = sum(name in still_open for name in concerned)
	message = _("{0} notices could not be told: their last error says why.").format(failed)
	return _none_of("notices_failed", failed, message)


def _unrouted(now) -> Check:
	waiting = safety_nets.unrouted(now)
	message = _("{0} folios wait for their route: check the workers and the Error Log.").format(waiting)
	return _none_of("unrouted_folios", waiting, message)


def _unresumed(now) -> Check:
	waiting = safety_nets.unresumed(now)
	message = _("{0} customers wrote, and their folios still wait for them: take those up by hand.")
	return _none_of("unresumed_folios", waiting, message.format(waiting))


def _given_up() -> Check:
	rows = retries.given_up()
	message = _(
		"{0} pieces of work failed {1} times and were left: see Service Retry. The last one, {2}: {3}"
	)
	last = (rows[0].document_name, rows[0].last_error) if rows else ("", "")
	words = message.format(len(rows), retries.MOST_ATTEMPTS, *last)
	return Check("given_up", not rows, len(rows), words if rows else "")


def _without_person() -> Check:
	open_and_routed = {"stage": ("not in", ENDED_STAGES), "routed_at": ("is", "set"), "is_history": 0}
	alone = frappe.db.count("Service Folio", {**open_and_routed, "assigned_to": ("is", "not set")})
	message = _("{0} open folios have nobody: hold their roles, or set a fallback user in Service Settings.")
	return _none_of("folios_without_person", alone, message.format(alone))


def _recomputations() -> Check:
	waiting = recomputation.waiting()
	message = _("Open promises still follow the old hours of: {0}.").format(", ".join(waiting))
	return _none_of("recomputations_waiting", waiting, message)


def _series(now) -> Check:
	missing = [year for year in _years_ahead(now) if not series.prepared(year)]
	message = _("The folio series of {0} is not prepared: the daily job makes it.").format(
		", ".join(map(str, missing))
	)
	return _none_of("folio_series", missing, message)


def _channel_gaps(now) -> Check:
	gaps = len(reconciliation.overdue(now))
	message = _(
		"{0} gaps between what came in and the folios wait for an explanation: see Channel Reconciliation."
	).format(gaps)
	return _none_of("channel_gaps", gaps, message)


def _workflows() -> Check:
	"""Workflows that were edited here while a newer shipped version waits."""
	# configuration of the whole site, for those who may see its health
	waiting = frappe.get_all(
		"Workflow", filters={"service_update_waiting": ("is", "set")}, pluck="name", order_by="name"
	)
	message = _("An update of these edited workflows was not applied: {0}.").format(", ".join(waiting))
	return _none_of("workflow_updates_waiting", waiting, message)


def _official_days(now) -> Check:
	"""Which Holiday Lists of calendars have no day in this year, or towards its end in the next; none at all is a choice."""
	# configuration of the whole site, for those who may see its health
	names = frappe.get_all(calendars.DOCTYPE, {"holiday_list": ("is", "set")}, pluck="name", order_by="name")
	missing = {name: years for name in names if (years := _years_without_days(name, now))}
	words = "; ".join(f"{name}: {', '.join(map(str, years))}" for name, years in missing.items())
	message = _("Add the official days to these calendars: {0}.").format(words)
	return _none_of("official_days", missing, message)


def _years_without_days(name, now):
	return [year for year in _years_ahead(now) if not calendars.covers(name, year)]


def _years_ahead(now) -> list[int]:
	return [now.year, now.year + 1] if now.month >= _FIRST_MONTH_TO_LOOK_AHEAD else [now.year]


def _mail() -> Check:
	ready = bool(EmailAccount.find_outgoing())
	message = _("There is no outgoing e-mail account: notices ring in the desk only.")
	return Check("outgoing_mail", ready, ready, "" if ready else message)


def _mail_stuck(now) -> Check:
	stuck = mail_queue.stuck(now)
	message = _("{0} e-mails stand still while being sent: open them in Email Queue and send them again.")
	return _none_of("mail_stuck", stuck, message.format(stuck))


def _mail_set_aside() -> Check:
	"""Letters of the last week that could not be stored: somebody asked for something there, too."""
	aside = email_intake.set_aside_lately()
	message = _("{0} received e-mails could not be registered: open Unhandled Email and see why.").format(
		aside
	)
	return _none_of("mail_set_aside", aside, message)


def _mail_of_customers(now) -> Check:
	"""A group of ours that nobody named makes every customer's letter look like a list's (K13)."""
	found = email_kept.of_customers(now)
	message = _(
		"{0} e-mails of customers were taken for mail of a list: see Mail Without a Folio in Channel Reconciliation, "
		"and name our addresses in the Email Account."
	)
	return _none_of("mail_of_customers", found, message.format(found))


def _proxy() -> Check:
	"""Guests behind a proxy that nobody told us of are all taken for one, and share one limit (X9)."""
	address = rate_limit.untrusted_proxy()
	return _none_of("untrusted_proxy", address, proxy_notice.sentence(address))


def _draft_notice() -> Check:
	"""The example that is shipped is no notice of the company's until somebody has reviewed it (I3)."""
	company = settings.value("default_company")
	notice = consent.current_notice(company) if company else None
	draft = notice.name if notice and notice.is_assumption else None
	message = _("The privacy notice in force, {0}, is the shipped example: publish one that was reviewed.")
	return _none_of("draft_privacy_notice", draft, message.format(draft))
