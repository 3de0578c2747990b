"""What an auditor asks of a case, and when it is proved, missing, not due yet or nothing to ask (K12)."""

from datetime import datetime

import pytest

from nervion_service.domain import audit_clauses
from nervion_service.domain.audit_proofs import Proof, State

AT = datetime(2026, 3, 2, 10)
LATER = datetime(2026, 3, 4, 10)

FOLIO = {
	"name": "F-1",
	"procedure": "MPC-SER-001",
	"procedure_version": "3",
	"registered_at": AT,
	"routed_at": AT,
	"received_at": AT,
	"received_stamp_by": "Machine",
	"email": "a@example.com",
	"acknowledgement": "C-1",
	"acknowledged_at": AT,
	"first_answer_type": "Communication",
	"first_answer": "C-2",
	"first_answered_at": LATER,
	"satisfaction": "Satisfied",
	"satisfaction_by": "Ana",
	"satisfaction_at": LATER,
	"closed_at": LATER,
}
COMPLAINT = {
	"name": "Q-1",
	"kind": "Product",
	"severity": "Minor",
	"registered_at": AT,
	"verdict": "Partially Admissible",
	"verdict_reason": "one can was opened by others",
	"verdict_at": AT,
	"evidence": [{"file": "/private/files/can.jpg"}],
	"answered_at": LATER,
	"answer_evidence_type": "Communication",
	"answer_evidence": "C-3",
	"root_cause": "Seal",
	"root_cause_set_at": LATER,
}
REPORT = {
	"name": "R-1",
	"author": "a",
	"reviewer": "b",
	"approver": "c",
	"approved_at": LATER,
	"tests": [{"instrument": "V-1", "tested_on": AT.date(), "calibrated_until": LATER.date()}],
}
ACTION = {
	"name": "A-1",
	"stage": "Closed",
	"method": "Eight Disciplines",
	"received_at": AT,
	"implemented_at": AT,
	"containment": "the batch was set apart",
	"similar": [{"case_name": "Q-0"}],
	"tasks": [{"responsible": "doer"}],
	"verified_by": "judge",
	"verified_at": LATER,
	"closed_at": LATER,
}
PROMISE = {
	"name": "P-1",
	"kind": "First Answer",
	"case_name": "F-1",
	"status": "Fulfilled",
	"fulfilled_at": LATER,
}
TOLD = {"name": "E-1", "event": "progress_told", "happened_at": AT}
HOLD = {
	"name": "H-1",
	"batch": "L-1",
	"held_at": AT,
	"released_at": LATER,
	"release_reason": "tested",
	"outcome": "Bring Back",
	"recovered_qty": 3,
	"disposition": [{"qty": 1}, {"qty": 2}],
	"notices": [{"sent_at": AT, "outcome_told_at": LATER}, {"customer": "nobody told him"}],
}
REMEDY = {"name": "M-1", "reference": "DN-1", "done_at": LATER}
VISIT = {
	"name": "V-1",
	"consent": 1,
	"consent_by": "Ana",
	"consent_at": AT,
	"started_at": AT,
	"finished_at": LATER,
	"result": "Resolved",
	"diagnosis": "thin film",
}
WHOLE = {
	"Service Folio": [FOLIO],
	"Service Complaint": [COMPLAINT],
	"Technical Analysis Report": [REPORT],
	"Service Corrective Action": [ACTION],
	"Service Commitment": [PROMISE],
	"Service Event": [TOLD],
	"Service Batch Hold": [HOLD],
	"Complaint Remedy": [REMEDY],
	"Service Technical Visit": [VISIT],
}


def found(records, code):
	"""What was found of one question."""
	return next(one.result for one in audit_clauses.look_at(records) if one.question.code == code)


def changed(doctype, **values):
	"""The whole case with other values in the record of one kind."""
	return {**WHOLE, doctype: [{**WHOLE[doctype][0], **values}]}


def without(doctype):
	return {**WHOLE, doctype: []}


def test_a_whole_case_proves_every_clause_by_a_record_with_a_time():
	for answer in audit_clauses.look_at(WHOLE):
		assert answer.result.state == State.FOUND, answer.question.code
		assert answer.result.proofs, answer.question.code
		assert all(proof.at for proof in answer.result.proofs), answer.question.code


