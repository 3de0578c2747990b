"""A calendar that changes moves open promises, keeps what was, and announces nothing again (D20, F13)."""

from datetime import date, timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Events
from nervion_service.services import commitment_rows, commitments, recomputation, sweep
from tests import factories
from tests.site.spine import at, history, make_calendar, make_promises, outbox, promise


@pytest.fixture
def days():
	"""A Holiday List around the week of the tests."""
	return factories.make_holiday_list([date(2026, 1, 1), date(2026, 12, 25)])


@pytest.fixture
def hours(days):
	"""Monday to Friday, 9 to 18, with that list."""
	return make_calendar(holiday_list=days.name)


@pytest.fixture(autouse=True)
def monday_at_one(monkeypatch):
	"""The change is made on Monday at 13:00; promises began at 10:00 and are due at 14:00."""
	monkeypatch.setattr(recomputation.clock, "now", lambda: at(13))
	frappe.db.set_value("Service Commitment", {"next_check_at": ("is", "set")}, "next_check_at", None)


def close_day(days, offset):
	days.reload()
	days.append("holidays", {"holiday_date": at(0, offset).date(), "description": "Puente"})
	days.save()


def closes_at_one_on_mondays(hours):
	hours.reload()
	hours.shifts[0].end_time = "13:00:00"
	hours.save()


def test_a_change_of_hours_moves_what_is_due_later_and_keeps_the_original(hours, background_jobs):
	name = make_promises(1, hours.name)[0]
	closes_at_one_on_mondays(hours)
	background_jobs.run()
	row = promise(name)
	assert (row.due_at, row.original_due_at, row.due_reason) == (
		at(10, 1),
		at(14),
		commitment_rows.MOVED_BY_CALENDAR,
	)
	assert history(name)[-1] == (Events.COMMITMENT_RECOMPUTED, at(13))


def test_a_new_holiday_moves_the_promises_of_every_calendar_on_the_list(hours, days, background_jobs):
	other = make_calendar(holiday_list=days.name)
	names = [make_promises(1, calendar.name, started_at=at(16))[0] for calendar in (hours, other)]
	untouched = make_promises(1, make_calendar().name, started_at=at(16))[0]
	close_day(days, 1)
	background_jobs.run()
	assert {promise(name).due_at for name in names} == {at(11, 2)}
	assert promise(untouched).due_at == at(11, 1)
	assert promise(untouched).due_reason is None


def test_nothing_is_announced_again_and_nobody_hears_of_the_recomputation(hours, background_jobs):
	name = make_promises(1, hours.name)[0]
	frappe.db.commit()
	sweep.run(at(12.5))
	before = outbox(name)
	closes_at_one_on_mondays(hours)
	background_jobs.run()
	frappe.db.commit()
	sweep.run(at(12.9))
	assert outbox(name) == before
	assert [event for event, _at in history(name)] == [
		Events.COMMITMENT_WARNING,
		Events.COMMITMENT_RECOMPUTED,
	]


def test_a_breach_never_un_happens(hours, days, background_jobs):
	name = make_promises(1, hours.name, started_at=at(15, -3))[0]  # of Friday, due on Monday at 10
	frappe.db.commit()
	sweep.run(at(12))
	close_day(days, 0)
	background_jobs.run()
	row = promise(name)
	assert (row.status, row.breached_at, row.due_at) == ("Breached", at(10), at(10))


def test_a_breach_that_no_sweep_had_seen_yet_stays_too_and_is_told_once(hours, days, background_jobs):
	name = make_promises(1, hours.name, started_at=at(15, -3))[0]
	close_day(days, 0)
	background_jobs.run()
	frappe.db.commit()
	sweep.run(at(18))
	assert promise(name).breached_at == at(10)
	assert [row.fell_due_at for row in outbox(name) if row.kind == "Breach"] == [at(10)]


