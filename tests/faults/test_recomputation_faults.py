"""F13: a holiday added while many promises are open moves all of them, through kills, and announces nothing again."""

import signal
from datetime import date, timedelta

import frappe
import pytest

from nervion_service.services import recomputation
from tests import factories
from tests.faults.conftest import MONDAY
from tests.site.spine import ladder

DUE = MONDAY.replace(hour=14)
# Monday is closed: what began then at 10 counts from Tuesday 9 o'clock on
DUE_AFTER = MONDAY.replace(hour=13) + timedelta(days=1)
WARNED = MONDAY.replace(hour=12, minute=30).isoformat()


@pytest.fixture
def days(committed):
	"""A Holiday List that a test changes; taken away afterwards."""
	doc = factories.make_holiday_list([date(2001, 1, 1)])
	frappe.db.commit()
	yield doc
	frappe.db.rollback()
	# the calendars that rest on it are taken away after this; nothing else names it
	frappe.delete_doc("Holiday List", doc.name, force=True)
	frappe.db.commit()


def close_monday(days):
	days.append("holidays", {"holiday_date": MONDAY.date(), "description": "Puente"})
	days.save()
	frappe.db.commit()


def moved(promises) -> int:
	frappe.db.rollback()
	return frappe.db.count(
		"Service Commitment", {"case_name": ("like", f"{promises.prefix}-%"), "due_at": DUE_AFTER}
	)


def test_every_open_promise_follows_a_new_holiday_through_kills_and_nothing_is_announced_again(
	days, workers, stored, size, monkeypatch
):
	monkeypatch.setattr(recomputation.clock, "now", lambda: MONDAY.replace(hour=13))
	# the job is started by hand below; the queue's own worker must not be quicker
	monkeypatch.setattr(recomputation.system, "after_commit", lambda *args, **kwargs: None)
	promises = stored(size(1_500, 100_000), holiday_list=days.name)
	workers.begin("sweep", now=WARNED)
	workers.wait()
	announced = promises.notices()
	assert announced == promises.count
	close_monday(days)
	for statement in (12, 25, 38):
		workers.begin("recompute", calendar=promises.calendar, batch_size=200, die_at=statement)
		assert workers.wait() == [-signal.SIGKILL]
	for _worker in range(2):
		workers.begin("recompute", calendar=promises.calendar, batch_size=200)
	assert workers.wait() == [0, 0]
	assert moved(promises) == promises.count
	workers.begin("sweep", now=WARNED)
	workers.wait()
	assert (promises.notices(), promises.failed()) == (announced, 0)


def test_a_recomputation_that_forgets_what_was_announced_would_be_caught(days, workers, stored, monkeypatch):
	# planted: the marks of the steps that were given are lost
	promises = stored(20, holiday_list=days.name, policy=ladder())
	workers.begin("sweep", now=WARNED)
	workers.wait()
	frappe.db.rollback()
	frappe.db.set_value(
		"Service Commitment",
		{"case_name": ("like", f"{promises.prefix}-%")},
		{"steps_done": None, "next_check_at": DUE - timedelta(hours=2)},
	)
	frappe.db.commit()
	workers.begin("sweep", now=WARNED)
	workers.wait()
	# the outbox refuses to announce them again, and the rows show that something is wrong
	assert promises.failed() == promises.count
	assert promises.notices() == promises.count
