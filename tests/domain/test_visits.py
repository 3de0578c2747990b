"""What a technical visit needs before it goes on (G3, G10)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.visits import (
	MODES,
	RESULTS,
	STAGES,
	Mode,
	Result,
	Stage,
	Visit,
	found_a_problem,
	looked,
	missing,
)

NOW = datetime(2026, 3, 2, 12, 0)
READY = Visit(
	consent=True,
	consent_by="Ing. Salas",
	consent_means="Phone",
	consent_at=NOW - timedelta(days=1),
	scheduled_from=NOW,
	scheduled_to=NOW + timedelta(hours=2),
	assigned_to="tecnico@example.test",
	result=Result.RESOLVED,
	diagnosis="Superficie húmeda",
	recommendation="Esperar a que seque",
	is_signed=True,
	cancel_reason="El cliente ya no la quiere",
)


@pytest.mark.parametrize("stage", STAGES)
def test_a_visit_that_has_everything_goes_through(stage):
	assert missing(READY, stage, NOW) is None


def test_asking_for_a_visit_needs_nothing():
	assert missing(Visit(), Stage.REQUESTED, NOW) is None


@pytest.mark.parametrize("field", ["consent", "consent_by", "consent_means", "consent_at"])
@pytest.mark.parametrize("stage", [Stage.CONSENTED, Stage.SCHEDULED, Stage.IN_PROGRESS, Stage.FINISHED])
def test_no_stage_is_reached_round_the_customers_consent(field, stage):
	empty = {"consent": False, "consent_by": " ", "consent_means": "", "consent_at": None}[field]
	assert missing(replace(READY, **{field: empty}), stage, NOW).code == "consent"


@pytest.mark.parametrize(
	("changes", "stage", "code"),
	[
		({"consent_at": NOW + timedelta(minutes=1)}, Stage.CONSENTED, "consent_ahead"),
		({"scheduled_from": None}, Stage.SCHEDULED, "date"),
		({"scheduled_to": NOW - timedelta(hours=1)}, Stage.SCHEDULED, "date_upside_down"),
		({"assigned_to": ""}, Stage.SCHEDULED, "person"),
		({"result": ""}, Stage.FINISHED, "result"),
		({"diagnosis": "  "}, Stage.FINISHED, "diagnosis"),
		({"recommendation": ""}, Stage.FINISHED, "recommendation"),
		({"open_checks": ("Lote legible",)}, Stage.FINISHED, "checks"),
		({"is_signed": False}, Stage.FINISHED, "signature"),
		({"result": Result.PROBLEM}, Stage.FINISHED, "report"),
		({"deviations": ("Humedad relativa: 92 %",)}, Stage.FINISHED, "report_for_deviations"),
		({"cancel_reason": " "}, Stage.CANCELLED, "cancel_reason"),
	],
)
def test_what_is_missing_is_told_one_thing_at_a_time(changes, stage, code):
	assert missing(replace(READY, **changes), stage, NOW).code == code


@given(st.sampled_from(RESULTS), st.booleans(), st.lists(st.text(), max_size=2), st.sampled_from(MODES))
def test_no_visit_that_found_a_problem_ends_without_a_report(result, has_report, deviations, mode):
	visit = replace(READY, result=result, has_report=has_report, deviations=tuple(deviations), mode=mode)
	refused = missing(visit, Stage.FINISHED, NOW)
	assert bool(refused) == (found_a_problem(visit) and not has_report)


def test_a_visit_that_was_not_done_says_why_and_needs_no_signature():
	visit = replace(READY, result=Result.NOT_DONE, recommendation="", is_signed=False, open_checks=("Lote",))
	assert missing(visit, Stage.FINISHED, NOW) is None
	assert missing(replace(visit, diagnosis=""), Stage.FINISHED, NOW).code == "diagnosis"


def test_remote_support_needs_no_signature_and_a_site_visit_may_say_why_there_is_none():
	assert missing(replace(READY, mode=Mode.REMOTE, is_signed=False), Stage.FINISHED, NOW) is None
	assert (
		missing(replace(READY, is_signed=False, unsigned_reason="Nadie en obra"), Stage.FINISHED, NOW) is None
	)


@given(st.sampled_from(("", *RESULTS)), st.lists(st.text(min_size=1), max_size=2))
def test_a_report_rests_on_a_visit_on_which_somebody_looked_and_a_problem_always_has_one(result, deviations):
	visit = replace(READY, result=result, deviations=tuple(deviations))
	assert looked(visit) == (result in (Result.RESOLVED, Result.PROBLEM) or bool(deviations))
	# what must have a report may have the short one, or nobody could end it
	assert looked(visit) or not found_a_problem(visit)