def test_a_case_without_records_has_nothing_to_ask():
	counted = audit_clauses.count(audit_clauses.look_at({}))
	assert counted[State.NOT_APPLICABLE] == len(audit_clauses.QUESTIONS)


GAPS = [
	("procedure", changed("Service Folio", procedure=None), "no_procedure"),
	("reception", changed("Service Folio", received_stamp_by=None), "no_reception"),
	("acknowledgement", changed("Service Folio", acknowledgement=None), "no_acknowledgement"),
	("answer_in_time", changed("Service Commitment", status="Fulfilled Late"), "late_answer"),
	("promises", changed("Service Commitment", kind="Visit", status="Breached"), "late_promise"),
	("progress", without("Service Event"), "no_progress"),
	("visit_consent", changed("Service Technical Visit", consent=0), "no_visit_consent"),
	("visit_result", changed("Service Technical Visit", diagnosis=""), "no_visit_result"),
	("verdict", changed("Service Complaint", verdict=None), "no_verdict"),
	("verdict", changed("Service Complaint", verdict_reason=""), "no_reason"),
	("evidence", changed("Service Complaint", evidence=[]), "no_evidence"),
	("evidence", {**WHOLE, "Lost File": [{"name": "can.jpg"}]}, "lost_file"),
	("analysis", {**without("Technical Analysis Report"), "Service Technical Visit": []}, "no_analysis"),
	("three_hands", changed("Technical Analysis Report", approver="a"), "not_approved"),
	(
		"calibration",
		changed("Technical Analysis Report", tests=[{"instrument": "V-1", "tested_on": AT.date()}]),
		"expired_calibration",
	),
	("containment", changed("Service Batch Hold", disposition=[{"qty": 2.5}]), "no_disposition"),
	(
		"containment",
		changed("Service Batch Hold", outcome=None, release_reason="", disposition=[], recovered_qty=0),
		"no_disposition",
	),
	(
		"containment",
		changed("Service Batch Hold", outcome=None, disposition=[{"qty": 1}]),
		"no_disposition",
	),
	(
		"containment",
		changed("Service Batch Hold", notices=[*HOLD["notices"], {"acknowledged_at": AT}]),
		"outcome_not_told",
	),
	("containment", changed("Service Folio", safety="Yes", batch="L-2"), "not_held"),
	("containment", changed("Service Complaint", safety="Yes", lines=[{"batch": "L-2"}]), "not_held"),
	(
		"containment",
		changed("Service Corrective Action", demanded_by="Severity, Batch", batch="L-2"),
		"not_held",
	),
	("remedy", changed("Complaint Remedy", reference=None), "open_remedy"),
	("decision", changed("Service Complaint", answer_evidence=None), "no_decision"),
	("word", changed("Service Folio", satisfaction=None), "no_word"),
	("cause", changed("Service Complaint", root_cause=None), "no_cause"),
	(
		"action",
		{**changed("Service Complaint", severity="Critical"), "Service Corrective Action": []},
		"no_action",
	),
	("containment_of_action", changed("Service Corrective Action", containment=""), "no_containment"),
	("similar", changed("Service Corrective Action", similar=[]), "no_similar"),
	("effect", changed("Service Corrective Action", verified_at=None), "not_verified"),
	("effect", changed("Service Corrective Action", verified_by="doer"), "verified_by_doer"),
]


@pytest.mark.parametrize(("code", "records", "gap"), GAPS, ids=[f"{code}-{gap}" for code, _, gap in GAPS])
def test_what_is_missing_is_a_gap_of_its_clause(code, records, gap):
	result = found(records, code)
	assert (result.state, result.gaps) == (State.GAP, (gap,))


@pytest.mark.parametrize(
	"said",
	[{}, {"release_reason": ""}, {"disposition": [], "recovered_qty": 0}],
	ids=["both", "decided", "reason"],
)
def test_a_hold_that_ended_before_outcomes_were_written_is_proved_by_its_reason_or_what_was_decided(said):
	"""Its customers heard no outcome either: there was none to tell."""
	before = changed("Service Batch Hold", outcome=None, notices=[{"sent_at": AT}], **said)
	assert found(before, "containment").state == State.FOUND


