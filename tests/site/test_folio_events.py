"""The history of a case holds every step, in codes, and the form's head is read from it (X11)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import EVENT_LABELS, Events, Role
from nervion_service.services import folio_view
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (
	Role.EXECUTIVE,
	Role.ADMINISTRATOR,
	Role.COORDINATOR,
	Role.SYSTEMS,
	Role.MANAGEMENT,
	Role.AGENCY,
	"System Manager",
)

PERSONAL = (
	"Pinturas del Bajío",
	"Ana Ruiz",
	"compras@bajio.test",
	"5555 0102",
	"descascararse",
	"rendimiento",
)


def lived_through():
	folio = folios.close(folios.make_folio(description="Ana Ruiz dice que empezó a descascararse"))
	folio = folios.reopen(folio)
	folios.hear_from_customer(folio)
	return folios.withdraw(folio, reason="Ana Ruiz ya no quiere seguir")


def test_every_step_of_a_life_is_one_event():
	codes = [row.event for row in folios.events_of(lived_through())]
	for code in (Events.REGISTERED, Events.ROUTED, Events.ACCEPTED, Events.OUTBOUND, Events.FIRST_ANSWER, Events.ANSWERED,
		Events.SATISFACTION_CONFIRMED, Events.CLOSED, Events.REOPENED, Events.INBOUND, Events.WITHDRAWN):  # fmt: skip
		assert codes.count(code) == 1, code
	assert set(codes) <= set(EVENT_LABELS)


def test_events_hold_no_personal_text():
	told = str(folios.events_of(lived_through()))
	assert not [word for word in PERSONAL if word in told]


def test_stages_in_the_history_follow_one_another():
	steps = [(row.from_stage, row.to_stage) for row in folios.events_of(lived_through()) if row.to_stage]
	assert all(before[1] == after[0] for before, after in zip(steps, steps[1:], strict=False))


@pytest.mark.parametrize("role", ["System Manager", Role.ADMINISTRATOR, Role.COORDINATOR, Role.SYSTEMS])
def test_nobody_edits_or_deletes_an_event(role):
	folio = folios.make_folio()
	name = folios.events_of(folio)[0].name
	with folios.engine.run_as(folios.cast(role)):
		event = frappe.get_doc("Service Event", name)
		event.event = "forged"
		with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
			event.save()
		with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
			frappe.delete_doc("Service Event", name)
	assert frappe.db.get_value("Service Event", name, "event") == Events.REGISTERED


def test_the_head_says_who_since_when_and_what_is_promised_next():
	with folios.at(folios.MONDAY) as clock:
		folio = folios.make_folio(request_type="Order")
		clock.shift(folios.minutes(90))
		view = folio_view.get_view(folio.name)
	head = view["head"]
	assert (head["party"], head["stage"], head["assigned_to"]) == (
		folio.party_name,
		"Routed",
		folio.assigned_to,
	)
	assert 5400 <= head["working_seconds"] < 5460
	promise = head["next_promise"]
	assert (promise["kind"], promise["colour"]) == ("First Answer", "blue")
	assert 2.5 * 3600 - 60 < promise["seconds_left"] <= 2.5 * 3600
	assert [row["event"] for row in view["history"]][-1] == Events.REGISTERED


def test_the_next_action_is_the_one_of_the_stage_with_what_is_missing():
	folio = folios.make_folio()
	assert folio_view.get_view(folio.name)["next_action"]["action"] == "Accept"
	folio = folios.accept(folio)
	action = folio_view.get_view(folio.name)["next_action"]
	assert action["action"] == "Mark as Answered" and "Send an answer" in action["missing"]
	folios.write_to_customer(folio)
	assert folio_view.get_view(folio.name)["next_action"]["missing"] is None
	with folios.engine.run_as(folios.cast(Role.MANAGEMENT)):
		assert folio_view.get_view(folio.name)["next_action"] is None


def test_colours_tell_kept_running_warned_broken_and_paused():
	def colour(status, share=None):
		return folio_view.colour({"status": status, "share_used": share})

	assert [colour("Fulfilled"), colour("Running", 0.2), colour("Running", 0.8)] == [
		"green",
		"blue",
		"orange",
	]
	assert [colour("Breached", 1.4), colour("Fulfilled Late"), colour("Paused"), colour("Cancelled")] == [
		"red", "red", "gray", "gray",
	]  # fmt: skip


def test_who_may_not_read_the_folio_gets_no_view_of_it():
	folio = folios.make_folio()
	with folios.engine.run_as(folios.cast(Role.AGENCY)), pytest.raises(frappe.PermissionError):
		folio_view.get_view(folio.name)


def test_the_view_costs_few_queries():
	from tests.site.test_intake import count_queries

	folio = folios.close(folios.make_folio())
	folio_view.get_view(folio.name)
	assert len(count_queries(lambda: folio_view.get_view(folio.name))) <= 12
