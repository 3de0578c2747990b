"""What a corrective action needs before each stage, and when eight disciplines are asked for (I2, G11)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import corrective
from nervion_service.domain.complaint_words import ACTION_STAGES as STAGES
from nervion_service.domain.complaint_words import ActionStage as Stage
from nervion_service.domain.corrective import (
	LEAST_WHYS,
	MESSAGES,
	Effectiveness,
	Facts,
	Kind,
	Method,
	Reason,
	Task,
	demands,
	method_for,
	missing,
	needs_next_cycle,
	verdict_is_too_soon,
)

NOW = datetime(2026, 6, 15, 12)
TASK = Task("Cambiar la malla", "ana@x", date(2026, 6, 1), date(2026, 5, 30), "Malla cambiada")
# an action that may go all the way, on its day
WHOLE = Facts(
	method=Method.EIGHT_DISCIPLINES,
	stage=Stage.VERIFIED,
	containment="Lote retenido",
	root_cause="Dispersión insuficiente",
	cause_text="La malla estaba rota",
	whys=LEAST_WHYS,
	similar=1,
	tasks=(TASK,),
	implemented_at=datetime(2026, 5, 31, 9),
	verification_date=NOW.date(),
	criterion="Ninguna queja de grumos en 60 días",
	planned_verifier="quim@x",
	verifier="quim@x",
	effectiveness=Effectiveness.EFFECTIVE,
	cancel_reason="Duplicada",
)
# what each stage asks for, by the field that is emptied and the code that then complains
ANALYSIS = {"containment": "no_containment"}
PLAN = {
	**ANALYSIS,
	"cause_text": "no_cause_text",
	"root_cause": "no_root_cause",
	"whys": "too_few_whys",
	"similar": "no_similar",
	"tasks": "no_tasks",
	"verification_date": "no_verification_date",
	"criterion": "no_criterion",
	"planned_verifier": "no_verifier",
}
ASKED = {
	Stage.OPEN: {},
	Stage.ANALYSIS: ANALYSIS,
	Stage.IN_PROGRESS: PLAN,
	Stage.IMPLEMENTED: PLAN,
	Stage.VERIFIED: {
		**PLAN,
		"effectiveness": "no_verdict",
		"verifier": "no_verifier",
		"implemented_at": "not_implemented",
	},
	Stage.CLOSED: {"effectiveness": "not_verified"},
	Stage.CANCELLED: {"cancel_reason": "no_cancel_reason"},
}
EMPTY = {"tasks": (), "whys": 0, "similar": 0}


def codes(facts, stage, now=NOW):
	return [lack.code for lack in missing(facts, stage, now)]


@pytest.mark.parametrize("stage", STAGES)
def test_a_whole_action_may_enter_every_stage(stage):
	assert codes(WHOLE, stage) == []


@pytest.mark.parametrize("stage", STAGES)
@given(emptied=st.sets(st.sampled_from(sorted({field for asked in ASKED.values() for field in asked}))))
def test_what_is_missing_is_told_and_nothing_else(stage, emptied):
	facts = replace(WHOLE, **{field: EMPTY.get(field) for field in emptied})
	expected = [code for field, code in ASKED[stage].items() if field in emptied]
	if "not_implemented" in expected:
		expected = ["not_implemented"]
	assert sorted(codes(facts, stage)) == sorted(expected)


@given(st.text(alphabet=" \t\n", max_size=4))
def test_blanks_are_no_words(blank):
	assert codes(replace(WHOLE, containment=blank), Stage.ANALYSIS) == ["no_containment"]


def test_a_preventive_action_has_nothing_to_contain():
	assert codes(Facts(kind=Kind.PREVENTIVE), Stage.ANALYSIS) == []


def test_the_plain_way_asks_for_no_whys_and_no_similar_cases():
	plain = replace(WHOLE, method=Method.PLAIN, whys=0, similar=0)
	assert codes(plain, Stage.IN_PROGRESS) == []


@pytest.mark.parametrize("field", ["text", "responsible", "due"])
def test_a_task_says_what_by_whom_and_until_when(field):
	facts = replace(WHOLE, tasks=(TASK, replace(TASK, **{field: None})))
	(lack,) = missing(facts, Stage.IN_PROGRESS, NOW)
	assert (lack.code, dict(lack.values)) == ("task_incomplete", {"row": 2})


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_it_is_implemented_only_when_every_task_is_done(done):
	tasks = tuple(TASK if one else replace(TASK, done=None) for one in done)
	found = missing(replace(WHOLE, tasks=tasks), Stage.IMPLEMENTED, NOW)
	assert [dict(lack.values)["row"] for lack in found] == [n for n, one in enumerate(done, 1) if not one]
	assert {lack.code for lack in found} <= {"task_open"}


def test_a_task_without_a_result_or_done_tomorrow_is_not_done():
	assert codes(replace(WHOLE, tasks=(replace(TASK, result=None),)), Stage.IMPLEMENTED) == ["task_open"]
	tomorrow = replace(TASK, done=NOW.date() + timedelta(days=1))
	assert codes(replace(WHOLE, tasks=(tomorrow,)), Stage.IMPLEMENTED) == ["task_future"]


@given(st.integers(-30, 30))
def test_effectiveness_is_judged_on_its_date_or_later(days):
	day = NOW.date() + timedelta(days=days)
	facts = replace(WHOLE, verification_date=day, stage=Stage.IMPLEMENTED)
	expected = ["verification_before_action"] if day < WHOLE.implemented_at.date() else []
	assert codes(facts, Stage.VERIFIED) == expected + (["verification_too_early"] if days > 0 else [])


def test_a_check_that_is_dated_before_the_action_is_refused():
	facts = replace(WHOLE, implemented_at=None, verification_date=NOW.date() - timedelta(days=1))
	assert codes(facts, Stage.IMPLEMENTED) == ["verification_before_action"]


def test_who_did_a_task_does_not_judge_it():
	(lack,) = missing(replace(WHOLE, verifier="ana@x"), Stage.VERIFIED, NOW)
	assert (lack.code, dict(lack.values)) == ("own_work", {"person": "ana@x"})


def test_who_said_that_it_was_done_does_not_judge_it():
	facts = replace(WHOLE, stage=Stage.IMPLEMENTED, implementer=WHOLE.verifier)
	assert "own_work" in codes(facts, Stage.VERIFIED)


def test_an_effect_does_not_show_on_the_day_of_the_work():
	facts = replace(WHOLE, stage=Stage.IMPLEMENTED, verification_date=WHOLE.implemented_at.date())
	assert codes(facts, Stage.VERIFIED, WHOLE.implemented_at) == ["same_day"]
	assert codes(facts, Stage.VERIFIED, WHOLE.implemented_at + timedelta(days=1)) == []


@pytest.mark.parametrize(("verdict", "told"), [("Effective", ["recurred"]), ("Not Effective", [])])
def test_what_came_back_was_not_effective(verdict, told):
	facts = replace(WHOLE, stage=Stage.IMPLEMENTED, effectiveness=verdict, recurred=("QR-2026-00007",))
	assert codes(facts, Stage.VERIFIED) == told


@given(st.sampled_from(STAGES), st.sampled_from([None, *corrective.VERDICTS]))
def test_a_verdict_before_the_action_is_too_soon(stage, verdict):
	facts = replace(WHOLE, stage=stage, effectiveness=verdict)
	assert verdict_is_too_soon(facts) == (bool(verdict) and stage not in corrective.DONE)
	assert verdict_is_too_soon(replace(facts, implemented_at=None)) == bool(verdict)


@pytest.mark.parametrize("verdict", corrective.VERDICTS)
@pytest.mark.parametrize("following", [None, "AC-2"])
def test_a_negative_verdict_closes_only_when_the_next_cycle_is_open(verdict, following):
	facts = replace(WHOLE, effectiveness=verdict, next_action=following)
	refused = verdict == Effectiveness.NOT_EFFECTIVE and not following
	assert needs_next_cycle(facts) == refused
	assert codes(facts, Stage.CLOSED) == (["no_next_cycle"] if refused else [])


@pytest.mark.parametrize("stage", [one for one in STAGES if one not in (Stage.VERIFIED, Stage.CLOSED)])
def test_nothing_closes_that_was_not_verified(stage):
	assert codes(replace(WHOLE, stage=stage), Stage.CLOSED) == ["not_verified"]


@given(st.sampled_from([None, "Minor", "Major", "Critical"]), st.lists(st.booleans(), min_size=4, max_size=4))
def test_severity_recurrence_batch_failure_and_an_audit_each_demand_eight_disciplines(severity, others):
	recurs, batch, failed, audit = others
	found = demands(severity, recurs=recurs, from_batch=batch, not_effective_before=failed, from_audit=audit)
	expected = {
		Reason.SEVERITY: severity == "Critical",
		Reason.RECURRENCE: recurs,
		Reason.BATCH: batch,
		Reason.NOT_EFFECTIVE: failed,
		Reason.AUDIT: audit,
	}
	assert found == tuple(reason for reason, asked in expected.items() if asked)
	assert method_for(found) == (Method.EIGHT_DISCIPLINES if found else Method.PLAIN)


def test_what_is_demanded_is_cancelled_only_for_another_action():
	demanded = replace(WHOLE, cancel_reason="Duplicada", demanded_by="Reincidencia")
	assert codes(demanded, Stage.CANCELLED) == ["no_replacement"]
	assert codes(replace(demanded, replaced_by="AC-2026-00002"), Stage.CANCELLED) == []
	assert codes(replace(demanded, cancel_reason=" ", demanded_by=None), Stage.CANCELLED) == [
		"no_cancel_reason"
	]


def test_every_sentence_has_the_values_that_it_names():
	bad = replace(
		Facts(method=Method.EIGHT_DISCIPLINES),
		tasks=(Task(None, None, None),),
		implemented_at=NOW,
		verification_date=date(2026, 1, 1),
	)
	demanded = replace(WHOLE, demanded_by="Reincidencia")
	for facts in (
		bad,
		demanded,
		replace(WHOLE, verifier="ana@x"),
		replace(WHOLE, verification_date=date(2026, 7, 1)),
	):
		for stage in STAGES:
			for lack in missing(facts, stage, NOW):
				assert "{" not in MESSAGES[lack.code].format(**dict(lack.values))
