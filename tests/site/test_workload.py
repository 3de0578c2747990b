"""The Coordinator's desk: who has which promises, by time left, and when they fall due (S1.9, S1.10)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import clock, workload
from nervion_service.workflows.folio import Action
from tests import engine, factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.COORDINATOR, Role.EXECUTIVE, Role.TECHNICIAN, Role.AGENCY, Role.MANAGEMENT)


@pytest.fixture(autouse=True)
def nothing_else_is_promised():
	"""What other tests or the demo left open is over. Undone with the test."""
	frappe.db.set_value("Service Commitment", {"status": ("!=", "Cancelled")}, "status", "Cancelled")


@pytest.fixture
def ana():
	return folios.staff(Role.EXECUTIVE, first_name="Ana")


@pytest.fixture
def beto():
	return folios.staff(Role.EXECUTIVE, first_name="Beto")


def case_of(user, late=False, **values):
	folio = folios.make_folio(assigned_to=user, **values)
	if late:
		marks = {"status": "Breached", "due_at": clock.now() - timedelta(hours=1)}
		frappe.db.set_value("Service Commitment", {"case_name": folio.name, "kind": "First Answer"}, marks)
	frappe.db.commit()
	return folio


def board(by=Role.COORDINATOR, **filters):
	with engine.run_as(folios.cast(by)):
		return workload.board(filters)


def column(board, user):
	return next((one for one in board["people"] if one["user"] == (user or "")), None)


def cards(board, user):
	return [card["folio"] for card in column(board, user)["cards"]]


def test_each_person_has_a_column_with_the_folios_that_fall_due_first_on_top(ana, beto):
	relaxed, urgent = case_of(ana), case_of(ana, late=True)
	other = case_of(beto)
	found = board()
	assert cards(found, ana) == [urgent.name, relaxed.name]
	assert cards(found, beto) == [other.name]
	assert (column(found, ana)["late"], column(found, beto)["late"]) == (1, 0)
	named = [one["user"] for one in found["people"]]
	assert named.index(ana) < named.index(beto)


def test_a_folio_is_one_card_under_its_next_promise_however_much_it_is_promised(ana):
	folio = case_of(ana, request_type="Claim")
	card = column(board(), ana)["cards"][0]
	promises = {row.kind: row for row in folios.promises_of(folio) if row.status == "Running"}
	assert (card["kind"], card["others"]) == ("First Answer", len(promises) - 1)
	assert column(board(), ana)["promises"] == len(promises)
	assert (card["folio"], card["subject"], card["party"]) == (folio.name, folio.subject, folio.party_name)
	assert (card["colour"], 0 <= card["share_used"] < 0.5) == ("blue", True)


def test_a_case_that_waits_for_its_customer_comes_after_those_whose_clock_runs(ana):
	waiting = folios.accept(case_of(ana))
	frappe.db.set_value("Service Folio", waiting.name, "assigned_to", ana)
	folios.write_to_customer(waiting)
	folios.act(waiting, Action.ASK)
	frappe.db.set_value("Service Commitment", {"case_name": waiting.name}, "responsible", ana)
	running = case_of(ana)
	assert cards(board(), ana)[0] == running.name


def test_cases_that_nobody_has_come_first(ana):
	case_of(ana, late=True)
	alone = case_of(ana)
	frappe.db.set_value("Service Commitment", {"case_name": alone.name}, "responsible", None)
	first = board()["people"][0]
	assert (first["user"], first["name"], [card["folio"] for card in first["cards"]]) == (
		"",
		"Nobody",
		[alone.name],
	)


def test_who_gives_cases_out_is_offered_those_who_have_none(ana):
	assert column(board(), ana)["cards"] == []
	assert column(board(Role.EXECUTIVE), ana) is None


def test_kept_and_ended_cases_are_on_nobodys_hands(ana):
	folio = case_of(ana)
	folios.withdraw(folio)
	assert cards(board(), ana) == []


@pytest.mark.parametrize("role", [Role.AGENCY, Role.TECHNICIAN])
def test_a_person_sees_no_promise_of_a_case_that_is_not_theirs(role, ana):
	case_of(ana)
	mine = case_of(folios.cast(role))
	found = board(role)
	assert [one["user"] for one in found["people"]] == [folios.cast(role)]
	assert cards(found, folios.cast(role)) == [mine.name]


def test_the_board_is_narrowed_by_department_and_by_nothing_that_was_not_foreseen(ana):
	folio = case_of(ana)
	department = folios.reloaded(folio).department
	assert cards(board(department=department), ana) == [folio.name]
	assert cards(board(department="Nowhere"), ana) == []
	assert cards(board(owner="nobody@example.com"), ana) == [folio.name]


def test_guests_and_customers_see_no_board():
	for user in ("Guest", factories.make_user(roles=["Customer"]).name):
		with engine.run_as(user), pytest.raises(frappe.PermissionError, match="not permitted"):
			workload.board()
		with engine.run_as(user), pytest.raises(frappe.PermissionError, match="not permitted"):
			workload.due("2026-01-01", "2026-02-01")


def test_a_long_board_shows_what_falls_due_first_and_says_that_there_is_more(ana, monkeypatch):
	monkeypatch.setattr(workload, "MOST", 1)
	urgent = case_of(ana, late=True)
	case_of(ana)
	found = board()
	assert (cards(found, ana), found["shortened"]) == ([urgent.name], True)


def test_who_may_write_no_folio_may_move_none():
	assert board()["may_move"] is True
	assert board(Role.MANAGEMENT)["may_move"] is False


def test_the_calendar_shows_what_falls_due_in_its_days_and_leads_to_the_case(ana):
	folio = case_of(ana, late=True, subject="Viscosidad <80 KU & brillo")
	day = clock.now().date()
	with engine.run_as(folios.cast(Role.COORDINATOR)):
		rows = workload.due(
			day - timedelta(days=1), day + timedelta(days=1), "[]", doctype="Service Commitment"
		)
		nothing = workload.due(day + timedelta(days=300), day + timedelta(days=301))
	late = next(row for row in rows if row["colour"] == "red")
	assert (late["case_type"], late["case_name"]) == ("Service Folio", folio.name)
	assert "&lt;80 KU &amp; brillo" in late["title"]
	assert nothing == []
	with engine.run_as(folios.cast(Role.AGENCY)):
		assert workload.due(day - timedelta(days=1), day + timedelta(days=1)) == []
