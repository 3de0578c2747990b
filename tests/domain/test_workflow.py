"""The state machine of a folio, and what a specification refuses (G18, S1.15)."""

from dataclasses import replace

import pytest

from nervion_service.domain.taxonomy import OPEN_STAGES, ROLES, STAGES, TECHNICAL_ROLES
from nervion_service.workflows import FOLIO, WORKFLOWS
from nervion_service.workflows.folio import HANDLERS, Action
from nervion_service.workflows.specification import SpecificationError, State, Transition, Workflow

DRAFT = State("Draft", "Draft", 0, ("Clerk",))
DONE = State("Done", "Done", 1, ("Clerk",), final=True)
FINISH = Transition("Draft", "Finish", "Done", ("Clerk",))


def build(states=(DRAFT, DONE), transitions=(FINISH,)):
	return Workflow("Paper", "Paper", tuple(states), tuple(transitions))


@pytest.mark.parametrize(
	("problem", "changes"),
	[
		("it has no state", {"states": ()}),
		("state Draft is there twice", {"states": (DRAFT, DRAFT, DONE)}),
		("nobody may edit in Draft", {"states": (replace(DRAFT, allow_edit=()), DONE)}),
		("docstatus 3 of Done is unknown", {"states": (DRAFT, replace(DONE, doc_status=3))}),
		("style Pink of Draft is unknown", {"states": (replace(DRAFT, style="Pink"), DONE)}),
		("the initial state Done is not a draft", {"states": (DONE, DRAFT)}),
		("action Finish leaves Draft twice", {"transitions": (FINISH, FINISH)}),
		("Finish names the unknown state Gone", {"transitions": (replace(FINISH, target="Gone"),)}),
		("nobody may Finish from Draft", {"transitions": (replace(FINISH, roles=()),)}),
		("Undo from Done turns docstatus back", {"transitions": (FINISH, Transition("Done", "Undo", "Draft", ("Clerk",)))}),
		("Done is never reached; Draft is a dead end", {"transitions": ()}),
		("Done is a dead end", {"states": (DRAFT, replace(DONE, final=False))}),
	],
)  # fmt: skip
def test_a_specification_that_cannot_work_is_refused(problem, changes):
	with pytest.raises(SpecificationError, match=problem):
		build(**changes)


def test_a_loop_without_a_way_to_rest_is_a_dead_end():
	loop = (State("A", "A", 0, ("Clerk",)), State("B", "B", 0, ("Clerk",)), replace(DONE, doc_status=0))
	ways = (
		Transition("A", "Finish", "Done", ("Clerk",)),
		Transition("A", "Go", "B", ("Clerk",)),
		Transition("B", "Stay", "B", ("Clerk",)),
	)
	with pytest.raises(SpecificationError, match="B is a dead end"):
		build(loop, ways)


def test_the_fingerprint_is_stable_and_tells_any_change():
	assert build().fingerprint() == build().fingerprint()
	changed = (
		build(states=(replace(DRAFT, style="Info"), DONE)),
		build(transitions=(replace(FINISH, roles=("Clerk", "Boss")),)),
		build(states=(replace(DRAFT, stage="Other"), DONE)),
	)
	assert len({build().fingerprint(), *(other.fingerprint() for other in changed)}) == 4


def test_the_fingerprint_of_a_small_specification_is_the_same_on_every_machine():
	assert build().fingerprint() == "40b775004ae3bed6042d2cc5b13d8f45ccdb1c290a55ac2aa84ffb4f7fd566e1"


def test_the_stages_are_those_of_the_domain_and_nothing_is_ever_submitted():
	assert tuple(state.stage for state in FOLIO.states) == STAGES
	assert {state.doc_status for state in FOLIO.states} == {0}


def test_every_role_of_a_workflow_is_one_of_ours():
	for workflow in WORKFLOWS:
		assert set(workflow.roles()) <= set(ROLES)


def test_a_case_walks_from_registration_to_closing():
	walk = FOLIO.path("Registered", "Closed")
	assert [step.action for step in walk] == [
		Action.ROUTE,
		Action.ACCEPT,
		Action.ANSWER,
		Action.CLOSE,
	]
	assert FOLIO.path("Registered", "Registered") == ()


def test_nothing_leads_back_to_registration():
	assert all(FOLIO.path(stage, "Registered") is None for stage in STAGES if stage != "Registered")


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_any_open_case_can_be_withdrawn(stage):
	assert [step.action for step in FOLIO.path(stage, "Withdrawn")] == [Action.WITHDRAW]


def test_an_ended_case_can_only_be_reopened():
	for stage in ("Closed", "Withdrawn"):
		assert {step.action for step in FOLIO.actions(stage, ROLES)} == {Action.REOPEN}


def test_waiting_for_the_customer_goes_back_and_forth():
	assert FOLIO.path("In Attention", "Waiting for Customer")[0].action == Action.ASK
	assert FOLIO.path("Waiting for Customer", "In Attention")[0].action == Action.RESUME


def test_a_dissatisfied_customer_is_attended_again_before_closing():
	assert [step.action for step in FOLIO.path("Answered", "In Attention")] == [Action.ATTEND_AGAIN]


def test_a_reopened_case_must_be_attended_before_it_is_answered():
	assert [step.target for step in FOLIO.path("Reopened", "Closed")] == [
		"In Attention",
		"Answered",
		"Closed",
	]


def test_only_the_coordinator_and_the_administrator_route_by_hand():
	able = {role for role in ROLES if FOLIO.actions("Registered", [role])}
	routing = {
		role for role in able if Action.ROUTE in {t.action for t in FOLIO.actions("Registered", [role])}
	}
	assert routing == {"Service Coordinator", "Service Administrator"}


def test_technical_roles_can_accept_what_was_routed():
	for role in TECHNICAL_ROLES:
		assert Action.ACCEPT in {step.action for step in FOLIO.actions("Routed", [role])}


@pytest.mark.parametrize("role", sorted(set(ROLES) - set(HANDLERS)))
def test_who_only_looks_on_takes_no_action(role):
	assert [t for stage in STAGES for t in FOLIO.actions(stage, [role])] == []


def test_an_agency_attends_but_neither_closes_nor_withdraws_nor_reopens():
	actions = {t.action for stage in STAGES for t in FOLIO.actions(stage, ["Service Agency"])}
	assert actions == {Action.ACCEPT, Action.ASK, Action.RESUME, Action.ANSWER, Action.ATTEND_AGAIN}
