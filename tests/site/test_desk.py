"""What the desk asks the server for: time left, figures of the workspace, actions with their answers (S1.10-S1.12, D12, D16)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import clock, desk_figures, folio_actions, folio_view, indicator_data, time_left
from nervion_service.workflows.folio import Action
from tests import engine
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.COORDINATOR, Role.EXECUTIVE, Role.AGENCY)
WORD = {"satisfaction": "Satisfied", "satisfaction_means": "Phone", "satisfaction_by": "Ana Ruiz"}


def take(folio, action, values=None, by=Role.EXECUTIVE):
	with engine.run_as(folios.cast(by)):
		return folio_actions.act(folio.name, action, values)


def test_closing_writes_the_answers_of_the_dialog_in_the_same_save():
	folio = folios.answer(folios.make_folio())
	assert take(folio, Action.CLOSE, frappe.as_json({**WORD, "resolution": "Se explicó"})) == "Closed"
	closed = folios.reloaded(folio)
	assert (closed.satisfaction, closed.satisfaction_by, closed.resolution) == (
		"Satisfied",
		"Ana Ruiz",
		"Se explicó",
	)


def test_a_refused_closing_writes_none_of_the_answers():
	folio = folios.answer(folios.make_folio())
	frappe.db.savepoint("as_it_was")
	with pytest.raises(frappe.ValidationError, match="Record the customer's confirmation"):
		take(folio, Action.CLOSE, {"resolution": "Nada se dijo"})
	frappe.db.rollback(save_point="as_it_was")
	kept = folios.reloaded(folio)
	assert (kept.stage, kept.resolution) == ("Answered", None)


def test_an_executive_reopens_a_closed_folio_whose_fields_are_locked_to_others():
	folio = folios.close(folios.make_folio())
	assert take(folio, Action.REOPEN, {"reopen_reason": "Volvió a fallar"}) == "Reopened"
	assert folios.reloaded(folio).reopen_reason == "Volvió a fallar"


def test_an_action_writes_no_field_that_its_dialog_does_not_ask_for():
	folio = folios.answer(folios.make_folio())
	take(folio, Action.CLOSE, {**WORD, "subject": "Otro", "first_closed_at": "2020-01-01 00:00:00"})
	closed = folios.reloaded(folio)
	assert closed.subject == folio.subject
	assert closed.first_closed_at.year >= folio.received_at.year


def test_an_action_that_is_not_open_to_the_user_is_refused_with_the_way_out():
	folio = folios.make_folio()
	with pytest.raises(frappe.ValidationError, match="Reload it: somebody else"):
		take(folio, Action.CLOSE, WORD)
	assert folios.reloaded(folio).stage == "Routed"


def test_a_folio_that_a_user_may_not_see_cannot_be_acted_on():
	folio = folios.make_folio()
	with pytest.raises(frappe.PermissionError):
		take(folio, Action.ACCEPT, by=Role.AGENCY)
	assert folios.reloaded(folio).stage == "Routed"


def test_the_list_of_folios_shows_the_open_promise_that_is_due_next():
	folio = folios.make_folio()
	found = time_left.of_folios([folio.name])["promises"][folio.name]
	still_open = [row for row in folios.promises_of(folio) if row.status == "Running"]
	assert found["due_at"] == min(row.due_at for row in still_open)
	assert found["colour"] == "blue"


def test_an_ended_folio_shows_no_time_left():
	folio = folios.close(folios.make_folio())
	assert time_left.of_folios(frappe.as_json([folio.name]))["promises"] == {}


def test_time_left_in_the_list_is_the_form_s():
	folio = folios.make_folio()
	with folios.at(clock.now()):
		names = [row.name for row in folios.promises_of(folio)]
		in_list = time_left.of_commitments(names)["promises"]
		on_form = {row["name"]: row for row in folio_view.get_view(folio.name)["promises"]}
	assert in_list.keys() == on_form.keys()
	for name, row in in_list.items():
		assert (row["due_at"], row["colour"], row["basis"]) == tuple(
			on_form[name][key] for key in ("due_at", "colour", "basis")
		)


def test_time_left_is_not_told_of_promises_that_the_user_may_not_see():
	folio = folios.make_folio()
	names = [row.name for row in folios.promises_of(folio)]
	with engine.run_as(folios.cast(Role.AGENCY)):
		assert time_left.of_commitments(names)["promises"] == {}
		assert time_left.of_folios([folio.name])["promises"] == {}


def test_the_form_shows_a_wait_as_a_gap_that_lasts_until_the_customer_answers():
	folio = folios.make_folio(request_type="Claim", severity="Major")
	folio = folios.accept(folio)
	folios.write_to_customer(folio)
	folio = folios.act(folio, Action.ASK)
	waiting = [row for row in folio_view.get_view(folio.name)["promises"] if row["paused_at"]]
	for row in waiting:
		assert row["gaps"][-1] == [row["paused_at"], None]
	folios.act(folio, Action.RESUME)
	after = folio_view.get_view(folio.name)["promises"]
	assert all(end for row in after for _begin, end in row["gaps"])


def test_the_card_tells_the_report_s_figure():
	with folios.at(folios.MONDAY):
		folios.answer(folios.make_folio())
		now = clock.now()
		period = indicator_data.Period(frappe.utils.add_months(now.date(), -3), now.date())
		share = indicator_data.readings(period, now)["S1.12-share"].value
		answer = desk_figures.answered_in_time()
	assert (answer["value"], answer["fieldtype"]) == (round(share, 1), "Percent")


@pytest.mark.parametrize(
	("share", "meets", "verdict"),
	[(100, True, "Met"), (74.5, True, "Partly Met"), (74.5, False, "Missed"), (100, False, "Missed")],
)
def test_the_card_says_how_its_figure_is_judged(monkeypatch, share, meets, verdict):
	readings = {
		"S1.12": frappe._dict(meets_target=meets),
		"S1.12-share": frappe._dict(value=share, meets_target=None),
	}
	monkeypatch.setattr(indicator_data, "readings", lambda *_asked: readings)
	assert desk_figures.answered_in_time()["verdict"] == verdict


def test_the_chart_s_last_week_holds_todays_answer():
	with folios.at(folios.MONDAY):
		folios.answer(folios.make_folio())
		chart = desk_figures.answered_in_time_per_week(chart_name="x", filters="[]")
	assert chart["labels"][-1] == frappe.utils.format_date(folios.MONDAY.date(), "d MMM")
	assert len(chart["labels"]) == len(chart["datasets"][0]["values"])
	assert 0 < chart["datasets"][0]["values"][-1] <= 100


def test_without_data_the_card_says_so_and_the_chart_is_empty(monkeypatch):
	far = frappe.utils.get_datetime("1999-06-01 10:00:00")
	monkeypatch.setattr(clock, "now", lambda: far)
	assert desk_figures.answered_in_time() == "No data"
	assert desk_figures.answered_in_time_per_week() == {}


@pytest.mark.parametrize("figure", [desk_figures.answered_in_time, desk_figures.answered_in_time_per_week])
def test_a_guest_gets_no_figure(figure):
	with engine.run_as("Guest"), pytest.raises(frappe.PermissionError):
		figure()


def test_the_workspace_and_its_figures_are_on_the_site():
	workspace = frappe.get_doc("Workspace", "Customer Service")
	assert {row.role for row in workspace.roles} >= {
		Role.EXECUTIVE,
		Role.COORDINATOR,
		Role.COMMERCIAL_DIRECTOR,
	}
	for card in workspace.number_cards:
		assert frappe.db.exists("Number Card", card.number_card_name), card.number_card_name
	assert frappe.db.exists("Dashboard Chart", workspace.charts[0].chart_name)