def test_a_promise_that_waits_is_recomputed_too(hours, background_jobs):
	name = make_promises(1, hours.name)[0]
	row = promise(name)
	commitments.pause(row.case_type, row.case_name, at(11))
	closes_at_one_on_mondays(hours)
	background_jobs.run()
	assert (promise(name).status, promise(name).due_at) == ("Paused", at(10, 1))
	commitments.resume(row.case_type, row.case_name, at(12))
	assert promise(name).due_at == at(11, 1)


def test_what_is_over_is_not_touched(hours, background_jobs):
	name = make_promises(1, hours.name)[0]
	row = promise(name)
	commitments.fulfil(row.case_type, row.case_name, (row.kind,), at(11))
	before = promise(name)
	closes_at_one_on_mondays(hours)
	background_jobs.run()
	assert promise(name) == before


def test_an_edit_that_changes_no_hours_starts_nothing(hours, days, background_jobs):
	hours.reload()
	hours.notes = "Sin cambios"
	hours.save()
	days.reload()
	days.save()
	frappe.db.commit()
	assert background_jobs.named("recomputation.run") == []
	assert recomputation.waiting() == []


def test_a_job_that_was_killed_goes_on_where_it_was(hours, monkeypatch):
	names = sorted(make_promises(5, hours.name))
	closes_at_one_on_mondays(hours)
	frappe.db.commit()
	recompute, seen = commitment_rows.recompute, []

	def killed_at_the_fourth(row, *args):
		seen.append(row["name"])
		if len(seen) == 4:
			raise SystemExit
		return recompute(row, *args)

	monkeypatch.setattr(commitment_rows, "recompute", killed_at_the_fourth)
	with pytest.raises(SystemExit):
		recomputation.run(hours.name, batch_size=2)
	frappe.db.rollback()
	assert recomputation.waiting() == [hours.name]
	assert recomputation.run(hours.name, batch_size=2) == 3
	assert seen == [*names[:4], *names[2:]]
	assert recomputation.waiting() == []
	assert {promise(name).due_at for name in names} == {at(10, 1)}
	assert {len(history(name)) for name in names} == {2}


def test_doing_it_twice_is_doing_it_once(hours):
	name = make_promises(1, hours.name)[0]
	closes_at_one_on_mondays(hours)
	frappe.db.commit()
	state = frappe.db.get_value("Service Calendar", hours.name, recomputation._STATE, as_dict=True)
	recomputation.run(hours.name)
	before = (promise(name).due_at, history(name), outbox(name))
	frappe.db.set_value("Service Calendar", hours.name, state)
	frappe.db.commit()
	recomputation.run(hours.name)
	assert (promise(name).due_at, history(name), outbox(name)) == before


def test_one_bad_row_does_not_stop_the_others(hours, background_jobs):
	bad = make_promises(1, hours.name, terms="{}")[0]
	good = make_promises(2, hours.name)
	closes_at_one_on_mondays(hours)
	background_jobs.run()
	assert {promise(name).due_at for name in good} == {at(10, 1)}
	assert promise(bad).due_at == at(14)
	assert "the terms lack" in frappe.db.get_value("Service Retry", {"document_name": bad}, "last_error")


def test_a_form_opened_before_the_change_does_not_write_the_job_s_state_back(hours):
	form = frappe.get_doc("Service Calendar", hours.name)
	recomputation.ask_for(hours.name, recomputation.calendars.get(hours.name))
	form.notes = "Otra nota"
	form.save()
	assert recomputation.waiting() == [hours.name]


def test_a_second_change_starts_from_the_hours_before_the_first(hours):
	before = recomputation.calendars.get(hours.name)
	closes_at_one_on_mondays(hours)
	hours.reload()
	hours.shifts[1].end_time = "12:00:00"
	hours.save()
	kept = frappe.db.get_value("Service Calendar", hours.name, "recompute_from")
	assert recomputation._load(kept) == (before, at(13))
	assert at(13) - at(12) == timedelta(hours=1)
