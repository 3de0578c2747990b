"""Promises: every basis, pauses, steps, breaches, late sweeps and changed calendars."""

import json
from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nervion_service.domain.business_calendar import BusinessCalendar, Shift
from nervion_service.domain.commitments import (
	After,
	Basis,
	Event,
	EventKind,
	Policy,
	Status,
	Step,
	advance,
	cancel,
	dump_pauses,
	from_terms,
	fulfil,
	load_pauses,
	pause,
	recompute,
	resume,
	share_used,
	start,
	start_with_waits,
	take_back,
	time_left,
	to_terms,
	upcoming,
)


def hours(amount):
	return timedelta(hours=amount)


def march(day, hour=0, minute=0, second=0):
	"""A moment of March 2026, whose 2nd is a Monday and whose 16th is a holiday."""
	return datetime(2026, 3, day, hour, minute, second)


SHIFTS = [Shift(day, hours(9), hours(18)) for day in range(5)]
OFFICE = BusinessCalendar(SHIFTS, [date(2026, 3, 16)])
LONG_DAYS = BusinessCalendar([Shift(day, hours(9), hours(20)) for day in range(5)], [date(2026, 3, 16)])

HALF = Step("Half", 0.5, "Responsible")
NEARLY = Step("Nearly", 0.8, "Responsible")
AT_BREACH = Step("At breach", 1.0, "Service Coordinator", 1)
AFTER_A_DAY = Step(
	"After a day", After(hours(24), Basis.CLOCK_TIME_ON_WORKING_DAYS), "Commercial Director", level=2
)
STEPS = (HALF, NEARLY, AT_BREACH, AFTER_A_DAY)
FIRST_ANSWER = Policy("First Answer", hours(4), Basis.WORKING_TIME, STEPS, pauses_while_waiting=True)
CAPPED = replace(FIRST_ANSWER, pause_cap=hours(2))
REGISTRATION = Policy("Registration", timedelta(0), Basis.SAME_BUSINESS_DAY)
FOLLOW_UP = Policy("Follow-up", timedelta(days=7), Basis.CALENDAR_DAYS, pauses_while_waiting=True)

FAR_AWAY = datetime(2027, 1, 1)


def told(events):
	return [(event.step, event.fell_due_at) for event in events]


# --- the bases ---


@pytest.mark.parametrize(
	("basis", "allowance", "begin", "due"),
	[
		(Basis.WORKING_TIME, hours(4), march(2, 10), march(2, 14)),
		(Basis.WORKING_TIME, hours(4), march(2, 14), march(2, 18)),  # due on closing time
		(Basis.WORKING_TIME, hours(4), march(13, 16), march(17, 11)),  # weekend and holiday
		(Basis.WORKING_TIME, hours(4), march(8, 3), march(9, 13)),  # started on Sunday
		(Basis.CLOCK_TIME, hours(24), march(6, 17), march(7, 17)),
		(Basis.CLOCK_TIME_ON_WORKING_DAYS, hours(24), march(2, 10), march(3, 10)),
		(Basis.CLOCK_TIME_ON_WORKING_DAYS, hours(24), march(13, 16), march(17, 16)),
		(Basis.CLOCK_TIME_ON_WORKING_DAYS, hours(24), march(8, 3), march(10, 0)),
		(Basis.CLOCK_TIME_ON_WORKING_DAYS, hours(120), march(2, 10), march(9, 10)),  # five business days
		(Basis.CALENDAR_DAYS, timedelta(days=7), march(2, 10), march(9, 23, 59, 59)),
		(Basis.CALENDAR_DAYS, timedelta(0), march(2, 10), march(2, 23, 59, 59)),
		(
			Basis.CALENDAR_DAYS,
			timedelta(days=1),
			datetime(2024, 2, 28, 12),
			datetime(2024, 2, 29, 23, 59, 59),
		),
		(Basis.CALENDAR_DAYS, timedelta(days=1), datetime(2023, 2, 28, 12), datetime(2023, 3, 1, 23, 59, 59)),
		(Basis.CALENDAR_DAYS, timedelta(days=7), datetime(2026, 12, 28, 9), datetime(2027, 1, 4, 23, 59, 59)),
		(Basis.SAME_BUSINESS_DAY, timedelta(0), march(2, 10), march(2, 18)),
		(Basis.SAME_BUSINESS_DAY, timedelta(0), march(2, 18), march(3, 18)),
		(Basis.SAME_BUSINESS_DAY, timedelta(0), march(15, 12), march(17, 18)),
	],
)
def test_each_basis_has_its_due_time(basis, allowance, begin, due):
	promise = start(Policy("Promise", allowance, basis), begin, OFFICE)
	assert promise.due_at == due
	assert promise.original_due_at == due
	assert promise.next_check_at == due
	assert promise.status == Status.RUNNING


def test_a_start_in_the_last_second_of_a_day_is_not_due_before_it_began():
	begin = datetime(2026, 3, 2, 23, 59, 59, 500_000)
	assert start(Policy("Promise", timedelta(0), Basis.CALENDAR_DAYS), begin, OFFICE).due_at == begin


def test_a_same_day_promise_is_late_on_the_next_day_only():
	promise = start(REGISTRATION, march(7, 11), OFFICE)  # a Saturday: dealt with on Monday
	assert fulfil(promise, march(7, 11), OFFICE).status == Status.FULFILLED
	assert fulfil(promise, march(9, 18), OFFICE).status == Status.FULFILLED
	assert fulfil(promise, march(10, 9), OFFICE).status == Status.FULFILLED_LATE


