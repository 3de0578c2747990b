"""How long records stay (G7): the old goes in small batches, the open and the young stay."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.services import clock, retention, system
from tests.site.spine import make_calendar, make_promises

YEAR = timedelta(days=366)


@pytest.fixture
def now():
	"""The time of the purge."""
	return clock.now()


@pytest.fixture(autouse=True)
def settings():
	"""Ten years of events and promises, 180 days of notices, 30 of logs. Undone with the test."""
	doc = frappe.get_doc("Service Settings")
	doc.update(
		{
			"event_retention_years": 10,
			"commitment_retention_years": 10,
			"notice_retention_days": 180,
			"job_log_retention_days": 30,
		}
	)
	doc.save()
	frappe.db.commit()


def left(doctype, names):
	return set(frappe.get_all(doctype, filters={"name": ("in", names)}, pluck="name"))


def log(job, created):
	"""A line of Frappe's own log of scheduled jobs."""
	doc = frappe.get_doc(
		{"doctype": "Scheduled Job Log", "scheduled_job_type": job, "status": "Complete"}
	).insert()
	frappe.db.set_value("Scheduled Job Log", doc.name, "creation", created)
	return doc.name


def test_history_older_than_the_settings_goes(now):
	old, young = system.insert_rows(
		"Service Event",
		[
			{"event": "routed", "happened_at": now - years * YEAR, "case_type": "User", "case_name": "x"}
			for years in (11, 9)
		],
	)
	retention.purge(now)
	assert left("Service Event", [old, young]) == {young}


def test_only_promises_that_are_over_go(now):
	hours = make_calendar().name
	statuses = ("Fulfilled", "Fulfilled Late", "Cancelled", "Running", "Paused", "Breached")
	names = {status: make_promises(1, hours)[0] for status in statuses}
	young = make_promises(1, hours, status="Fulfilled")[0]
	for status, name in names.items():
		frappe.db.set_value("Service Commitment", name, {"status": status, "started_at": now - 11 * YEAR})
	retention.purge(now)
	assert left("Service Commitment", [*names.values(), young]) == {
		names["Running"],
		names["Paused"],
		names["Breached"],
		young,
	}


def test_old_notices_go_once_they_were_told(now):
	rows = [
		{
			"commitment": "x",
			"step": status,
			"recipient": "",
			"status": status,
			"announce_at": now - timedelta(days=days),
		}
		for status, days in (
			("Sent", 200),
			("Dropped", 200),
			("Failed", 200),
			("Pending", 200),
			("Addressed", 100),
		)
	]
	names = system.insert_rows("Service Notice", rows)
	retention.purge(now)
	assert left("Service Notice", names) == {names[3], names[4]}


def test_only_the_logs_of_our_own_jobs_go(now):
	ours = frappe.db.get_value("Scheduled Job Type", {"method": "nervion_service.scheduler.every_minute"})
	theirs = frappe.db.get_value("Scheduled Job Type", {"method": ("not like", "nervion_service.%")})
	assert ours and theirs
	old, young = now - timedelta(days=31), now - timedelta(days=29)
	names = [log(job, created) for job, created in ((ours, old), (ours, young), (theirs, old))]
	retention.purge(now)
	assert left("Scheduled Job Log", names) == set(names[1:])


def test_more_than_a_batch_goes_in_one_purge(now, monkeypatch):
	monkeypatch.setattr(retention, "_BATCH", 3)
	names = system.insert_rows(
		"Service Event",
		[
			{"event": "routed", "happened_at": now - 11 * YEAR, "case_type": "User", "case_name": "x"}
			for _turn in range(8)
		],
	)
	assert retention.purge(now)["Service Event"] >= 8
	assert left("Service Event", names) == set()


def test_a_site_whose_settings_are_empty_loses_nothing_young(now):
	frappe.db.delete("Singles", {"doctype": "Service Settings"})
	frappe.clear_document_cache("Service Settings", "Service Settings")
	names = system.insert_rows(
		"Service Event",
		[
			{
				"event": "routed",
				"happened_at": now - timedelta(days=300),
				"case_type": "User",
				"case_name": "x",
			}
		],
	)
	retention.purge(now)
	assert left("Service Event", names) == set(names)
