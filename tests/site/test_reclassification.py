"""A case that turns out to be another kind of request changes its route, its hands and its promises (S1.8, D3, D9)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import indicator_data, indicator_rows
from nervion_service.workflows.folio import Action
from tests.site import spine
from tests.site.folio_factories import (  # noqa: F401
	MONDAY,
	accept,
	act,
	answer,
	at,
	close,
	events_of,
	everybody,
	make_folio,
	reloaded,
	reopen,
	staff,
	withdraw,
	write_to_customer,
)


def classify(folio, **changes):
	folio = reloaded(folio)
	folio.update(changes)
	folio.save()
	return reloaded(folio)


def promises(folio):
	rows = frappe.get_all(
		"Service Commitment",
		filters={"case_name": folio.name},
		fields=["kind", "status", "policy", "started_at", "request_type", "responsible"],
		order_by="kind, creation",
	)
	return {(row.kind, row.policy): row for row in rows}


def statuses(folio):
	return {kind: row.status for (kind, _policy), row in promises(folio).items() if row.status != "Cancelled"}


def test_a_question_that_is_a_technical_request_goes_to_the_technical_area():
	staff(Role.TECHNICIAN)
	folio = classify(make_folio(request_type="General Information"), request_type="Technical Request")
	assert (folio.route_role, folio.procedure, folio.stage) == (Role.TECHNICIAN, "MPC-SER-005", "Routed")
	assert Role.TECHNICIAN in frappe.get_roles(folio.assigned_to)


def test_the_acceptance_it_is_owed_counts_from_the_effective_reception():
	with at(MONDAY):
		folio = make_folio(request_type="General Information")
	assert "Acceptance" not in statuses(folio)
	with at(MONDAY + timedelta(hours=3)):
		folio = classify(folio, request_type="Technical Request")
	row = promises(folio)["Acceptance", "ACCEPTANCE-TECHNICAL-V1"]
	assert (row.status, row.started_at) == ("Running", folio.effective_at)
	assert row.responsible == folio.assigned_to


def test_what_no_longer_applies_lapses_and_the_rest_runs_on():
	folio = make_folio(request_type="Technical Request")
	first_answer = promises(folio)["First Answer", "FIRST-ANSWER-V1"]
	folio = classify(folio, request_type="General Information")
	assert promises(folio)["Acceptance", "ACCEPTANCE-TECHNICAL-V1"].status == "Cancelled"
	after = promises(folio)["First Answer", "FIRST-ANSWER-V1"]
	assert (after.status, after.started_at) == ("Running", first_answer.started_at)


def test_a_claim_that_becomes_critical_gets_its_shorter_term():
	folio = make_folio(request_type="Claim")
	assert promises(folio)["Resolution", "RESOLUTION-V1"].status == "Running"
	folio = classify(folio, severity="Critical")
	found = promises(folio)
	assert found["Resolution", "RESOLUTION-V1"].status == "Cancelled"
	assert found["Resolution", "RESOLUTION-CRITICAL-V1"].status == "Running"


def test_an_answer_that_was_given_is_not_owed_again():
	folio = make_folio(request_type="General Information")
	answer(folio)
	folio = classify(folio, request_type="Technical Advice")
	assert statuses(folio)["First Answer"] == "Fulfilled"
	assert len([kind for kind, _policy in promises(folio) if kind == "First Answer"]) == 1


def test_the_person_chosen_in_the_same_save_is_kept():
	person = staff(Role.TECHNICIAN)
	folio = classify(make_folio(), request_type="Technical Request", assigned_to=person)
	assert folio.assigned_to == person


def test_the_history_says_from_what_to_what():
	folio = classify(make_folio(request_type="General Information"), request_type="Order")
	row = events_of(folio, Events.RECLASSIFIED)[0]
	assert frappe.parse_json(row.details)["request_type"] == ["General Information", "Order"]


def test_the_indicators_count_it_under_its_new_type():
	folio = classify(make_folio(request_type="General Information"), request_type="Order")
	assert {row.request_type for row in promises(folio).values()} == {"Order"}
	day = folio.effective_at.date()
	period = indicator_data.Period(day, day, request_type="Order")
	rows = indicator_rows.rows("S1.13-all", "denominator", period, folio.effective_at)
	assert folio.name in [row.case_name for row in rows]


def test_a_save_that_classifies_nothing_anew_touches_no_promise():
	folio = make_folio()
	before = promises(folio)
	folio = classify(folio, description="Con más detalle")
	assert promises(folio) == before
	assert not events_of(folio, Events.RECLASSIFIED)


WAITS = ((2, 4), (6, 26))  # hours after MONDAY at ten: noon to two, and four until noon of the next day


def live_with_waits(*waits, **values):
	"""A claim, or what `values` make of it, whose customer was asked and let us wait for those hours; the last may not be over."""
	with at(MONDAY, tick=False):
		folio = make_folio(**values)
	with at(MONDAY + timedelta(hours=1), tick=False):
		folio = accept(folio)
	for begin, end in waits:
		with at(MONDAY + timedelta(hours=begin), tick=False):
			write_to_customer(folio)
			folio = act(folio, Action.ASK)
		if end:
			with at(MONDAY + timedelta(hours=end), tick=False):
				folio = act(folio, Action.RESUME)
	return folio


def promise_of(folio, kind):
	fields = ["due_at", "original_due_at", "paused_at", "paused_seconds", "pauses", "status", "due_reason"]
	wanted = {"case_name": folio.name, "kind": kind, "status": ("!=", "Cancelled")}
	return frappe.db.get_value("Service Commitment", wanted, fields, as_dict=True)


@pytest.mark.parametrize("waits", [WAITS, WAITS[:1], (*WAITS, (28, None)), ()])
def test_earlier_waits_count_as_if_the_type_had_been_right_from_the_start(waits):
	right = live_with_waits(*waits, request_type="Claim")
	wrong = live_with_waits(*waits, request_type="General Information")
	assert promise_of(wrong, "Resolution") is None
	with at(MONDAY + timedelta(hours=29), tick=False):
		wrong = classify(wrong, request_type="Claim")
	assert promise_of(wrong, "Resolution") == promise_of(right, "Resolution")


def test_the_wait_that_ends_with_the_new_type_counts_too():
	right = live_with_waits((2, 4), request_type="Claim")
	wrong = live_with_waits((2, None), request_type="General Information")
	with at(MONDAY + timedelta(hours=4), tick=False):
		wrong = act(wrong, Action.RESUME, request_type="Claim")
	assert promise_of(wrong, "Resolution") == promise_of(right, "Resolution")
	assert promise_of(wrong, "Resolution").paused_seconds == 2 * 3600


def test_a_promise_that_does_not_pause_is_given_no_wait():
	wrong = live_with_waits(*WAITS, request_type="General Information")
	with at(MONDAY + timedelta(hours=29), tick=False):
		wrong = classify(wrong, request_type="Technical Request")
	acceptance = promise_of(wrong, "Acceptance")
	assert (acceptance.due_at, acceptance.paused_seconds) == (acceptance.original_due_at, 0)


def test_a_reopened_case_is_owed_its_new_answer_by_the_promise_of_its_new_type():
	spine.make_policy(request_type="Complaint", policy_code="QUICK-ANSWER", allowance=3600)
	folio = reopen(close(make_folio(request_type="General Information")))
	(owed,) = (
		row for row in promises(folio).values() if row.kind == "First Answer" and row.status == "Running"
	)
	folio = classify(folio, request_type="Complaint")
	(new,) = (
		row for row in promises(folio).values() if row.kind == "First Answer" and row.status == "Running"
	)
	assert new.policy.startswith("QUICK-ANSWER")
	assert new.started_at == owed.started_at


@pytest.mark.parametrize("end", [close, withdraw])
def test_an_ended_case_is_counted_under_its_new_type_and_nothing_starts_or_lapses(end):
	folio = end(make_folio(request_type="Complaint"))
	before = promises(folio)
	folio = classify(folio, request_type="Technical Request")
	after = promises(folio)
	assert {row.request_type for row in after.values()} == {"Technical Request"}
	for row in (*before.values(), *after.values()):
		row.request_type = None
	assert after == before
	assert len(events_of(folio, Events.RECLASSIFIED)) == 1