def test_steps_of_a_promise_by_the_day_share_the_time_until_its_end():
	policy = replace(FOLLOW_UP, allowance=timedelta(days=1), steps=(Step("Half", 0.5),))
	promise = start(policy, march(2, 12), OFFICE)  # 35:59:59 until the end of the 3rd
	assert promise.next_check_at == datetime(2026, 3, 3, 5, 59, 59, 500_000)


def test_steps_of_a_same_day_promise_share_the_working_time_of_the_day():
	promise = start(replace(REGISTRATION, steps=(Step("Half", 0.5),)), march(2, 12), OFFICE)
	assert promise.next_check_at == march(2, 15)


# --- steps ---


def test_steps_fall_due_in_order_and_the_breach_leads_its_moment():
	_, events = advance(start(FIRST_ANSWER, march(2, 16), OFFICE), FAR_AWAY, OFFICE)
	assert events == (
		Event(EventKind.WARNING, "Half", march(2, 18), march(3, 9), 0, "Responsible"),
		Event(EventKind.WARNING, "Nearly", march(3, 10, 12), march(3, 10, 12), 0, "Responsible"),
		Event(EventKind.BREACH, "Breach", march(3, 11), march(3, 11), 0, ""),
		Event(EventKind.ESCALATION, "At breach", march(3, 11), march(3, 11), 1, "Service Coordinator"),
		Event(EventKind.ESCALATION, "After a day", march(3, 16), march(3, 16), 2, "Commercial Director"),
	)


def test_the_snapshot_remembers_what_was_told():
	promise, _ = advance(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 14), OFFICE)
	assert promise.recorded == ("Half", "Nearly", "Breach", "At breach")
	assert promise.status == Status.BREACHED
	assert promise.breached_at == march(2, 14)
	assert promise.level == 1
	assert promise.next_check_at == march(3, 10)


def test_nothing_is_told_a_moment_before_it_falls_due():
	promise = start(FIRST_ANSWER, march(2, 10), OFFICE)
	assert advance(promise, march(2, 11, 59, 59), OFFICE) == (promise, ())
	assert told(advance(promise, march(2, 12), OFFICE)[1]) == [("Half", march(2, 12))]


def test_a_step_for_safety_is_announced_at_any_hour():
	call = Step("Call", After(timedelta(minutes=15), Basis.CLOCK_TIME), "On call", 1, any_hour=True)
	hush = Step("Hush", After(timedelta(minutes=20), Basis.CLOCK_TIME), "Responsible")
	promise = start(Policy("Safety", hours(1), Basis.CLOCK_TIME, (call, hush)), march(7, 23), OFFICE)
	_, events = advance(promise, march(7, 23, 30), OFFICE)
	assert [(event.step, event.announce_at) for event in events] == [
		("Call", march(7, 23, 15)),
		("Hush", march(9, 9)),
	]


def test_a_step_named_breach_says_who_hears_of_the_breach():
	policy = replace(FIRST_ANSWER, steps=(HALF, Step("Breach", 1.0, "Service Coordinator", 3)))
	promise, events = advance(start(policy, march(2, 10), OFFICE), march(2, 14), OFFICE)
	assert [(event.kind, event.audience) for event in events] == [
		(EventKind.WARNING, "Responsible"),
		(EventKind.BREACH, "Service Coordinator"),
	]
	assert promise.level == 3


def test_a_step_at_twice_the_allowance_escalates():
	policy = replace(FIRST_ANSWER, steps=(Step("Twice", 2.0, level=1),))
	_, events = advance(start(policy, march(2, 10), OFFICE), FAR_AWAY, OFFICE)
	assert [(event.kind, event.fell_due_at) for event in events] == [
		(EventKind.BREACH, march(2, 14)),
		(EventKind.ESCALATION, march(2, 18)),
	]


def test_a_sweep_three_days_late_tells_when_things_really_fell_due():
	promise = start(FIRST_ANSWER, march(2, 10), OFFICE)
	late, events = advance(promise, march(5, 10), OFFICE)
	assert told(events)[2] == ("Breach", march(2, 14))
	assert late.breached_at == march(2, 14)


def test_a_clock_that_goes_back_tells_nothing_and_takes_nothing_back():
	broken, _ = advance(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 14), OFFICE)
	assert advance(broken, march(1, 14), OFFICE) == (broken, ())


def test_a_breach_survives_a_pause_at_a_clock_that_went_back():
	broken, _ = advance(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 14), OFFICE)
	again = resume(pause(broken, march(2, 13)), march(2, 17), OFFICE)
	assert (again.status, again.due_at, again.breached_at) == (Status.BREACHED, march(2, 14), march(2, 14))


def test_upcoming_lists_what_would_still_fall_due():
	promise, _ = advance(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 12), OFFICE)
	assert [event.step for event in upcoming(promise, OFFICE)] == [
		"Nearly",
		"Breach",
		"At breach",
		"After a day",
	]
	assert upcoming(cancel(promise, march(2, 12)), OFFICE) == ()


# --- fulfilment ---


def test_an_answer_in_time_is_fulfilled_and_silent():
	kept = fulfil(start(FIRST_ANSWER, march(2, 16), OFFICE), march(3, 10), OFFICE)
	assert kept.status == Status.FULFILLED
	assert kept.fulfilled_at == march(3, 10)
	assert kept.elapsed_seconds == 3 * 3600
	assert kept.next_check_at is None
	assert kept.breached_at is None
	assert advance(kept, FAR_AWAY, OFFICE) == (kept, ())