def test_every_gap_is_found_by_some_question_and_has_its_sentence():
	assert {gap for *_, gap in GAPS} | {"no_first_answer"} == set(audit_clauses.MESSAGES)


@pytest.mark.parametrize(
	("promises", "state"),
	[
		([{**PROMISE, "status": "Running", "fulfilled_at": None}], State.PENDING),
		([{**PROMISE, "status": "Breached", "breached_at": LATER}], State.GAP),
		([], State.GAP),
	],
	ids=["its term runs", "its term is over", "nothing was promised"],
)
def test_an_unanswered_request_is_a_gap_when_its_term_is_over_and_not_before(promises, state):
	records = {**changed("Service Folio", first_answer=None), "Service Commitment": promises}
	assert found(records, "answer").state == state


def test_an_answer_is_proved_by_its_record_and_never_by_a_stage():
	records = changed("Service Folio", stage="Answered", answered_at=LATER, first_answer=None)
	result = found({**records, "Service Commitment": []}, "answer")
	assert result.gaps == ("no_first_answer",)
	assert found(WHOLE, "answer").proofs == (Proof("Communication", "C-2", LATER),)


def test_an_effect_whose_day_has_not_come_is_not_due_yet():
	records = changed("Service Corrective Action", stage="Implemented", verified_at=None, closed_at=None)
	assert found(records, "effect").state == State.PENDING


def test_a_batch_that_is_still_held_is_not_due_yet_and_one_that_another_case_had_held_is_proved_by_its_line():
	lasting = changed("Service Batch Hold", released_at=None, disposition=[], outcome=None)
	assert found(lasting, "containment").state == State.PENDING
	accident = {**changed("Service Folio", safety="Yes", batch="L-1"), "Service Batch Hold": []}
	assert found(accident, "containment").gaps == ("not_held",)
	line = {"name": "E-2", "event": "batch_held", "happened_at": AT, "reference_name": "L-1"}
	result = found({**accident, "Service Event": [line]}, "containment")
	assert (result.state, result.proofs) == (State.FOUND, (Proof("Service Event", "E-2", AT),))


def test_an_action_out_of_a_hold_or_for_another_reason_asks_for_no_hold():
	for values in (
		{"source_type": "Service Batch Hold"},
		{"stage": "Cancelled"},
		{"demanded_by": "Severity"},
	):
		action = {"demanded_by": "Batch", "batch": "L-2", **values}
		assert found(changed("Service Corrective Action", **action), "containment").state == State.FOUND


def test_imported_history_is_not_asked_for_messages_of_another_system():
	records = changed(
		"Service Folio", is_history=1, acknowledgement=None, first_answer=None, satisfaction=None
	)
	assert found(records, "acknowledgement").state == State.NOT_APPLICABLE
	assert found(records, "answer").state == State.NOT_APPLICABLE
	assert found(records, "word").state == State.NOT_APPLICABLE


def test_a_cancelled_action_proves_nothing():
	records = {
		**changed("Service Corrective Action", stage="Cancelled"),
		"Service Complaint": [{**COMPLAINT, "recurrence_of": "Q-0"}],
	}
	assert found(records, "action").gaps == ("no_action",)


def test_the_action_that_did_not_hold_is_no_answer_to_the_recurrence():
	again = {**COMPLAINT, "recurrence_of": "Q-0", "recurrence_action": ACTION["name"]}
	records = {**WHOLE, "Service Complaint": [again]}
	assert found(records, "action").gaps == ("no_action",)
	records["Service Corrective Action"] = [ACTION, {**ACTION, "name": "A-2"}]
	assert [proof.name for proof in found(records, "action").proofs] == ["A-2"]


def test_a_cause_that_could_not_be_determined_is_answered_by_the_reason():
	records = changed("Service Complaint", root_cause=None, no_cause_reason="No sample was left to be tested")
	assert found(records, "cause").state == State.FOUND
