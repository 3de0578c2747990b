"""The gates of a complaint: nothing goes on before what it needs, and help is never held up (G10, G11, K1, K3, K4)."""

import pytest

from nervion_service.domain import complaint_gates as gates
from nervion_service.domain.complaint_words import COMPLAINT_KINDS

READY = {"proved": True, "has_cause": True, "has_answer": True, "was_sent": True}


@pytest.mark.parametrize(
	("verdict", "person", "facts", "expected"),
	[
		("Admissible", "ana", {}, ()),
		("Admissible", None, {}, ("nobody",)),
		(None, "ana", {"is_evidence_missing": True}, ()),
		(None, "ana", {}, ("not_admitted",)),
		(None, "ana", {"is_evidence_missing": True, "is_reviewed": False}, ("not_reviewed",)),
		("Inadmissible", "ana", {"is_evidence_missing": True}, ("inadmissible",)),
		# K1: neither verdict nor evidence nor review before help
		(None, "ana", {"is_evidence_missing": True, "is_reviewed": False, "is_accident": True}, ()),
	],
)
def test_assigned_is_what_was_admitted_or_whose_evidence_is_to_be_gathered(verdict, person, facts, expected):
	assert gates.assigned(verdict, person, **{"is_evidence_missing": False, **facts}) == expected


def test_what_was_only_assigned_for_evidence_is_not_analysed_before_it_is_admitted():
	assert gates.analysis(None, "ana") == ("not_admitted",)
	assert gates.analysis("Partially Admissible", "ana") == ()
	assert gates.report_issued("Admissible", False) == ("no_report",)
	assert gates.report_issued("Admissible", True) == ()


@pytest.mark.parametrize("kind", COMPLAINT_KINDS)
def test_what_is_complete_may_be_answered(kind):
	assert gates.answered(kind, "Admissible", **READY) == ()


@pytest.mark.parametrize(
	("kind", "lacking", "code"),
	[
		("Product", "proved", "no_proof"),
		("Product", "was_sent", "not_sent"),
		("Product", "has_answer", "no_answer"),
		("Delivery", "has_cause", "no_cause"),
		("Invoicing", "has_answer", "no_answer"),
		("Attention", "was_sent", "not_sent"),
	],
)
def test_an_answer_needs_its_proof_its_words_and_that_the_customer_heard_them(kind, lacking, code):
	assert gates.answered(kind, "Admissible", **{**READY, lacking: False}) == (code,)


def test_a_product_needs_no_cause_and_other_kinds_no_report():
	assert gates.answered("Product", "Admissible", **{**READY, "has_cause": False}) == ()
	assert gates.answered("Image", "Admissible", **{**READY, "proved": False}) == ()


def test_a_promised_remedy_is_done_before_it_is_closed():
	assert gates.remedy_done(2, 1) == ("open_remedy",)
	assert gates.remedy_done(0, 0) == ("no_remedy",)
	assert gates.remedy_done(2, 0) == ()
	assert gates.closed("Admissible", True, 1) == ("open_remedy",)
	assert gates.closed("Inadmissible", False, 0) == ("not_sent",)
	assert gates.closed("Admissible", True, 0) == ()


def test_a_product_that_was_admitted_ends_with_its_cause_or_why_there_is_none():
	ending = {"kind": "Product", "has_cause": False}
	assert gates.closed("Partially Admissible", True, 1, **ending) == ("open_remedy", "cause_open")
	assert gates.closed("Admissible", True, 0, **{**ending, "has_cause": True}) == ()
	assert gates.closed("Inadmissible", True, 0, **ending) == ()
	assert gates.closed("Admissible", True, 0, **{**ending, "kind": "Invoicing"}) == ()


def test_nobody_waits_for_evidence_while_somebody_needs_help():
	assert gates.waiting(True, help_first=True) == ("help_first",)
	assert gates.waiting(True, help_first=False) == ()
	assert gates.waiting(False, help_first=False) == ("not_asked",)


def test_an_appeal_is_made_once_in_time_with_reasons():
	assert gates.appealed("No estoy de acuerdo", False, 3, 30) == ()
	assert gates.appealed(" ", False, 3, 30) == ("no_reason_appeal",)
	assert gates.appealed("No", False, 31, 30) == ("appeal_late",)
	assert gates.appealed("No", False, 400, 0) == ()
	assert gates.appealed("No", True, 3, 30) == ("appealed_already",)


def test_only_an_inadmissible_verdict_leads_to_inadmissible():
	assert gates.inadmissible("Inadmissible") == ()
	assert gates.inadmissible(None) == gates.inadmissible("Admissible") == ("not_inadmissible",)


def test_every_code_that_a_gate_gives_has_its_sentence():
	given = {
		*gates.assigned(None, None, is_evidence_missing=False),
		*gates.assigned(None, None, is_evidence_missing=False, is_reviewed=False),
		*gates.assigned("Inadmissible", None, is_evidence_missing=False),
		*gates.report_issued(None, False),
		*gates.answered("Product", None, proved=False, has_cause=False, has_answer=False, was_sent=False),
		*gates.remedy_done(1, 1),
		*gates.waiting(False, False),
	}
	assert given <= set(gates.MESSAGES)