def test_an_answer_at_the_due_time_is_in_time_and_a_microsecond_later_is_late():
	promise = start(FIRST_ANSWER, march(2, 10), OFFICE)
	assert fulfil(promise, march(2, 14), OFFICE).status == Status.FULFILLED
	assert fulfil(promise, march(2, 14) + timedelta(microseconds=1), OFFICE).status == Status.FULFILLED_LATE


def test_a_late_answer_is_late_whether_or_not_a_sweep_saw_the_breach():
	promise = start(FIRST_ANSWER, march(2, 10), OFFICE)
	unseen = fulfil(promise, march(2, 15), OFFICE)
	seen, events = advance(promise, march(2, 15), OFFICE)
	assert ("Breach", march(2, 14)) in told(events)
	assert unseen.breached_at == march(2, 14)
	assert fulfil(seen, march(2, 15), OFFICE).status == unseen.status == Status.FULFILLED_LATE
	assert fulfil(seen, march(2, 15), OFFICE).elapsed_seconds == unseen.elapsed_seconds == 5 * 3600


def test_the_first_fulfilment_stays():
	once = fulfil(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 12), OFFICE)
	assert fulfil(once, march(2, 11), OFFICE) is once
	assert fulfil(once, march(9, 11), OFFICE) is once


def test_an_answer_on_sunday_before_the_effective_monday_took_no_time():
	kept = fulfil(start(FIRST_ANSWER, march(9, 9), OFFICE), march(8, 12), OFFICE)
	assert (kept.status, kept.elapsed_seconds, kept.fulfilled_at) == (Status.FULFILLED, 0, march(8, 12))


def test_evidence_from_before_the_due_time_counts_though_a_sweep_was_quicker():
	broken, _ = advance(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 14, 0, 30), OFFICE)
	kept = fulfil(broken, march(2, 13, 59, 50), OFFICE)
	assert kept.status == Status.FULFILLED
	assert "Breach" in kept.recorded
	assert kept.breached_at == march(2, 14)


def test_fulfilment_ends_a_pause():
	waiting = pause(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 11))
	kept = fulfil(waiting, march(2, 17), OFFICE)
	assert kept.status == Status.FULFILLED
	assert (kept.paused_at, kept.elapsed_seconds, kept.paused_seconds) == (None, 3600, 6 * 3600)
	assert kept.elapsed_with_pauses_seconds == 7 * 3600


def test_fulfilment_proved_from_before_a_pause_has_no_pause_in_its_figures():
	promise = resume(pause(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 12)), march(2, 13), OFFICE)
	kept = fulfil(promise, march(2, 11), OFFICE)
	assert (kept.elapsed_seconds, kept.paused_seconds) == (3600, 0)


def test_a_running_promise_has_no_elapsed_time_yet():
	assert start(FIRST_ANSWER, march(2, 10), OFFICE).elapsed_with_pauses_seconds is None


# --- cancelling ---


def test_a_cancelled_promise_stays_cancelled_and_silent():
	lapsed = cancel(pause(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 11)), march(2, 12))
	assert (lapsed.status, lapsed.next_check_at, lapsed.paused_at) == (Status.CANCELLED, None, None)
	assert lapsed.pauses == ((march(2, 11), march(2, 12)),)
	assert advance(lapsed, FAR_AWAY, OFFICE) == (lapsed, ())
	assert fulfil(lapsed, march(2, 12), OFFICE) is lapsed
	assert pause(lapsed, march(2, 12)) is lapsed
	assert resume(lapsed, march(2, 12), OFFICE) is lapsed
	assert recompute(lapsed, march(2, 12), LONG_DAYS) is lapsed
	assert cancel(lapsed, march(2, 13)) is lapsed


def test_what_was_fulfilled_is_not_cancelled():
	kept = fulfil(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 12), OFFICE)
	assert cancel(kept, march(2, 13)) is kept


# --- pauses ---


def test_a_pause_moves_the_due_time_and_the_steps_by_what_stood_still():
	waiting = pause(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 11))
	assert (waiting.status, waiting.next_check_at) == (Status.PAUSED, None)
	assert advance(waiting, FAR_AWAY, OFFICE) == (waiting, ())
	running = resume(waiting, march(3, 10), OFFICE)  # seven hours of Monday, one of Tuesday
	assert (running.status, running.paused_at, running.paused_seconds) == (Status.RUNNING, None, 8 * 3600)
	assert (running.due_at, running.original_due_at) == (march(3, 13), march(2, 14))
	assert told(advance(running, FAR_AWAY, OFFICE)[1]) == [
		("Half", march(3, 11)),
		("Nearly", march(3, 12, 12)),
		("Breach", march(3, 13)),
		("At breach", march(3, 13)),
		# Its own clock stood still as well: 23 hours, from Monday 11:00 to Tuesday 10:00.
		("After a day", march(4, 9)),
	]


def test_a_pause_outside_working_hours_moves_nothing():
	promise = start(FIRST_ANSWER, march(6, 16), OFFICE)
	again = resume(pause(promise, march(6, 18)), march(9, 9), OFFICE)
	assert (again.due_at, again.paused_seconds) == (promise.due_at, 0)


def test_pausing_twice_and_resuming_twice_is_once():
	waiting = pause(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 11))
	assert pause(waiting, march(2, 12)) is waiting
	running = resume(waiting, march(2, 13), OFFICE)
	assert resume(running, march(2, 17), OFFICE) is running


def test_a_policy_that_does_not_pause_runs_on():
	promise = start(replace(FIRST_ANSWER, pauses_while_waiting=False), march(2, 10), OFFICE)
	assert pause(promise, march(2, 11)) is promise


