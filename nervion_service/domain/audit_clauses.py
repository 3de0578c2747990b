"""What an auditor asks of a case, clause by clause (K12): ISO 9001:2015 and, for complaints, ISO 10002:2018, chapter 8.

Pure: a case is its records as plain mappings, DocType → rows with their child rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nervion_service.domain import audit_containment as containment
from nervion_service.domain import audit_evidence as evidence
from nervion_service.domain.audit_proofs import (
	ACTION,
	COMPLAINT,
	FOLIO,
	REMEDY,
	REPORT,
	VISIT,
	Records,
	Result,
	State,
	each,
	unless,
)
from nervion_service.domain.taxonomy import CommitmentKind


@dataclass(frozen=True)
class Question:
	"""What is asked under a clause. look: finds the answer in the records of a case."""

	code: str
	clause: str
	title: str
	look: Callable[[Records], Result]


@dataclass(frozen=True)
class Answer:
	"""A question with what was found."""

	question: Question
	result: Result


STATES = tuple(state.value for state in State)
CONFORMS, OPPORTUNITY, NONCONFORMITY = "Conforms", "Opportunity for Improvement", "Nonconformity"
# what an auditor says of a question
VERDICTS = (CONFORMS, OPPORTUNITY, NONCONFORMITY)

MESSAGES = {
	"no_reception": "The real time of the reception is not recorded.",
	"no_acknowledgement": "Nothing shows that the customer was told the folio's number and what was promised.",
	"no_first_answer": "Nobody has answered the customer, and the term is over.",
	"late_answer": "The first answer came after its term.",
	"late_promise": "A promise of this case was broken.",
	"no_word": "It is closed without the customer's word.",
	"no_verdict": "It was closed or answered without a verdict on its admissibility.",
	"no_reason": "The verdict has no reasons.",
	"no_evidence": "The complaint has no evidence, nor a reason for having none.",
	"lost_file": "A file of the case is on record and its content is lost.",
	"no_analysis": "It was answered without an approved report or a finished visit.",
	"no_decision": "Nothing shows that the customer was told the decision.",
	"no_progress": "The customer was told nothing between the acknowledgement and the answer.",
	"no_visit_consent": "A visit was made without the customer's consent on record.",
	"no_visit_result": "A visit ended without its diagnosis.",
	"open_remedy": "A remedy was promised and no document proves it.",
	"not_held": "A batch that an accident or an action names was not held.",
	"no_disposition": "The batch was released without saying what became of it.",
	"outcome_not_told": "Customers who were told of the batch did not hear how it ended.",
	"not_approved": "A report was issued without a review and an approval by two other persons.",
	"expired_calibration": "A test was made with an instrument whose calibration had expired, or is not recorded.",
	"no_cause": "The cause was not determined.",
	"no_action": "Its cause came back, or its severity asks for it, and no corrective action was opened.",
	"no_containment": "Nothing was done to contain the problem.",
	"no_similar": "It was not asked whether similar cases exist.",
	"not_verified": "The action was closed without verifying its effect.",
	"verified_by_doer": "Who carried the action out verified its effect as well.",
	"no_procedure": "The record names no procedure and version.",
}

QUESTIONS = (
	Question("procedure", "ISO 9001 7.5.3", "The procedure and its version are on record", each(FOLIO, "registered_at", unless("no_procedure", "procedure", "procedure_version"), lambda row: row.get("routed_at"))),
	Question("calibration", "ISO 9001 7.1.5", "The instruments of the tests were calibrated", each(REPORT, "approved_at", evidence.calibrated, evidence.has_instruments)),
	Question("reception", "ISO 9001 8.2.1 · ISO 10002 8.2", "The request was received with its real time", each(FOLIO, "received_at", unless("no_reception", "received_at", "received_stamp_by"))),
	Question("acknowledgement", "ISO 9001 8.2.1 · ISO 10002 8.4", "The customer was told at once what comes next", evidence.acknowledged),
	Question("answer", "ISO 9001 8.2.1 · ISO 10002 8.7", "A person answered the customer", evidence.answered),
	Question("answer_in_time", "ISO 9001 8.2.1", "The first answer came in its term", evidence.kept("late_answer", CommitmentKind.FIRST_ANSWER)),
	Question("promises", "ISO 9001 8.2.1 · ISO 10002 8.3", "What was promised by a time was kept", evidence.kept("late_promise")),
	Question("progress", "ISO 10002 8.1", "The customer was told how the complaint went on", evidence.told_progress),
	Question("visit_consent", "ISO 9001 8.5.5", "The customer consented to the visits", each(VISIT, "consent_at", unless("no_visit_consent", "consent", "consent_by"), lambda row: row.get("started_at"))),
	Question("visit_result", "ISO 9001 8.5.5", "Each visit left its diagnosis", each(VISIT, "finished_at", unless("no_visit_result", "result", "diagnosis"), lambda row: row.get("finished_at"))),
	Question("verdict", "ISO 9001 8.7.1 · ISO 10002 8.5", "Its admissibility was judged, with reasons", each(COMPLAINT, "verdict_at", evidence.verdict_gap, evidence.is_over)),
	Question("evidence", "ISO 9001 8.7.2", "The evidence is in the file", evidence.in_the_file),
	Question("analysis", "ISO 9001 8.7.1 · ISO 10002 8.6", "The product was analysed before the answer", evidence.analysed),
	Question("three_hands", "ISO 9001 8.7.2", "Author, reviewer and approver of the report are three persons", each(REPORT, "approved_at", evidence.three_hands, lambda row: row.get("approved_at"))),
	Question("containment", "ISO 9001 8.7.1", "The batch was contained, and it is known what became of it", containment.contained),
	Question("remedy", "ISO 9001 8.7.1", "What was promised to make it good was done", each(REMEDY, "done_at", unless("open_remedy", "reference", "done_at"), lambda row: not row.get("cancelled_at"))),
	Question("decision", "ISO 10002 8.8", "The customer was told the decision", evidence.decision_told),
	Question("word", "ISO 9001 9.1.2 · ISO 10002 8.9", "The customer's word closed it", each(FOLIO, "satisfaction_at", unless("no_word", "satisfaction", "satisfaction_by"), lambda row: row.get("closed_at") and evidence.happened_here(row))),
	Question("cause", "ISO 9001 10.2.1", "The cause was determined", each(COMPLAINT, "root_cause_set_at", evidence.cause_gap, lambda row: evidence.is_admitted(row) and row.get("answered_at"))),
	Question("action", "ISO 9001 10.2.1", "A corrective action was opened where it was due", evidence.action_opened),
	Question("containment_of_action", "ISO 9001 10.2.1", "The action contained the problem first", each(ACTION, "implemented_at", unless("no_containment", "containment"), evidence.is_eight)),
	Question("similar", "ISO 9001 10.2.1", "Similar cases were looked for", each(ACTION, "implemented_at", unless("no_similar", "similar"), evidence.is_eight)),
	Question("effect", "ISO 9001 10.2.1", "The effect of the action was verified by somebody else", evidence.verified),
)  # fmt: skip
BY_CODE = {question.code: question for question in QUESTIONS}


def look_at(records: Records) -> tuple[Answer, ...]:
	"""Every question with what the case's records show, in the order of the clauses."""
	return tuple(Answer(question, question.look(records)) for question in QUESTIONS)


def count(answers: Iterable[Answer]) -> dict[State, int]:
	"""How many questions ended in each state; every state is there."""
	counted = {state: 0 for state in State}
	for answer in answers:
		counted[answer.result.state] += 1
	return counted
