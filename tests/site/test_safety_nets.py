"""What fails is tried again with growing pauses, given up in the end, and seen (F11, F12)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import (
	clock,
	commitment_rows,
	health,
	mail_queue,
	recomputation,
	retries,
	safety_nets,
)
from nervion_service.workflows.folio import Action
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import MONDAY, everybody  # noqa: F401
from tests.site.spine import at as spine_at
from tests.site.spine import make_calendar, make_promises, promise

CAST = (Role.EXECUTIVE,)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def nothing_else_waits():
	"""Whatever the site has in it, no other folio, retry, letter or calendar waits. Undone with the test."""
	frappe.db.set_value("Service Folio", {"routed_at": ("is", "not set")}, "routed_at", clock.now())
	frappe.db.delete("Service Retry")
	frappe.db.delete("Email Queue")
	frappe.db.set_value("Service Calendar", {"recompute_token": ("is", "set")}, "recompute_token", None)
	frappe.db.commit()


def retry_of(name):
	return frappe.db.get_value("Service Retry", {"document_name": name}, "*", as_dict=True)


def check(code, now):
	return next(row for row in health.report(now)["checks"] if row["code"] == code)


def catch_up_until_given_up(moment):
	"""The minute job over the hours after `moment`; how often it ran."""
	runs = 0
	while frappe.db.exists("Service Retry", {"given_up": 0}) or not runs:
		with clock.at(moment):
			safety_nets.catch_up()
		moment, runs = moment + timedelta(minutes=10), runs + 1
		assert runs < 200
	return moment


# Replies that did not take their folio up again ------------------------------------------------------------------


def a_reply_that_could_not_resume(replied=MONDAY + 3 * HOUR):
	"""A folio asked at eleven whose customer wrote at one, and which could not be saved then."""
	with folios.at(MONDAY, tick=False):
		folio = folios.accept(folios.make_folio(request_type="Claim"))
	with folios.at(MONDAY + HOUR, tick=False):
		folios.write_to_customer(folio)
		folio = folios.act(folio, Action.ASK)
	# the link leads nowhere
	frappe.db.set_value("Service Folio", folio.name, "customer", "Nobody There")
	with folios.at(replied, tick=False):
		folios.hear_from_customer(folio)
	frappe.db.commit()
	assert folios.reloaded(folio).stage == "Waiting for Customer"
	return folio


def mend(folio):
	frappe.db.set_value("Service Folio", folio.name, "customer", None)
	frappe.db.commit()


def test_a_reply_whose_resuming_failed_is_taken_up_by_the_minute_job_with_the_clocks_of_its_moment():
	folio = a_reply_that_could_not_resume()
	mend(folio)
	with folios.at(MONDAY + 5 * HOUR):
		safety_nets.catch_up()
	assert folios.reloaded(folio).stage == "In Attention"
	assert folios.promises_of(folio, "Resolution")[0].paused_seconds == 2 * 3600
	assert [row.happened_at for row in folios.events_of(folio, Events.RESUMED)] == [MONDAY + 3 * HOUR]
	assert retry_of(folio.name) is None


def test_a_folio_that_cannot_be_resumed_is_tried_ever_more_seldom_then_left_and_seen():
	folio = a_reply_that_could_not_resume()
	now = MONDAY + 4 * HOUR
	with clock.at(now):
		safety_nets.catch_up()
		safety_nets.catch_up()
	row = retry_of(folio.name)
	assert (row.attempts, row.next_at, row.given_up) == (1, now + timedelta(minutes=1), 0)
	with clock.at(now + timedelta(minutes=1)):
		safety_nets.catch_up()
	assert retry_of(folio.name).next_at == now + timedelta(minutes=3)
	now = catch_up_until_given_up(now)
	assert retry_of(folio.name).attempts == retries.MOST_ATTEMPTS
	assert check("unresumed_folios", now)["value"] == 1
	seen = check("given_up", now)
	assert seen["value"] == 1
	assert folio.name in seen["message"]
	assert "Nobody There" in seen["message"]
	mend(folio)
	with clock.at(now + timedelta(days=9)):
		safety_nets.catch_up()
	assert folios.reloaded(folio).stage == "Waiting for Customer"


def test_a_question_after_the_reply_waits_on():
	folio = a_reply_that_could_not_resume()
	mend(folio)
	with folios.at(MONDAY + 4 * HOUR):
		folios.write_to_customer(folio)
		safety_nets.catch_up()
	assert folios.reloaded(folio).stage == "Waiting for Customer"
	assert safety_nets.unresumed(MONDAY + 5 * HOUR) == 0


def test_what_the_customer_said_before_the_question_resumes_nothing():
	with folios.at(MONDAY):
		folio = folios.accept(folios.make_folio())
		folios.hear_from_customer(folio)
	with folios.at(MONDAY + HOUR):
		folios.write_to_customer(folio)
		folio = folios.act(folio, Action.ASK)
		safety_nets.catch_up()
	assert folios.reloaded(folio).stage == "Waiting for Customer"


def test_what_somebody_helped_meanwhile_is_forgotten():
	folio = a_reply_that_could_not_resume()
	with clock.at(MONDAY + 4 * HOUR):
		safety_nets.catch_up()
	assert retry_of(folio.name)
	mend(folio)
	with folios.at(MONDAY + 4 * HOUR):
		folios.act(folio, Action.RESUME)
		safety_nets.catch_up()
	assert retry_of(folio.name) is None


# Folios that could not be routed ---------------------------------------------------------------------------------


def unrouted_folios(count):
	with folios.at(MONDAY):
		names = [folios.make_folio(routed=False).name for _number in range(count)]
	frappe.db.commit()
	return names


def test_a_folio_that_cannot_be_routed_never_keeps_the_others_waiting(monkeypatch):
	names = unrouted_folios(3)
	route, asked = safety_nets.intake.follow_up, []

	def follow_up(name):
		asked.append(name)
		if name == names[0]:
			raise ValueError("this one cannot be routed")
		route(name)

	monkeypatch.setattr(safety_nets, "NETS", (replace_work(follow_up), safety_nets.NETS[1]))
	monkeypatch.setattr(safety_nets, "_A_PASS", 1)
	with clock.at(MONDAY + HOUR):
		for _minute in range(3):
			safety_nets.catch_up()
	assert asked == names
	assert [folios.reloaded(name).stage for name in names] == ["Registered", "Routed", "Routed"]
	now = catch_up_until_given_up(MONDAY + HOUR)
	with clock.at(now + timedelta(days=9)):
		safety_nets.catch_up()
	assert asked.count(names[0]) == retries.MOST_ATTEMPTS
	assert check("unrouted_folios", now)["value"] == 1
	assert "this one cannot be routed" in check("given_up", now)["message"]


def replace_work(work):
	return safety_nets.Net(retries.ROUTE, safety_nets.NETS[0].waiting, work)


def test_a_folio_is_given_a_minute_before_the_net_routes_it():
	name = unrouted_folios(1)[0]
	assert safety_nets.unrouted(MONDAY + timedelta(seconds=30)) == 0
	with folios.at(MONDAY + timedelta(minutes=2)):
		safety_nets.catch_up()
	assert folios.reloaded(name).stage == "Routed"


# Trying again ----------------------------------------------------------------------------------------------------


def test_who_mends_the_machines_gives_failed_work_its_attempts_anew(run_as):
	folio = a_reply_that_could_not_resume()
	catch_up_until_given_up(MONDAY + 4 * HOUR)
	mend(folio)
	for user in (folios.cast(Role.EXECUTIVE), "Guest"):
		with run_as(user), pytest.raises(frappe.PermissionError, match="tried again by these roles"):
			retries.try_again()
	assert retry_of(folio.name).given_up
	with run_as(factories.make_user(roles=[Role.SYSTEMS]).name):
		assert retries.try_again([retry_of(folio.name).name]) == 1
	with folios.at(clock.now() + HOUR):
		safety_nets.catch_up()
	assert folios.reloaded(folio).stage == "In Attention"


def test_a_retry_is_nobodys_to_write():
	folio = a_reply_that_could_not_resume()
	with clock.at(MONDAY + 4 * HOUR):
		safety_nets.catch_up()
	row = frappe.get_doc("Service Retry", retry_of(folio.name).name)
	row.attempts = 0
	with pytest.raises(frappe.PermissionError, match="written by the system"):
		row.save()


# Promises that a new calendar could not move ---------------------------------------------------------------------


@pytest.fixture
def hours(monkeypatch):
	"""Monday to Friday, 9 to 18; it is changed on Monday at 13:00."""
	monkeypatch.setattr(recomputation.clock, "now", lambda: spine_at(13))
	return make_calendar()


def closes_at_one_on_mondays(hours):
	hours.reload()
	hours.shifts[0].end_time = "13:00:00"
	hours.save()
	frappe.db.commit()
	recomputation.run(hours.name)


def test_a_promise_that_could_not_be_moved_is_moved_once_it_can_be(hours):
	name = make_promises(1, hours.name)[0]
	terms = promise(name).terms
	frappe.db.set_value("Service Commitment", name, "terms", "{}")
	closes_at_one_on_mondays(hours)
	assert (retry_of(name).attempts, "the terms lack" in retry_of(name).last_error) == (1, True)
	assert promise(name).due_at == spine_at(14)
	frappe.db.set_value("Service Commitment", name, "terms", terms)
	frappe.db.commit()
	recomputation.retry(spine_at(13.1))
	assert (promise(name).due_at, promise(name).due_reason) == (
		spine_at(10, 1),
		commitment_rows.MOVED_BY_CALENDAR,
	)
	assert retry_of(name) is None


def test_what_fell_due_by_the_old_hours_before_the_change_stays_broken_at_the_later_attempt(hours):
	name = make_promises(1, hours.name, started_at=spine_at(9, 0) - timedelta(days=3))[0]
	terms = promise(name).terms
	frappe.db.set_value("Service Commitment", name, "terms", "{}")
	closes_at_one_on_mondays(hours)
	frappe.db.set_value("Service Commitment", name, "terms", terms)
	frappe.db.commit()
	due = promise(name).due_at
	recomputation.retry(spine_at(14))
	assert (promise(name).status, promise(name).breached_at, promise(name).due_at) == ("Breached", due, due)


def test_a_promise_that_can_never_be_moved_is_left_and_seen(hours):
	name = make_promises(1, hours.name, terms="{}")[0]
	closes_at_one_on_mondays(hours)
	for attempt in range(2, retries.MOST_ATTEMPTS + 3):
		recomputation.retry(spine_at(13, attempt))
	assert (retry_of(name).attempts, retry_of(name).given_up) == (retries.MOST_ATTEMPTS, 1)
	assert name in check("given_up", spine_at(13, 20))["message"]


# Letters that a dead worker left half sent -----------------------------------------------------------------------


def letter(*reached, status="Sending", about="Service Notice", minutes=60, **values):
	"""Name of a letter, one recipient per word of `reached`, that nobody has touched for so many minutes."""
	doc = frappe.get_doc(
		{
			"doctype": "Email Queue",
			"message": "x",
			"sender": "a@example.com",
			"reference_doctype": about,
			**values,
		}
	)
	for number, word in enumerate(reached):
		doc.append("recipients", {"recipient": f"{number}@example.com", "status": word})
	doc.insert()
	stamp = {"status": status, "modified": clock.now() - timedelta(minutes=minutes)}
	frappe.db.set_value("Email Queue", doc.name, stamp, update_modified=False)
	return doc.name


def state(name):
	return frappe.db.get_value("Email Queue", name, "status")


@pytest.mark.parametrize(
	("reached", "then"),
	[
		(("Not Sent",), "Not Sent"),
		(("Sent", "Not Sent"), "Partially Sent"),
		(("Sent", "Sent"), "Sent"),
	],
)
def test_a_letter_left_half_sent_goes_on_with_those_who_did_not_get_it(reached, then):
	name = letter(*reached)
	assert check("mail_stuck", clock.now())["value"] == 1
	safety_nets.catch_up()
	assert state(name) == then
	assert [row.status for row in frappe.get_doc("Email Queue", name).recipients] == list(reached)
	assert check("mail_stuck", clock.now())["ok"]


@pytest.mark.parametrize(
	"left_alone", [{"minutes": 20}, {"about": "ToDo"}, {"status": "Error"}, {"retry": 3}]
)
def test_letters_under_way_of_others_and_those_put_back_often_enough_stay(left_alone):
	name = letter("Not Sent", **left_alone)
	before = state(name)
	assert mail_queue.put_back(clock.now()) == 0
	assert state(name) == before


def test_a_letter_that_kills_every_worker_is_put_back_a_few_times_only():
	name = letter("Not Sent")
	for _crash in range(5):
		mail_queue.put_back(clock.now())
		stamp = {"status": "Sending", "modified": clock.now() - HOUR}
		frappe.db.set_value("Email Queue", name, stamp, update_modified=False)
	assert frappe.db.get_value("Email Queue", name, "retry") == 3
	assert not check("mail_stuck", clock.now())["ok"]
