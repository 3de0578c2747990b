"""F14: every scheduled job run twice leaves the same state as run once."""

import frappe
import pytest

from nervion_service import hooks
from nervion_service.services import clock, sweep
from tests.site.spine import make_calendar, make_promises

TABLES = (
	"Service Folio", "Service Commitment", "Service Event", "Service Notice", "Notification Log", "Email Queue",
	"ToDo", "Error Log",
)  # fmt: skip
PASSING = ("modified", "modified_by")


@pytest.fixture(autouse=True)
def work_to_do(site, monkeypatch):
	"""A promise that is broken, one that warns, and one that waits, as seen at their own hour. Undone with the test."""
	monkeypatch.setattr(clock, "now", lambda: frappe.utils.get_datetime("2026-11-09 15:00:00"))
	frappe.db.set_value("Service Commitment", {"next_check_at": ("is", "set")}, "next_check_at", None)
	hours = make_calendar().name
	for hour in (10, 12, 14):
		make_promises(1, hours, started_at=clock.now().replace(hour=hour))
	frappe.db.commit()


def entry_points() -> list[str]:
	"""Every function that the scheduler calls by itself."""
	found = []
	for event, methods in hooks.scheduler_events.items():
		groups = methods.values() if event == "cron" else [methods]
		found += [method for group in groups for method in group]
	return found


def run_every_job(background_jobs) -> None:
	for path in entry_points():
		frappe.get_attr(path)()
	background_jobs.run()


def state() -> dict[str, list[dict]]:
	rows = {}
	for table in TABLES:
		columns = [column for column in frappe.db.get_table_columns(table) if column not in PASSING]
		rows[table] = frappe.get_all(table, fields=columns, order_by="name", limit=0)
	rows["Series"] = frappe.db.sql("SELECT * FROM `tabSeries` ORDER BY `name`", as_dict=True)
	return rows


def test_every_scheduled_job_run_twice_leaves_the_same_state(background_jobs):
	run_every_job(background_jobs)
	once = state()
	assert any(row["event"] == "commitment_breached" for row in once["Service Event"])
	assert any(row["status"] == "Sent" for row in once["Service Notice"])
	run_every_job(background_jobs)
	assert state() == once


def test_a_job_that_adds_to_what_it_did_would_be_caught(background_jobs, monkeypatch):
	# planted: the sweep records a line each time it runs
	def talkative():
		sweep.run()
		sweep.events.record(frappe.get_doc("User", "Administrator"), "routed")

	run_every_job(background_jobs)
	once = state()
	monkeypatch.setattr(sweep, "work", talkative)
	run_every_job(background_jobs)
	assert state() != once
