"""A case that turns out to be another kind of request changes its route, its hands and its promises (S1.8, D3, D9)."""

from datetime import timedelta

import frappe

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import indicator_data
from tests.site.folio_factories import (  # noqa: F401
	MONDAY,
	answer,
	at,
	events_of,
	everybody,
	make_folio,
	reloaded,
	staff,
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
	rows = indicator_data.rows("S1.13-all", "denominator", period, folio.effective_at)
	assert folio.name in [row.case_name for row in rows]


def test_a_save_that_classifies_nothing_anew_touches_no_promise():
	folio = make_folio()
	before = promises(folio)
	folio = classify(folio, description="Con más detalle")
	assert promises(folio) == before
	assert not events_of(folio, Events.RECLASSIFIED)