def test_two_pauses_add_up():
	promise = start(FIRST_ANSWER, march(2, 10), OFFICE)
	once = resume(pause(promise, march(2, 11)), march(2, 12), OFFICE)
	twice = resume(pause(once, march(2, 13)), march(2, 15), OFFICE)
	assert (twice.due_at, twice.paused_seconds) == (march(2, 17), 3 * 3600)
	assert fulfil(twice, march(2, 17), OFFICE).elapsed_seconds == 4 * 3600


def test_pauses_never_overlap_even_when_the_clock_goes_back():
	promise = start(FIRST_ANSWER, march(2, 10), OFFICE)
	once = resume(pause(promise, march(2, 11)), march(2, 12), OFFICE)
	twice = resume(pause(once, march(2, 11, 30)), march(2, 11, 45), OFFICE)
	assert (twice.due_at, twice.paused_seconds, twice.pauses) == (once.due_at, 3600, once.pauses)
	assert pause(promise, march(1)).paused_at == march(2, 10)


def test_what_fell_due_before_a_pause_is_told_though_no_sweep_saw_it():
	waiting = pause(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 15))
	assert waiting.next_check_at == march(2, 12)
	assert told(advance(waiting, march(2, 16), OFFICE)[1])[:3] == [
		("Half", march(2, 12)),
		("Nearly", march(2, 13, 12)),
		("Breach", march(2, 14)),
	]
	running = resume(waiting, march(2, 17), OFFICE)
	assert running.due_at == march(2, 14)
	assert told(advance(running, march(2, 17), OFFICE)[1])[2] == ("Breach", march(2, 14))


def test_a_step_that_falls_due_as_the_wait_begins_is_still_looked_for():
	assert pause(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 12)).next_check_at == march(2, 12)


def test_nothing_falls_due_during_a_wait_even_by_hours_that_changed_meanwhile():
	promise = start(FIRST_ANSWER, march(6, 14), OFFICE)  # due at 18:00, which the new hours no longer reach
	short_days = BusinessCalendar([Shift(day, hours(9), hours(17)) for day in range(5)])
	assert resume(pause(promise, march(6, 17, 30)), march(7, 10), short_days).due_at == march(7, 10)


def test_a_pause_after_the_breach_holds_the_ladder_and_stays_a_breach():
	broken, _ = advance(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 15), OFFICE)
	waiting = pause(broken, march(2, 16))
	assert (waiting.status, waiting.paused_at, waiting.next_check_at) == (Status.BREACHED, march(2, 16), None)
	running = resume(waiting, march(3, 16), OFFICE)
	assert (running.status, running.due_at) == (Status.BREACHED, march(2, 14))
	assert told(advance(running, FAR_AWAY, OFFICE)[1]) == [("After a day", march(4, 10))]
	assert fulfil(running, march(3, 17), OFFICE).status == Status.FULFILLED_LATE


def test_a_used_up_cap_lets_the_clock_run_again_by_itself():
	waiting = pause(start(CAPPED, march(2, 15), OFFICE), march(2, 16, 30))
	assert march(2, 16, 30) < waiting.next_check_at <= march(3, 9, 30)
	still, events = advance(waiting, march(2, 23), OFFICE)
	assert (still.status, still.next_check_at, events) == (Status.PAUSED, march(3, 9, 30), ())
	running, events = advance(
		still, march(3, 9, 30), OFFICE
	)  # an hour and a half on Monday, the rest on Tuesday
	assert (running.status, running.paused_seconds, running.due_at) == (Status.RUNNING, 7200, march(3, 12))
	assert (running.next_check_at, events) == (march(3, 10), ())
	assert resume(running, march(3, 11), OFFICE) is running


def test_the_cap_counts_all_pauses_together_and_then_refuses_more():
	promise = start(CAPPED, march(2, 9), OFFICE)
	once = resume(pause(promise, march(2, 9, 30)), march(2, 11), OFFICE)
	waiting = pause(once, march(2, 11, 30))
	assert advance(waiting, march(2, 12), OFFICE)[0].status == Status.RUNNING
	running = resume(waiting, march(2, 17), OFFICE)
	assert (running.paused_seconds, running.due_at) == (7200, march(2, 15))
	assert pause(running, march(2, 12, 30)) is running


def test_an_answer_after_the_cap_was_used_up_can_be_late_though_it_still_waited():
	waiting = pause(start(CAPPED, march(2, 9), OFFICE), march(2, 10))
	assert fulfil(waiting, march(2, 15), OFFICE).status == Status.FULFILLED
	late = fulfil(waiting, march(2, 15, 1), OFFICE)
	assert (late.status, late.breached_at) == (Status.FULFILLED_LATE, march(2, 15))


def test_a_promise_by_the_day_moves_by_the_midnights_it_waited():
	promise = start(FOLLOW_UP, march(2, 10), OFFICE)
	assert resume(pause(promise, march(3, 10)), march(3, 17), OFFICE).due_at == march(9, 23, 59, 59)
	assert resume(pause(promise, march(3, 10)), march(5, 9), OFFICE).due_at == march(11, 23, 59, 59)
	assert resume(pause(promise, march(3, 10)), march(5, 9), OFFICE).paused_seconds == 47 * 3600
	assert resume(pause(promise, march(9, 10)), march(10, 9), OFFICE).due_at == march(10, 23, 59, 59)


