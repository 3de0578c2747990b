"""What an administrator sees before a customer does (F5): each fault shows, a healthy site shows none."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.services import clock, health, rate_limit, series, sweep, system
from tests import factories
from tests.site import folio_factories as folios
from tests.site import outside
from tests.site.spine import make_calendar, make_promises


@pytest.fixture
def now():
	"""The time of the checks."""
	return clock.now()


@pytest.fixture(autouse=True)
def a_healthy_site(now):
	"""Whatever the site has in it, nothing waits and everything is prepared. Undone with the test."""
	frappe.db.delete("Service Notice")
	frappe.db.set_value("Service Commitment", {"next_check_at": ("is", "set")}, "next_check_at", None)
	frappe.db.set_value("Service Commitment", {"attempts": (">", 0)}, "attempts", 0)
	frappe.db.set_value("Service Folio", {"routed_at": ("is", "not set")}, "routed_at", now)
	frappe.db.set_value("Service Folio", {"assigned_to": ("is", "not set")}, "assigned_to", "Administrator")
	frappe.db.set_value("Service Privacy Notice", {"is_assumption": 1}, "is_assumption", 0)
	frappe.clear_document_cache("Service Privacy Notice")
	series.prepare([now.year, now.year + 1])
	for name in frappe.get_all("Service Calendar", pluck="name"):
		for year in (now.year, now.year + 1):
			health.calendars.add_official_holidays(name, year)
	frappe.db.commit()
	sweep.run(now)


def found(code, now):
	return next(check for check in health.report(now)["checks"] if check["code"] == code)


def faults(now):
	return {check["code"] for check in health.report(now)["checks"] if not check["ok"]} - {"outgoing_mail"}


def test_a_healthy_site_shows_no_fault(now):
	assert faults(now) == set()
	assert found("last_sweep", now)["value"] == now


def test_a_sweep_that_stopped_an_hour_ago_shows(now):
	later = now + timedelta(hours=1)
	assert "last_sweep" in faults(later)
	assert "scheduler is enabled" in found("last_sweep", later)["message"]


def test_a_site_that_was_never_swept_shows(now):
	frappe.db.delete("Singles", {"doctype": "Service Settings", "field": "last_sweep_at"})
	assert found("last_sweep", now) | {"message": ""} == {
		"code": "last_sweep",
		"ok": False,
		"value": None,
		"message": "",
	}


def test_promises_that_wait_for_the_sweep_show_with_how_late_it_is(now):
	name = make_promises(1, make_calendar(holiday_list=None).name)[0]
	frappe.db.set_value("Service Commitment", name, "next_check_at", now - timedelta(minutes=20))
	check = found("sweep_lateness_seconds", now)
	assert (check["ok"], check["value"], check["message"]) == (
		False,
		1200,
		"Promises have waited 20 minutes for the sweep.",
	)


def test_a_promise_that_cannot_be_swept_shows(now):
	frappe.db.set_value(
		"Service Commitment",
		make_promises(1, make_calendar().name)[0],
		{"attempts": 2, "next_check_at": None},
	)
	assert found("stuck_promises", now)["value"] == 1


@pytest.mark.parametrize(
	("status", "code"),
	[("Pending", "notices_waiting"), ("Ready", "notices_waiting"), ("Failed", "notices_failed")],
)
def test_notices_that_are_not_told_show(now, status, code):
	row = {
		"commitment": make_promises(1, make_calendar().name)[0],
		"step": "y",
		"recipient": "",
		"status": status,
		"announce_at": now - timedelta(hours=1),
	}
	frappe.db.set_value("Service Commitment", row["commitment"], "next_check_at", None)
	system.insert_rows("Service Notice", [row])
	assert faults(now) == {code}
	if status == "Failed":
		frappe.db.set_value("Service Commitment", row["commitment"], "status", "Kept")
		assert faults(now) == set()


def test_an_open_folio_that_nobody_has_shows_until_it_ends(now):
	folio = folios.make_folio()
	frappe.db.set_value("Service Folio", folio.name, "assigned_to", None)
	assert found("folios_without_person", now)["value"] == 1
	frappe.db.set_value("Service Folio", folio.name, "stage", "Closed")
	assert found("folios_without_person", now)["ok"]


def test_a_letter_left_half_sent_shows(now):
	letter = frappe.get_doc({"doctype": "Email Queue", "message": "x", "sender": "a@example.com"})
	letter.append("recipients", {"recipient": "b@example.com"})
	letter.insert()
	frappe.db.set_value("Email Queue", letter.name, "status", "Sending", update_modified=False)
	assert "mail_stuck" not in faults(now)
	frappe.db.set_value(
		"Email Queue", letter.name, "modified", now - timedelta(hours=1), update_modified=False
	)
	assert faults(now) == {"mail_stuck"}
	assert "1 e-mails" in found("mail_stuck", now)["message"]


def trust_proxies(count):
	frappe.db.set_single_value("Service Settings", "trusted_proxies", count)
	frappe.clear_document_cache("Service Settings", "Service Settings")


@pytest.mark.parametrize(
	("remote", "forwarded", "told"),
	[
		("10.0.0.7", "198.51.100.4", "10.0.0.7"),
		("127.0.0.1", "1.1.1.1, 198.51.100.4", "127.0.0.1"),
		("fd00::7", "198.51.100.4", "fd00::7"),
		# nobody's proxy: a caller from outside wrote the header
		("8.8.8.8", "10.0.0.7", None),
		("10.0.0.7", None, None),
	],
)
def test_a_proxy_that_is_not_trusted_shows_as_soon_as_guests_come_through_it(now, remote, forwarded, told):
	trust_proxies(0)
	with outside.asked(remote=remote, headers=[("X-Forwarded-For", forwarded)] if forwarded else []):
		rate_limit.guests("tracking")
	check = found("untrusted_proxy", now)
	assert (check["ok"], check["value"]) == (not told, told)
	assert bool(told) == ("Trusted Proxies is 0" in check["message"])
	trust_proxies(1)
	assert found("untrusted_proxy", now)["ok"]


def test_the_shipped_example_of_a_privacy_notice_shows_until_a_reviewed_one_is_in_force(now):
	company = outside.the_company()
	draft = outside.make_notice(company=company, effective_from=now, is_assumption=1)
	check = found("draft_privacy_notice", now)
	assert (check["ok"], check["value"]) == (False, draft.name)
	assert draft.name in check["message"]
	outside.make_notice(company=company, effective_from=now, version="zz-revisado")
	assert found("draft_privacy_notice", now)["ok"]


def test_a_recomputation_under_way_shows(now):
	doc = make_calendar()
	frappe.db.set_value("Service Calendar", doc.name, "recompute_token", "x")
	check = found("recomputations_waiting", now)
	assert (check["ok"], check["value"]) == (False, [doc.name])


def test_next_year_s_series_is_missed_before_the_year_begins(now):
	november = now.replace(month=11, day=20)
	frappe.db.sql("DELETE FROM `tabSeries` WHERE `name` = %s", f"FOL-{now.year + 1}-")
	check = found("folio_series", november)
	assert (check["ok"], check["value"]) == (False, [now.year + 1])
	assert found("folio_series", now.replace(month=3, day=1))["ok"]


def test_a_calendar_without_official_days_is_named(now):
	year = {"from_date": f"{now.year}-01-01", "to_date": f"{now.year}-12-31"}
	days = factories.insert("Holiday List", {"holiday_list_name": factories.unique("Vacía"), **year})
	without_list, doc = make_calendar(), make_calendar(holiday_list=days.name)
	check = found("official_days", now.replace(month=3, day=1))
	assert without_list.name not in check["value"]
	assert check["value"] == {doc.name: [now.year]}
	assert doc.name in check["message"]


def test_the_status_is_for_those_who_answer_for_the_service(now, run_as):
	executive = factories.make_user(roles=["Service Executive"]).name
	coordinator = factories.make_user(roles=["Service Coordinator"]).name
	with run_as(executive), pytest.raises(frappe.PermissionError):
		health.status()
	with run_as("Guest"), pytest.raises(frappe.PermissionError):
		health.status()
	with run_as(coordinator):
		assert {check["code"] for check in health.status()["checks"]} >= {"last_sweep", "notices_failed"}
