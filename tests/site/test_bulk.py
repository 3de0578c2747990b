"""Many folios at once, by the rules of one: the list, the board and the calendar (S1.9; bulk of issue 3)."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from nervion_service.domain.taxonomy import Role
from nervion_service.nervion_service.doctype.service_folio.service_folio import ServiceFolio
from nervion_service.services import bulk, folio_calendar, folio_filters, transactions
from nervion_service.setup import list_tools
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.COORDINATOR, Role.SALES, Role.MANAGEMENT, Role.SYSTEMS)


@pytest.fixture
def coordinator():
	with folios.engine.run_as(folios.cast(Role.COORDINATOR)):
		yield folios.cast(Role.COORDINATOR)


def ask(method, *arguments):
	"""The answer to a request of the list's, which begins with what is stored by then."""
	frappe.db.commit()
	return method(*arguments)


def field(folio, name):
	return frappe.db.get_value("Service Folio", folio.name, name)


# Bulk --------------------------------------------------------------------------------------------------------


def test_all_are_classified_and_what_is_left_empty_stays(coordinator):
	made = [folios.make_folio(severity="Major") for _one in range(3)]
	told = ask(
		bulk.classify,
		[folio.name for folio in made],
		{"priority": "Urgent", "severity": "", "stage": "Closed"},
	)
	assert told == {"done": [folio.name for folio in made], "failed": []}
	assert [
		(field(folio, "priority"), field(folio, "severity"), field(folio, "stage")) for folio in made
	] == [("Urgent", "Major", "Routed")] * 3


def test_one_bad_row_is_named_and_stops_nobody(coordinator):
	first, last = folios.make_folio(), folios.make_folio()
	ended = folios.close(folios.make_folio())
	frappe.local.message_log = []
	with folios.engine.run_as(folios.cast(Role.EXECUTIVE)):
		told = ask(bulk.classify, [first.name, ended.name, "FOL-1999-000001", last.name], {"priority": "Low"})
	assert told["done"] == [first.name, last.name]
	assert [row["name"] for row in told["failed"]] == [ended.name, "FOL-1999-000001"]
	assert "roles cannot change this" in told["failed"][0]["message"]
	assert field(ended, "priority") == ended.priority
	# the summary tells it, not one window a row
	assert frappe.local.message_log == []


def test_a_row_that_the_user_may_not_see_is_refused_alone():
	foreign = folios.make_folio(request_type="Claim")
	own = folios.make_folio(request_type="Order")
	with folios.engine.run_as(folios.cast(Role.SALES)):
		told = ask(bulk.classify, [foreign.name, own.name], {"priority": "Low"})
	assert told["done"] == [own.name]
	assert field(foreign, "priority") == foreign.priority


def test_what_a_refused_row_wrote_is_undone(coordinator):
	ended = folios.close(folios.make_folio())
	comments = frappe.db.count("Comment", {"reference_name": ended.name})
	with folios.engine.run_as(folios.cast(Role.EXECUTIVE)):
		told = ask(bulk.assign, [ended.name], folios.cast(Role.COORDINATOR), "Vacaciones")
	assert [row["name"] for row in told["failed"]] == [ended.name]
	assert frappe.db.count("Comment", {"reference_name": ended.name}) == comments


def test_all_are_given_to_one_person_with_the_reason(coordinator):
	made = [folios.make_folio() for _one in range(2)]
	told = ask(bulk.assign, [folio.name for folio in made], folios.cast(Role.EXECUTIVE), "Vacaciones de Ana")
	assert len(told["done"]) == 2
	assert {field(folio, "assigned_to") for folio in made} == {folios.cast(Role.EXECUTIVE)}
	for folio in made:
		assert frappe.db.exists(
			"Comment", {"reference_name": folio.name, "content": ("like", "%Vacaciones de Ana%")}
		)


@pytest.fixture
def deadlocks(monkeypatch):
	"""deadlocks(folio, times): so many saves of that folio lose their locks to another's, after they wrote."""
	monkeypatch.setattr(transactions.time, "sleep", lambda _seconds: None)
	save, left = ServiceFolio.save, {}

	def losing(doc, *args, **kwargs):
		saved = save(doc, *args, **kwargs)
		if left.get(doc.name, 0) > 0:
			left[doc.name] -= 1
			raise frappe.QueryDeadlockError
		return saved

	monkeypatch.setattr(ServiceFolio, "save", losing)
	return lambda folio, times: left.update({folio.name: times})


def test_who_loses_a_deadlock_is_given_all_the_same_and_the_reason_once(coordinator, deadlocks):
	made = [folios.make_folio() for _one in range(3)]
	deadlocks(made[1], 2)
	told = ask(bulk.assign, [folio.name for folio in made], folios.cast(Role.EXECUTIVE), "Vacaciones")
	assert told == {"done": [folio.name for folio in made], "failed": []}
	assert {field(folio, "assigned_to") for folio in made} == {folios.cast(Role.EXECUTIVE)}
	reasons = {"reference_name": made[1].name, "content": ("like", "%Vacaciones%")}
	assert frappe.db.count("Comment", reasons) == 1


def test_a_folio_that_stays_locked_is_named_and_keeps_nobody_from_the_rest(coordinator, deadlocks):
	made = [folios.make_folio() for _one in range(3)]
	deadlocks(made[1], 1_000)
	told = ask(bulk.assign, [folio.name for folio in made], folios.cast(Role.EXECUTIVE), "Vacaciones")
	assert told["done"] == [made[0].name, made[2].name]
	assert [row["name"] for row in told["failed"]] == [made[1].name]
	assert "Try it again" in told["failed"][0]["message"]
	assert field(made[1], "assigned_to") == made[1].assigned_to