def test_a_step_of_a_promise_by_the_day_does_not_fall_due_while_it_waits():
	promise = start(replace(FOLLOW_UP, steps=(Step("Half", 0.5),)), march(2, 10), OFFICE)
	waiting = pause(promise, march(6, 9))  # the half is at 4:59:59.5 on the 6th: due already
	assert told(advance(waiting, march(6, 17), OFFICE)[1]) == [
		("Half", datetime(2026, 3, 6, 4, 59, 59, 500_000))
	]
	waiting = pause(promise, march(6, 1))
	running = resume(waiting, march(6, 8), OFFICE)
	assert told(advance(running, march(6, 8), OFFICE)[1]) == [("Half", march(6, 8))]


# --- lists and colours ---


def test_time_left_counts_down_on_the_promise_s_basis_and_goes_negative():
	promise = start(FIRST_ANSWER, march(2, 16), OFFICE)
	assert time_left(promise, march(2, 17), OFFICE) == hours(3)
	assert time_left(promise, march(3, 1), OFFICE) == hours(2)
	assert time_left(promise, march(3, 11), OFFICE) == hours(0)
	assert time_left(promise, march(3, 13), OFFICE) == -hours(2)
	assert share_used(promise, march(2, 17), OFFICE) == 0.25
	assert share_used(promise, march(3, 13), OFFICE) == 1.5


def test_time_left_stands_still_while_waiting_until_the_cap_is_used_up():
	waiting = pause(start(CAPPED, march(2, 9), OFFICE), march(2, 10))
	assert time_left(waiting, march(2, 11), OFFICE) == time_left(waiting, march(2, 12), OFFICE) == hours(3)
	assert time_left(waiting, march(2, 13), OFFICE) == hours(2)
	assert share_used(waiting, march(2, 12), OFFICE) == 0.25
	assert share_used(waiting, march(2, 13), OFFICE) == 0.5


def test_a_promise_that_is_over_has_no_time_left_and_no_share():
	kept = fulfil(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 12), OFFICE)
	assert time_left(kept, march(2, 12), OFFICE) is None
	assert share_used(kept, march(2, 12), OFFICE) is None


def test_a_promise_without_time_is_used_up_at_its_due_time():
	begin = datetime(2026, 3, 2, 23, 59, 59)
	promise = start(Policy("Promise", timedelta(0), Basis.CALENDAR_DAYS), begin, OFFICE)
	assert share_used(promise, begin - timedelta(seconds=1), OFFICE) == 0.0
	assert share_used(promise, begin, OFFICE) == 1.0


# --- a change of calendar ---


def test_a_new_holiday_moves_the_due_time_and_keeps_the_original():
	promise = start(FIRST_ANSWER, march(2, 16), OFFICE)
	closed_tuesday = BusinessCalendar(SHIFTS, [date(2026, 3, 3)])
	moved = recompute(promise, march(2, 17), closed_tuesday)
	assert (moved.due_at, moved.original_due_at) == (march(4, 11), march(3, 11))
	assert moved.next_check_at == march(2, 18)
	assert told(advance(moved, FAR_AWAY, closed_tuesday)[1])[2] == ("Breach", march(4, 11))


def test_longer_hours_bring_the_due_time_forward():
	assert recompute(start(FIRST_ANSWER, march(2, 16), OFFICE), march(2, 17), LONG_DAYS).due_at == march(
		2, 20
	)


def test_a_breach_is_not_taken_back_seen_or_unseen():
	promise = start(FIRST_ANSWER, march(2, 10), OFFICE)
	closed_monday = BusinessCalendar(SHIFTS, [date(2026, 3, 2)])
	unseen = recompute(promise, march(2, 14), closed_monday)
	assert unseen.due_at == march(2, 14)
	assert ("Breach", march(2, 14)) in told(advance(unseen, march(2, 14), closed_monday)[1])
	seen = recompute(advance(promise, march(2, 15), OFFICE)[0], march(2, 15), closed_monday)
	assert (seen.status, seen.due_at, seen.breached_at) == (Status.BREACHED, march(2, 14), march(2, 14))


def test_a_breach_stays_when_a_calendar_changes_at_a_clock_that_went_back():
	broken, _ = advance(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 15), OFFICE)
	moved = recompute(broken, march(2, 11), BusinessCalendar(SHIFTS, [date(2026, 3, 2)]))
	assert (moved.status, moved.due_at) == (Status.BREACHED, march(2, 14))


def test_a_promise_that_waits_beyond_its_due_time_is_not_broken_and_moves():
	waiting = pause(start(FIRST_ANSWER, march(2, 16), OFFICE), march(2, 17))
	moved = recompute(waiting, march(5, 10), BusinessCalendar(SHIFTS, [date(2026, 3, 3)]))
	assert (moved.status, moved.due_at) == (Status.PAUSED, march(4, 11))


def test_what_was_told_is_not_told_again_by_the_new_calendar():
	promise, _ = advance(start(FIRST_ANSWER, march(2, 16), OFFICE), march(3, 10), OFFICE)
	closed_tuesday = BusinessCalendar(SHIFTS, [date(2026, 3, 3)])
	moved = recompute(promise, march(3, 10), closed_tuesday)
	assert [event.step for event in upcoming(moved, closed_tuesday)] == [
		"Nearly",
		"Breach",
		"At breach",
		"After a day",
	]
	assert moved.next_check_at == march(4, 10, 12)


def test_a_recomputed_promise_keeps_its_waits_measured_by_the_new_hours():
	promise = resume(pause(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 13)), march(3, 10), OFFICE)
	assert (promise.paused_seconds, promise.due_at) == (6 * 3600, march(3, 11))
	moved = recompute(promise, march(3, 10), LONG_DAYS)
	assert (moved.paused_seconds, moved.due_at) == (8 * 3600, march(3, 11))


