"""The sweep: what fell due is recorded once, at the time it fell due, whatever happened in between (S1.10, F5, F14, D17, D19)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service import scheduler
from nervion_service.domain.taxonomy import Events
from nervion_service.services import commitment_rows, commitments, sweep
from tests import factories
from tests.site.spine import HOUR, at, history, ladder, make_calendar, make_promises, outbox, promise


@pytest.fixture
def hours():
	"""Monday to Friday, 9 to 18."""
	return make_calendar().name


@pytest.fixture(autouse=True)
def nothing_else_is_due():
	"""Promises of other tests and of the demo stay out of the counts; undone with the test."""
	frappe.db.set_value("Service Commitment", {"next_check_at": ("is", "set")}, "next_check_at", None)


def swept(now, batch_size=None):
	frappe.db.commit()
	return sweep.run(now, batch_size)


def events_at(name):
	return [event for event, _at in history(name)]


def test_nothing_due_writes_nothing(hours):
	name = make_promises(1, hours)[0]
	result = swept(at(11.9))
	assert (result.rows, result.steps) == (0, 0)
	assert history(name) == []


def test_each_step_is_recorded_once_as_time_goes_by(hours):
	name = make_promises(1, hours)[0]
	for hour in (12, 12.1, 13.2, 13.5, 14, 14.1, 20):
		swept(at(hour))
	assert history(name) == [
		(Events.COMMITMENT_WARNING, at(12)),
		(Events.COMMITMENT_WARNING, at(13.2)),
		(Events.COMMITMENT_BREACHED, at(14)),
	]
	row = promise(name)
	assert (row.status, row.breached_at, row.level, row.next_check_at) == ("Breached", at(14), 1, at(10, 1))


def test_a_sweep_that_comes_three_days_late_records_when_each_step_fell_due(hours):
	name = make_promises(1, hours)[0]
	result = swept(at(10, 3))
	assert (result.rows, result.warnings, result.breaches, result.escalations) == (1, 2, 1, 1)
	assert history(name) == [
		(Events.COMMITMENT_WARNING, at(12)),
		(Events.COMMITMENT_WARNING, at(13.2)),
		(Events.COMMITMENT_BREACHED, at(14)),
		(Events.COMMITMENT_ESCALATED, at(10, 1)),
	]
	assert promise(name).next_check_at is None


def test_running_every_job_twice_gives_the_same_state(hours):
	name = make_promises(1, hours)[0]
	swept(at(15))
	before = (promise(name), history(name), outbox(name))
	again = swept(at(15))
	assert again.rows == 0
	assert (promise(name), history(name), outbox(name)) == before


def test_a_clock_that_goes_back_takes_nothing_back(hours):
	name = make_promises(1, hours)[0]
	swept(at(15))
	swept(at(10))
	swept(at(15))
	assert len(history(name)) == 3
	assert promise(name).status == "Breached"


def test_what_is_announced_by_night_is_told_when_work_begins(hours):
	late = ladder(steps=[*ladder().steps])
	name = make_promises(1, hours, policy=late, started_at=at(17))[0]
	swept(at(12, 1))
	breach = next(row for row in outbox(name) if row.kind == "Breach")
	assert (breach.fell_due_at, breach.announce_at) == (at(12, 1), at(12, 1))
	friday = make_promises(1, hours, started_at=at(14, 4))[0]
	swept(at(9, 7))
	last = next(row for row in outbox(friday) if row.kind == "Breach")
	assert (last.fell_due_at, last.announce_at) == (at(18, 4), at(9, 7))


def test_a_sweep_that_comes_back_by_night_tells_in_the_morning_what_fell_due_by_day(hours):
	name = make_promises(1, hours)[0]
	swept(at(22))
	assert promise(name).breached_at == at(14)
	told = {(row.fell_due_at, row.announce_at) for row in outbox(name)}
	assert (at(14), at(9, 1)) in told
	assert {announce_at for _fell_due_at, announce_at in told} == {at(9, 1)}


def test_the_outbox_gets_one_row_a_step_for_its_audience(hours):
	name = make_promises(1, hours)[0]
	swept(at(10, 1))
	assert [(row.step, row.kind, row.audience, row.audience_name, row.status) for row in outbox(name)] == [
		("half", "Warning", "Responsible", None, "Pending"),
		("little left", "Warning", "Responsible", None, "Pending"),
		("Breach", "Breach", "Role", "Service Coordinator", "Pending"),
		("one business day", "Escalation", "Role", "Commercial Director", "Pending"),
	]


def test_a_breach_that_nobody_is_told_of_leaves_its_mark_and_no_post(hours):
	name = make_promises(1, hours, policy=ladder(steps=()))[0]
	swept(at(15))
	assert [(row.step, row.status) for row in outbox(name)] == [("Breach", "Dropped")]
	assert events_at(name) == [Events.COMMITMENT_BREACHED]


def test_no_step_can_be_announced_twice_because_the_database_refuses(hours):
	name = make_promises(1, hours)[0]
	swept(at(12))
	row = frappe._dict(name=name)
	again = {
		**dict.fromkeys(("fell_due_at", "announce_at"), at(12)),
		"commitment": row.name,
		"step": "half",
		"recipient": "",
	}
	with pytest.raises(Exception, match="Duplicate entry"):
		frappe.db.bulk_insert(
			"Service Notice", ["name", *again], [(factories.unique("n", "-"), *again.values())]
		)


def test_a_promise_that_waits_does_not_fall_due_until_its_pause_is_used_up(hours):
	policy = ladder(pause_cap=2 * HOUR)
	name = make_promises(1, hours, policy=policy)[0]
	case = promise(name)
	commitments.pause(case.case_type, case.case_name, at(11))
	swept(at(12.9))
	assert history(name) == []
	swept(at(18))
	row = promise(name)
	assert (row.status, row.due_at, row.paused_seconds, row.due_reason) == ("Breached", at(16), 7200, "pause")
	assert history(name)[-1] == (Events.COMMITMENT_BREACHED, at(16))


def test_a_broken_promise_that_waits_stops_waiting_when_its_pause_is_used_up(hours):
	name = make_promises(1, hours, policy=ladder(pause_cap=HOUR))[0]
	swept(at(15))
	case = promise(name)
	commitments.pause(case.case_type, case.case_name, at(15))
	assert promise(name).paused_at == at(15)
	swept(at(17))
	row = promise(name)
	assert (row.status, row.paused_at, row.paused_seconds, row.due_at) == ("Breached", None, 3600, at(14))
	assert commitment_rows.snapshot(row).pauses == ((at(15), at(16)),)


def test_batches_of_one_give_what_one_batch_gives(hours):
	names = make_promises(7, hours)
	result = swept(at(15), batch_size=2)
	assert (result.rows, result.batches, result.breaches, result.warnings) == (7, 4, 7, 14)
	assert {promise(name).status for name in names} == {"Breached"}


def test_a_row_whose_terms_cannot_be_read_waits_and_the_others_go_on(hours):
	good = make_promises(3, hours)
	bad = make_promises(1, hours, terms="{}")[0]
	result = swept(at(15))
	assert (result.failed, result.breaches) == (1, 3)
	row = promise(bad)
	assert (row.attempts, row.status, row.next_check_at) == (1, "Running", at(15) + timedelta(minutes=10))
	assert "the terms lack" in row.last_error
	assert frappe.db.exists("Error Log", {"method": "Service sweep"})
	assert {promise(name).status for name in good} == {"Breached"}
	swept(at(15) + timedelta(minutes=10))
	assert promise(bad).next_check_at == at(15) + timedelta(minutes=30)


def test_a_row_that_recovers_is_swept_and_its_failure_forgotten(hours):
	name = make_promises(1, hours)[0]
	terms = promise(name).terms
	frappe.db.set_value("Service Commitment", name, "terms", "{}")
	swept(at(15))
	frappe.db.set_value("Service Commitment", name, "terms", terms)
	swept(at(16))
	row = promise(name)
	assert (row.status, row.attempts, row.last_error, row.breached_at) == ("Breached", 0, None, at(14))


def test_a_row_that_cannot_be_written_fails_alone(hours):
	good = make_promises(3, hours)
	bad = make_promises(1, hours)[0]
	# somebody else's row has taken the place of this step's
	frappe.db.bulk_insert(
		"Service Notice",
		["name", "commitment", "step", "recipient"],
		[(factories.unique("n", "-"), bad, "half", "")],
	)
	result = swept(at(15))
	assert (result.failed, result.breaches) == (1, 3)
	assert history(bad) == []
	assert "Duplicate" in promise(bad).last_error
	assert {len(history(name)) for name in good} == {3}


def test_a_row_that_makes_no_progress_is_set_aside_instead_of_being_swept_for_ever(hours, monkeypatch):
	name = make_promises(1, hours)[0]
	monkeypatch.setattr(sweep.domain, "advance", lambda snapshot, _now, _calendar: (snapshot, ()))
	result = swept(at(12))
	assert (result.rows, result.failed) == (1, 1)
	assert "next check stays" in promise(name).last_error


def test_a_deadlock_repeats_the_whole_batch_and_is_not_seen_outside(hours, monkeypatch):
	names = make_promises(3, hours)
	write, failures = sweep._write_rows, iter([True, True])

	def victim(changed, now):
		result = write(changed, now)
		if next(failures, False):
			raise frappe.QueryDeadlockError("Deadlock found")
		return result

	monkeypatch.setattr(sweep, "_write_rows", victim)
	result = swept(at(15))
	assert (result.rows, result.breaches) == (3, 3)
	assert {len(history(name)) for name in names} == {3}


def test_a_deadlock_that_never_ends_is_raised_and_leaves_nothing_half_written(hours, monkeypatch):
	name = make_promises(1, hours)[0]
	monkeypatch.setattr(sweep.transactions, "_FIRST_PAUSE_SECONDS", 0.001)

	def victim(changed, now):
		raise frappe.QueryDeadlockError("Deadlock found")

	monkeypatch.setattr(sweep, "_write_rows", victim)
	with pytest.raises(frappe.QueryDeadlockError):
		swept(at(15))
	assert (promise(name).status, history(name)) == ("Running", [])


def test_the_sweep_notes_when_it_ran_without_saving_the_settings(hours):
	saved = frappe.get_doc("Service Settings").modified
	swept(at(11))
	assert sweep.last_run() == at(11)
	swept(at(11.5))
	assert sweep.last_run() == at(11.5)
	assert frappe.get_doc("Service Settings").modified == saved
	assert frappe.db.count("Singles", {"doctype": "Service Settings", "field": "last_sweep_at"}) == 1


def test_the_connection_keeps_its_own_isolation_level(hours):
	asked = """SELECT variable_value FROM information_schema.session_variables
		WHERE variable_name IN ('TX_ISOLATION', 'TRANSACTION_ISOLATION')"""
	before = frappe.db.sql(asked)
	swept(at(11))
	assert frappe.db.sql(asked) == before == (("REPEATABLE-READ",),)


def test_the_minute_job_only_starts_the_work_each_under_a_fresh_id(background_jobs):
	scheduler.every_minute()
	names = [job.name for job in background_jobs.waiting]
	assert names == [
		"nervion_service.services.sweep.work",
		"nervion_service.services.notices.run",
		"nervion_service.services.safety_nets.catch_up",
		"nervion_service.services.acknowledgement.catch_up",
	]
	assert {job.job_id for job in background_jobs.waiting} == {None}
	scheduler.every_minute()
	assert len(background_jobs.waiting) == 2 * len(names)
