"""Setting up: each step knows by itself whether it is done; administrators only (issue "intake")."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import absences, clock, onboarding
from tests import factories
from tests.site.folio_factories import cast, everybody, make_folio, staff  # noqa: F401

CAST = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.TECHNICIAN)


def step(code):
	return next(row for row in onboarding.steps() if row.code == code)


def setting(field, value):
	frappe.db.set_single_value("Service Settings", field, value)
	frappe.clear_document_cache("Service Settings", "Service Settings")


def only_these(monkeypatch, *users):
	monkeypatch.setattr(absences, "staff", lambda asked: set(asked) & set(users))


def test_every_step_has_a_place_and_says_what_is_missing_until_it_is_done():
	found = onboarding.get()
	assert found["total"] == len(found["steps"]) == len({row["code"] for row in found["steps"]})
	assert found["done"] == sum(row["is_done"] for row in found["steps"])
	for row in found["steps"]:
		assert row["route"].startswith("/app/") and row["title"] and row["text"]
		assert row["is_done"] or row["missing"]


def test_the_company_is_named():
	setting("default_company", factories.make_company().name)
	assert step("company").is_done
	setting("default_company", "")
	assert not step("company").is_done


def test_the_hours_are_done_when_a_person_changed_or_confirmed_them():
	name = frappe.db.get_single_value("Service Settings", "default_calendar")
	setting("default_company", "")
	frappe.db.set_value("Service Calendar", name, "modified_by", "Administrator", update_modified=False)
	assert not step("calendar").is_done
	frappe.db.set_value(
		"Service Calendar", name, "modified_by", cast(Role.ADMINISTRATOR), update_modified=False
	)
	assert step("calendar").is_done
	frappe.db.set_value("Service Calendar", name, "modified_by", "Administrator", update_modified=False)
	onboarding.confirm("calendar")
	assert step("calendar").is_done


def test_the_holidays_of_this_year_are_looked_for(monkeypatch):
	setting("default_company", "")
	assert step("holidays").is_done
	monkeypatch.setattr(clock, "now", lambda: frappe.utils.get_datetime("2090-05-05"))
	assert not step("holidays").is_done
	assert "2090" in step("holidays").missing


def test_people_hold_every_role_that_is_needed(monkeypatch):
	everybody_needed = [staff(role) for role in onboarding.NEEDED_ROLES]
	only_these(monkeypatch, *everybody_needed)
	assert step("people").is_done
	only_these(monkeypatch, *everybody_needed[1:])
	assert not step("people").is_done
	assert "Service Coordinator" in step("people").missing


def test_the_fallback_user_is_a_person():
	setting("fallback_user", "Administrator")
	assert not step("fallback").is_done
	setting("fallback_user", cast(Role.COORDINATOR))
	assert step("fallback").is_done


def test_a_deputy_is_named_or_not_needed():
	frappe.db.delete("Service Deputy")
	assert not step("deputies").is_done
	onboarding.confirm("deputies")
	assert step("deputies").is_done
	setting("onboarding_confirmed", "")
	day = clock.now().date()
	frappe.get_doc(
		{
			"doctype": "Service Deputy",
			"person": cast(Role.COORDINATOR),
			"deputy": cast(Role.TECHNICIAN),
			"from_date": day,
			"to_date": day,
		}
	).insert()
	assert step("deputies").is_done


def test_promises_are_approved_by_a_person_or_confirmed():
	frappe.db.set_value("Commitment Policy", {"status": "Approved"}, "approved_by", "Administrator")
	assert not step("promises").is_done
	name = frappe.db.get_value("Commitment Policy", {"status": "Approved"})
	frappe.db.set_value("Commitment Policy", name, "approved_by", cast(Role.ADMINISTRATOR))
	assert step("promises").is_done


def test_the_notice_is_published_and_reviewed(monkeypatch):
	setting("default_company", factories.make_company().name)
	for notice, is_done in ((None, False), ({"is_assumption": 1}, False), ({"is_assumption": 0}, True)):
		monkeypatch.setattr(onboarding.consent, "current_notice", lambda _company, found=notice: found)
		assert step("notice").is_done == is_done


def test_a_mailbox_comes_in_and_one_goes_out(monkeypatch):
	frappe.db.set_value("Email Account", {"enable_incoming": 1}, "enable_incoming", 0)
	monkeypatch.setattr(onboarding.EmailAccount, "find_outgoing", classmethod(lambda cls: True))
	assert "Append To" in step("mailbox").missing
	account = frappe.new_doc("Email Account")
	values = {"append_to": "Service Folio", "use_imap": 0, "enable_incoming": 1}
	account.update(
		{"name": "Buzón", "email_account_name": "Buzón", "email_id": "buzon@nervion.test", **values}
	)
	# no server answers here, which its controller would ask for
	account.db_insert()
	assert step("mailbox").is_done
	monkeypatch.setattr(onboarding.EmailAccount, "find_outgoing", classmethod(lambda cls: None))
	assert not step("mailbox").is_done


def test_the_first_folio_ends_it():
	frappe.db.set_value("Service Folio", {"is_history": 0}, "is_history", 1)
	assert not step("folio").is_done
	make_folio()
	assert step("folio").is_done


@pytest.mark.parametrize("code", ["company", "people", "folio", "nothing"])
def test_what_must_be_done_cannot_be_confirmed(code):
	with pytest.raises(frappe.ValidationError, match="by doing it"):
		onboarding.confirm(code)
	assert not frappe.db.get_single_value("Service Settings", "onboarding_confirmed")


@pytest.mark.parametrize("call", [onboarding.get, lambda: onboarding.confirm("deputies")])
def test_only_administrators_set_up(run_as, call):
	with run_as(cast(Role.COORDINATOR)), pytest.raises(frappe.PermissionError, match="Service Administrator"):
		call()
	assert not frappe.db.get_single_value("Service Settings", "onboarding_confirmed")
	with run_as(cast(Role.ADMINISTRATOR)):
		call()


def test_guests_are_told_apart_once_the_proxies_are_counted(monkeypatch):
	monkeypatch.setattr(onboarding.rate_limit, "untrusted_proxy", lambda: "10.0.0.9")
	assert not step("proxies").is_done and "10.0.0.9" in step("proxies").missing
	monkeypatch.setattr(onboarding.rate_limit, "untrusted_proxy", lambda: None)
	assert step("proxies").is_done