def test_a_waiting_promise_is_recomputed_and_waits_on():
	waiting = pause(start(CAPPED, march(2, 15), OFFICE), march(2, 17))
	moved = recompute(waiting, march(2, 17, 30), LONG_DAYS)
	assert (moved.status, moved.paused_at, moved.due_at) == (Status.PAUSED, march(2, 17), march(2, 19))
	assert moved.next_check_at == march(2, 17)  # the half, due as the wait began
	assert advance(moved, march(2, 18), LONG_DAYS)[0].next_check_at == march(2, 19)


# --- terms ---


def test_terms_survive_json():
	assert from_terms(json.loads(json.dumps(to_terms(CAPPED)))) == CAPPED
	assert to_terms(CAPPED)["steps"][3]["at"] == {"after": 86400, "basis": "Clock Time on Working Days"}


def test_terms_with_a_missing_entry_are_refused_by_name():
	terms = to_terms(CAPPED)
	del terms["allowance"]
	with pytest.raises(ValueError, match="the terms lack 'allowance'"):
		from_terms(terms)


def test_terms_on_an_unknown_basis_are_refused_by_name():
	with pytest.raises(ValueError, match="Lunar Months"):
		from_terms(to_terms(CAPPED) | {"basis": "Lunar Months"})


def test_pauses_survive_json():
	pauses = ((march(2, 10), march(2, 11)), (datetime(2026, 3, 3, 9, 0, 0, 123), march(3, 10)))
	assert load_pauses(json.loads(json.dumps(dump_pauses(pauses)))) == pauses
	assert load_pauses(None) == ()


@pytest.mark.parametrize(
	("make", "message"),
	[
		(
			lambda: Policy("P", timedelta(0), Basis.WORKING_TIME),
			"P: a promise on Working Time needs an allowance",
		),
		(lambda: Policy("P", -hours(1), Basis.CALENDAR_DAYS), "needs an allowance"),
		(lambda: Policy("P", hours(5), Basis.CALENDAR_DAYS), "Calendar Days are whole days, not 5:00:00"),
		(lambda: Policy("P", hours(5), "Lunar Months"), "Lunar Months"),
		(lambda: replace(CAPPED, pause_cap=timedelta(0)), "a pause cap is a second at least"),
		(lambda: replace(REGISTRATION, pauses_while_waiting=True), "same business day cannot pause"),
		(lambda: replace(CAPPED, steps=(HALF, NEARLY, HALF)), "steps share a name: Half"),
		(
			lambda: replace(CAPPED, steps=(Step("Day", After(hours(0), Basis.SAME_BUSINESS_DAY)),)),
			"same business day cannot pause",
		),
		(lambda: Step("", 0.5), "a step needs a name"),
		(lambda: Step("Early", -0.1), "Early must be at a fraction of 0 or more"),
		(lambda: Step("Odd", float("nan")), "Odd must be at a fraction"),
		(lambda: Step("Breach", 0.9), "must be at 1.0, not 0.9"),
		(lambda: After(-hours(1), Basis.CLOCK_TIME), "cannot come before the start"),
		(lambda: After(hours(1), Basis.CALENDAR_DAYS), "whole days"),
	],
)
def test_terms_without_sense_are_refused(make, message):
	with pytest.raises(ValueError, match=message):
		make()


def test_a_snapshot_does_not_change():
	with pytest.raises(FrozenInstanceError):
		start(FIRST_ANSWER, march(2, 10), OFFICE).due_at = FAR_AWAY


# --- properties ---

CALENDARS = (
	OFFICE,
	LONG_DAYS,
	BusinessCalendar(
		[Shift(1, hours(22), hours(24)), Shift(2, hours(0), hours(3)), Shift(5, hours(10), hours(11))]
	),
	BusinessCalendar(
		[Shift(day, hours(begin), hours(begin + 4)) for day in range(6) for begin in (9, 15)],
		[date(2026, 3, 4) + timedelta(days=index) for index in range(9)],
	),
	BusinessCalendar(Shift(day, hours(0), hours(24)) for day in range(7)),
)
calendars = st.sampled_from(CALENDARS)
# Minutes make ties (a pause that begins as a step falls due); seconds would hardly ever.
moments = st.integers(0, 14 * 24 * 4).map(lambda quarter: march(2) + quarter * timedelta(minutes=15))
amounts = st.integers(1, 80).map(lambda quarter: quarter * timedelta(minutes=15))
whole_days = st.integers(0, 9).map(lambda count: timedelta(days=count))


@st.composite
def afters(draw, bases):
	basis = draw(st.sampled_from(bases))
	return After(draw(whole_days if basis == Basis.CALENDAR_DAYS else amounts), basis)


@st.composite
def policies(draw):
	pausing = draw(st.booleans())
	bases = [basis for basis in Basis if not pausing or basis != Basis.SAME_BUSINESS_DAY]
	basis = draw(st.sampled_from(bases))
	fractions = st.sampled_from((0.0, 0.25, 0.5, 0.8, 1.0, 1.5))
	places = draw(st.lists(st.one_of(fractions, afters(bases)), max_size=4))
	steps = [
		Step(f"Step {index}", place, f"Person {index}", index, any_hour=index == 3)
		for index, place in enumerate(places)
	]
	return Policy(
		kind="Promise",
		allowance=draw(whole_days if basis == Basis.CALENDAR_DAYS else amounts),
		basis=basis,
		steps=steps,
		pauses_while_waiting=pausing,
		pause_cap=draw(st.none() | amounts) if pausing else None,
	)


