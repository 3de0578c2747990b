"""How long records stay (G7): old history, closed promises, told notices and the minute job's own logs, in small batches."""

from datetime import datetime, timedelta

import frappe
from frappe.utils import add_to_date, cint

from nervion_service.services import clock, daily_figures

_BATCH = 1000
# open promises stay however old they are; a breached one is still open until it is kept or cancelled
CLOSED_STATUSES = ("Fulfilled", "Fulfilled Late", "Cancelled")
TOLD_STATUSES = ("Addressed", "Sent", "Dropped", "Failed")
_OUR_JOBS = "nervion_service.%"


def purge(now: datetime | None = None) -> dict[str, int]:
	"""Delete what is older than Service Settings allow, committing batch by batch; returns rows deleted by DocType.

	A killed run loses at most its last batch, and the next one goes on.
	"""
	now = now or clock.now()
	settings = frappe.get_cached_doc("Service Settings")
	return {
		"Service Event": _purge(
			"Service Event", {"happened_at": ("<", _years_before(now, settings.event_retention_years))}
		),
		"Service Commitment": _purge("Service Commitment", _old_commitments(now, settings)),
		"Service Notice": _purge("Service Notice", _old_notices(now, settings)),
		"Scheduled Job Log": _purge("Scheduled Job Log", _old_logs(now, settings)),
	}


def _old_commitments(now, settings):
	return {
		"started_at": ("<", _years_before(now, settings.commitment_retention_years)),
		"status": ("in", CLOSED_STATUSES),
	}


def _old_notices(now, settings):
	return {
		"announce_at": ("<", now - timedelta(days=_kept(settings.notice_retention_days))),
		"status": ("in", TOLD_STATUSES),
	}


def _old_logs(now, settings):
	# Frappe keeps a log line a run, and ours runs every minute
	ours = frappe.get_all("Scheduled Job Type", filters={"method": ("like", _OUR_JOBS)}, pluck="name")
	return {
		"creation": ("<", now - timedelta(days=_kept(settings.job_log_retention_days))),
		"scheduled_job_type": ("in", ours or [""]),
	}


def _years_before(now, years):
	return add_to_date(now, years=-_kept(years))


def _kept(amount) -> int:
	# a site whose settings were never saved must not lose everything
	return max(cint(amount), 1)


def _purge(doctype: str, filters: dict) -> int:
	deleted, oldest_first = 0, next(iter(filters))
	# the system's own housekeeping, whoever started it; rows go without controllers since those refuse deletion
	while names := frappe.get_all(
		doctype, filters=filters, pluck="name", limit=_BATCH, order_by=oldest_first
	):
		if doctype in daily_figures.SOURCES:
			daily_figures.release(doctype, names)
		frappe.db.delete(doctype, {"name": ("in", names)})
		frappe.db.commit()
		deleted += len(names)
	return deleted