def test_a_reason_and_a_value_are_asked_for(coordinator):
	folio = folios.make_folio()
	assert "reason is missing" in ask(bulk.assign, [folio.name], coordinator, " ")["failed"][0]["message"]
	with pytest.raises(frappe.ValidationError, match="at least one value"):
		ask(bulk.classify, [folio.name], {"stage": "Closed"})
	with pytest.raises(frappe.ValidationError, match="At most"):
		ask(bulk.classify, [f"F-{n}" for n in range(bulk.MOST + 1)], {"priority": "Low"})


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.SYSTEMS])
def test_who_may_write_no_folio_changes_none(role):
	folio = folios.make_folio()
	with folios.engine.run_as(folios.cast(role)):
		for call in (
			lambda: ask(bulk.classify, [folio.name], {"priority": "Low"}),
			lambda: ask(bulk.assign, [folio.name], folios.cast(Role.EXECUTIVE), "x"),
		):
			with pytest.raises(frappe.PermissionError, match="not permitted"):
				call()
	assert field(folio, "modified") == folio.modified


# Board -------------------------------------------------------------------------------------------------------


@pytest.fixture
def board():
	states = ("Routed", "In Attention", "Answered", "Closed")
	values = {
		"kanban_board_name": factories.unique("Tablero"),
		"reference_doctype": "Service Folio",
		"field_name": "workflow_state",
		"columns": [{"column_name": state} for state in states],
	}
	return factories.insert("Kanban Board", values)


def drag(board, folio, to, by):
	from frappe.desk.doctype.kanban_board import kanban_board

	row = next(column for column in board.columns if column.column_name == folio.workflow_state)
	row.db_set("order", frappe.as_json([folio.name]))
	with folios.engine.run_as(by):
		return kanban_board.update_order_for_single_card(
			board.name, folio.name, folio.workflow_state, to, 0, 0
		)


def test_a_card_that_is_dragged_obeys_the_gates(board):
	folio = folios.accept(folios.make_folio(), folios.cast(Role.EXECUTIVE))
	with pytest.raises(frappe.ValidationError, match="Send an answer or log a call"):
		drag(board, folio, "Answered", folios.cast(Role.EXECUTIVE))
	assert field(folio, "stage") == "In Attention"


def test_a_card_that_is_dragged_past_its_workflow_is_refused(board):
	folio = folios.make_folio()
	with pytest.raises(frappe.ValidationError, match="In the state .*Routed.* you cannot move"):
		drag(board, folio, "Closed", folios.cast(Role.EXECUTIVE))
	assert [field(folio, "stage"), field(folio, "workflow_state")] == ["Routed", "Routed"]


def test_a_card_is_dragged_where_the_user_could_take_it(board):
	folio = folios.make_folio()
	drag(board, folio, "In Attention", folios.cast(Role.EXECUTIVE))
	assert field(folio, "stage") == "In Attention"
	assert frappe.db.exists("Service Event", {"case_name": folio.name, "to_stage": "In Attention"})


# Calendar and filters ----------------------------------------------------------------------------------------


def month():
	return add_to_date(now_datetime(), days=-20), add_to_date(now_datetime(), days=20)


def test_a_folio_stands_on_the_day_when_something_falls_due_and_once(coordinator):
	folio, closed = folios.make_folio(), folios.close(folios.make_folio())
	found = folio_calendar.get_events(*month())
	mine = [event for event in found if event["name"] == folio.name]
	due = frappe.get_all("Service Commitment", {"case_name": folio.name, "status": "Running"}, pluck="due_at")
	assert [(event["kind"], event["start"]) for event in mine] == [("due", min(due))]
	assert [event["kind"] for event in found if event["name"] == closed.name] == ["received"]


def test_the_calendar_shows_nobody_what_they_may_not_see():
	foreign = folios.make_folio(request_type="Claim")
	with folios.engine.run_as(folios.cast(Role.SALES)):
		assert foreign.name not in [event["name"] for event in folio_calendar.get_events(*month())]


def test_overdue_are_those_whose_time_is_over_and_does_not_stand_still(coordinator):
	late, waiting, fine = (folios.make_folio() for _one in range(3))
	past = add_to_date(now_datetime(), hours=-1)
	for folio, paused in ((late, None), (waiting, past)):
		frappe.db.set_value(
			"Service Commitment",
			{"case_name": folio.name, "kind": ("in", ("First Answer", "Corporate Answer"))},
			{"due_at": past, "paused_at": paused},
		)
	found = folio_filters.overdue()
	assert late.name in found
	assert waiting.name not in found and fine.name not in found


def test_the_list_has_its_saved_filters_and_its_board_once():
	list_tools.install()
	filters = frappe.get_all(
		"List Filter", {"reference_doctype": "Service Folio", "for_user": ""}, ["filters"]
	)
	boards = frappe.get_all("Kanban Board", {"reference_doctype": "Service Folio"}, ["field_name"])
	assert len(filters) >= 3 and len(boards) >= 1
	for row in filters:
		# each is a filter that the list can use
		frappe.get_list("Service Folio", filters=[one[:4] for one in frappe.parse_json(row.filters)], limit=1)
	list_tools.install()
	assert len(frappe.get_all("List Filter", {"reference_doctype": "Service Folio", "for_user": ""})) == len(
		filters
	)