# What happens to a promise: waits begin and end at rising moments.
histories = st.lists(moments, max_size=6).map(sorted)


def live(promise, history, calendar, looks=()):
	"""Pause and resume by turns at the moments of `history`, with a sweep at each of `looks`; all events."""
	events = []
	happenings = [(moment, 0, None) for moment in looks]
	happenings += [(moment, 1, index % 2) for index, moment in enumerate(history)]
	for moment, _, wait_ends in sorted(happenings, key=lambda happening: happening[:2]):
		if wait_ends is None:
			promise, more = advance(promise, moment, calendar)
			events += more
		else:
			promise = resume(promise, moment, calendar) if wait_ends else pause(promise, moment)
	promise, more = advance(promise, FAR_AWAY, calendar)
	return promise, events + list(more)


@given(policies(), moments, calendars)
def test_a_due_time_is_never_before_the_start(policy, begin, calendar):
	promise = start(policy, begin, calendar)
	assert promise.due_at >= begin
	assert promise.next_check_at is not None
	assert promise.next_check_at <= promise.due_at


@given(policies(), moments, calendars, histories, st.lists(moments, max_size=12))
@settings(max_examples=400)
def test_sweeps_in_many_small_steps_give_the_events_of_one_at_the_end(
	policy, begin, calendar, history, looks
):
	once, at_the_end = live(start(policy, begin, calendar), history, calendar)
	often, on_the_way = live(start(policy, begin, calendar), history, calendar, looks)
	assert sorted(on_the_way, key=lambda event: event.fell_due_at) == on_the_way
	assert on_the_way == at_the_end
	assert often == once


@given(policies(), moments, calendars, histories, st.lists(moments, max_size=6))
def test_no_step_is_told_twice_and_none_before_it_fell_due(policy, begin, calendar, history, looks):
	promise, events = live(start(policy, begin, calendar), history, calendar, looks)
	names = [event.step for event in events]
	assert len(names) == len(set(names))
	assert all(begin <= event.fell_due_at <= event.announce_at for event in events)
	assert promise.recorded == tuple(names)
	assert all(
		event.announce_at == event.fell_due_at or not calendar.is_open(event.fell_due_at) for event in events
	)


@given(policies(), moments, calendars, histories)
def test_every_step_is_told_in_the_end_unless_the_promise_waits(policy, begin, calendar, history):
	promise, events = live(start(policy, begin, calendar), history, calendar)
	if promise.paused_at is None:
		assert {event.step for event in events} == {step.name for step in policy.all_steps}
		assert promise.next_check_at is None
		assert promise.status == Status.BREACHED
	else:
		assert policy.pause_cap is None
		assert all(event.fell_due_at <= promise.paused_at for event in events)


@given(policies(), moments, calendars, histories)
@settings(max_examples=300)
def test_a_sweep_that_reads_next_check_only_misses_nothing(policy, begin, calendar, history):
	expected = live(start(policy, begin, calendar), history, calendar)
	promise, events = start(policy, begin, calendar), []

	def sweep_until(promise, limit):
		passes = 0
		while promise.next_check_at is not None and promise.next_check_at <= limit:
			assert passes < 20, "a sweep must not spin on one row"
			idle, nothing = advance(promise, promise.next_check_at - timedelta(microseconds=1), calendar)
			assert (idle.recorded, nothing) == (promise.recorded, ())
			promise, more = advance(promise, promise.next_check_at, calendar)
			events.extend(more)
			passes += 1
		return promise

	for index, moment in enumerate(history):
		promise = sweep_until(promise, moment)
		promise = resume(promise, moment, calendar) if index % 2 else pause(promise, moment)
	promise = sweep_until(promise, FAR_AWAY)
	assert (promise, events) == expected


@given(policies(), moments, calendars, histories, st.lists(moments, max_size=8))
def test_sweeps_with_a_clock_that_jumps_give_each_step_once_and_take_none_back(
	policy, begin, calendar, history, looks
):
	promise, _ = live(start(policy, begin, calendar), history, calendar, looks[:2])
	for now in looks:  # in no order
		later, events = advance(promise, now, calendar)
		assert set(promise.recorded) <= set(later.recorded)
		assert not {event.step for event in events} & set(promise.recorded)
		assert (promise.status == Status.BREACHED) <= (later.status == Status.BREACHED)
		promise = later


@given(policies(), moments, calendars, moments, moments)
def test_a_pause_moves_the_due_time_by_the_credited_time(policy, begin, calendar, first, second):
	promise = start(policy, begin, calendar)
	wait = sorted((max(first, begin), max(second, begin)))
	again = resume(pause(promise, wait[0]), wait[1], calendar)
	assert again.due_at >= promise.due_at
	if again.pauses and wait[0] < promise.due_at and policy.basis == Basis.WORKING_TIME:
		moved = calendar.elapsed(promise.due_at, again.due_at)
		assert moved == timedelta(seconds=again.paused_seconds)
		assert policy.pause_cap is None or moved <= policy.pause_cap
	if wait[0] >= promise.due_at:
		assert again.due_at == promise.due_at


@given(policies(), moments, calendars, histories, moments)
def test_time_used_and_paused_make_the_whole_and_lateness_is_told_by_the_due_time(
	policy, begin, calendar, history, end
):
	promise = start(policy, begin, calendar)
	for index, moment in enumerate(history):
		promise = resume(promise, moment, calendar) if index % 2 else pause(promise, moment)
	seen = advance(promise, end, calendar)[0]
	done = fulfil(promise, end, calendar)
	assert done.elapsed_seconds >= 0
	assert (done.status == Status.FULFILLED_LATE) == (end > resume(promise, end, calendar).due_at)
	assert fulfil(seen, end, calendar).status == done.status
	if end >= begin and policy.basis == Basis.WORKING_TIME:
		assert done.elapsed_with_pauses_seconds == calendar.elapsed(begin, end) // timedelta(seconds=1)
		assert (done.status == Status.FULFILLED) == (
			timedelta(seconds=done.elapsed_seconds) <= policy.allowance
		)


@given(policies(), moments, calendars, calendars, histories, moments)
@settings(max_examples=300)
def test_a_changed_calendar_takes_no_breach_back_and_repeats_no_step(policy, begin, old, new, history, now):
	promise, _ = live_until(start(policy, begin, old), history, now, old)
	moved = recompute(promise, now, new)
	assert moved.original_due_at == promise.original_due_at
	assert moved.recorded == promise.recorded
	if promise.status == Status.BREACHED:
		assert (moved.status, moved.due_at, moved.breached_at) == (
			Status.BREACHED,
			promise.due_at,
			promise.breached_at,
		)
	later, events = advance(moved, FAR_AWAY, new)
	assert not {event.step for event in events} & set(promise.recorded)
	assert recompute(moved, now, new) == moved
	if promise.status == Status.RUNNING and not promise.pauses:
		assert moved.due_at == start(policy, begin, new).due_at


def live_until(promise, history, now, calendar):
	for index, moment in enumerate(moment for moment in history if moment <= now):
		promise = resume(promise, moment, calendar) if index % 2 else pause(promise, moment)
	return advance(promise, now, calendar)


@given(policies(), moments, calendars, histories, moments)
def test_the_share_used_is_whole_exactly_at_the_due_time(policy, begin, calendar, history, now):
	promise, _ = live_until(start(policy, begin, calendar), history, now, calendar)
	share, left = share_used(promise, now, calendar), time_left(promise, now, calendar)
	assert share >= 0
	if promise.paused_at is None:
		assert (left < timedelta(0)) <= (now > promise.due_at)
		assert share >= 1 or now < promise.due_at


@given(policies())
def test_any_terms_survive_json(policy):
	assert from_terms(json.loads(json.dumps(to_terms(policy)))) == policy


@given(st.integers(1, 10**15))
def test_terms_are_exact_to_the_microsecond(count):
	policy = Policy("Promise", timedelta(microseconds=count), Basis.CLOCK_TIME)
	assert from_terms(json.loads(json.dumps(to_terms(policy)))) == policy


@given(policies(), moments, calendars, histories, st.lists(moments, max_size=4))
@settings(max_examples=300)
def test_a_promise_that_begins_late_stands_as_if_it_had_run_since_its_start(
	policy, begin, calendar, history, looks
):
	waits = list(zip(history[::2], history[1::2], strict=False))
	lived, events = live(start(policy, begin, calendar), history[: 2 * len(waits)], calendar, looks)
	late, late_events = advance(start_with_waits(policy, begin, waits, calendar), FAR_AWAY, calendar)
	lived, last_events = advance(lived, FAR_AWAY, calendar)
	assert (late.due_at, late.paused_seconds, late.breached_at) == (
		lived.due_at,
		lived.paused_seconds,
		lived.breached_at,
	)
	assert told(late_events) == told([*events, *last_events])


def test_a_wait_before_the_start_moves_nothing_and_one_across_it_counts_from_the_start():
	before = start_with_waits(FIRST_ANSWER, march(2, 12), [(march(2, 10), march(2, 11))], OFFICE)
	assert before == start(FIRST_ANSWER, march(2, 12), OFFICE)
	across = start_with_waits(FIRST_ANSWER, march(2, 12), [(march(2, 10), march(2, 13))], OFFICE)
	assert (across.due_at, across.original_due_at) == (march(2, 17), march(2, 16))
	capped = start_with_waits(CAPPED, march(2, 10), [(march(2, 11), march(2, 16))], OFFICE)
	assert (capped.due_at, capped.paused_seconds) == (march(2, 16), 2 * 3600)


# --- what was not kept after all ---


@given(st.integers(0, 60 * 24 * 12), st.integers(0, 60 * 24 * 12))
def test_a_promise_taken_back_is_as_if_it_had_never_been_kept(kept_after, seen_after):
	promise = start(FIRST_ANSWER, march(2, 10), OFFICE)
	kept_at = march(2, 10) + timedelta(minutes=kept_after)
	advanced, before = advance(promise, kept_at, OFFICE)
	again = take_back(fulfil(advanced, kept_at, OFFICE), OFFICE)
	assert again == advanced
	# what fell due meanwhile is told once, with its own time
	later = kept_at + timedelta(minutes=seen_after)
	assert told(before) + told(advance(again, later, OFFICE)[1]) == told(advance(promise, later, OFFICE)[1])


def test_a_wait_that_the_fulfilment_ended_is_no_time_used_of_a_promise_taken_back():
	waiting = pause(start(FIRST_ANSWER, march(2, 10), OFFICE), march(2, 11))
	again = take_back(fulfil(waiting, march(2, 13), OFFICE), OFFICE)
	assert (again.status, again.due_at, again.paused_seconds) == (Status.RUNNING, march(2, 16), 7200)


@pytest.mark.parametrize("over", [lambda promise: promise, lambda promise: cancel(promise, march(2, 11))])
def test_only_what_was_kept_is_taken_back(over):
	promise = over(start(FIRST_ANSWER, march(2, 10), OFFICE))
	assert take_back(promise, OFFICE) == promise
