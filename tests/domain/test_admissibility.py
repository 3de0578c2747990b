"""Evidence, impartiality and verdicts: what is owed, who may judge, what agrees (G5, I1, K2, K4, D10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import admissibility
from nervion_service.domain.admissibility import Evidence, Line
from nervion_service.domain.complaint_words import ADMITTED, COMPLAINT_KINDS, VERDICTS

REQUIRED = {"Technical Data Sheet": 1, "Photographs": 3, "Evidence of Application": 1}
COMPLETE = (
	Evidence("Technical Data Sheet", "ficha.pdf"),
	*(Evidence("Photographs", f"{n}.jpg") for n in range(3)),
	Evidence("Evidence of Application", "bitacora.pdf"),
)
LINE = Line("PRIMARIO", "L1", claimed=10)


def codes(problems):
	return [problem.code for problem in problems]


def owed(evidence=COMPLETE, lines=(LINE,), kind="Product", has_defect=True):
	return admissibility.missing(kind, has_defect, lines, REQUIRED, evidence, "Lot Label")


def test_a_complete_product_complaint_owes_nothing():
	assert owed() == ()


def test_each_thing_that_is_missing_is_named_with_how_much_of_it_there_is():
	found = owed(evidence=COMPLETE[:2], lines=(Line("PRIMARIO", None, 10),), has_defect=False)
	assert codes(found) == ["defect", "line_batch", "evidence", "evidence"]
	assert dict(found[2].values) == {"kind": "Photographs", "given": 1, "minimum": 3}
	assert codes(owed(lines=())) == ["lines"]


def test_the_same_photograph_twice_is_one():
	assert codes(owed((*COMPLETE[:3], COMPLETE[2], COMPLETE[4]))) == ["evidence"]


def test_a_kind_that_does_not_apply_is_owed_no_more_and_a_label_takes_the_place_of_the_batch():
	spared = (*COMPLETE[:4], Evidence("Evidence of Application", not_applicable=True))
	assert owed(spared) == ()
	without_batch = (Line("PRIMARIO", None, 10),)
	assert owed((*COMPLETE, Evidence("Lot Label", "etiqueta.jpg")), without_batch) == ()


@pytest.mark.parametrize("kind", [kind for kind in COMPLAINT_KINDS if kind != "Product"])
def test_only_products_owe_evidence(kind):
	assert owed((), (), kind, has_defect=False) == ()


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 4)), st.lists(st.sampled_from("abcd")))
def test_more_evidence_never_owes_more(required, kinds):
	files = [Evidence(kind, f"{number}.jpg") for number, kind in enumerate(kinds)]
	counts = [len(admissibility.evidence_owed(required, files[:upto])) for upto in range(len(files) + 1)]
	assert counts == sorted(counts, reverse=True)


def test_nobody_judges_a_complaint_about_himself_and_an_appeal_goes_to_somebody_else():
	assert admissibility.partiality("ana", "ana").code == "about_himself"
	assert admissibility.partiality("ana", None, "ana", is_appeal=True).code == "same_judge"
	assert admissibility.partiality("ana", "luis", "ana") is None
	assert admissibility.partiality("luis", None, "ana", is_appeal=True) is None


def test_severity_and_urgency_give_the_priority_of_their_cell():
	matrix = {("Major", "High"): "Urgent"}
	assert admissibility.priority(matrix, "Major", "High") == "Urgent"
	assert admissibility.priority(matrix, "Major", None) is None
	assert admissibility.priority(matrix, "Minor", "Low") is None


def judged(verdict, accepted=0.0, ground="Warranty", claimed=10.0, remedy="None"):
	return Line("PRIMARIO", "L1", claimed, accepted, verdict, ground, remedy)


@pytest.mark.parametrize(
	("verdict", "reason", "lines", "expected"),
	[
		(None, "x", (), ["verdict"]),
		("Admissible", " ", (), ["reason"]),
		("Admissible", "x", (), []),
		("Admissible", "x", (LINE,), ["line_verdict"]),
		("Admissible", "x", (judged("Admissible", 10),), []),
		("Admissible", "x", (judged("Admissible"),), ["line_accepted_none"]),
		("Admissible", "x", (judged("Admissible", 11),), ["line_accepted_more"]),
		("Admissible", "x", (judged("Admissible", 10, None),), ["line_ground"]),
		("Admissible", "x", (judged("Admissible", 10, remedy=None),), ["line_remedy"]),
		("Inadmissible", "x", (judged("Inadmissible", 0, None, remedy=None),), []),
		("Inadmissible", "x", (judged("Inadmissible", 1),), ["line_accepted_without"]),
		("Inadmissible", "x", (judged("Inadmissible", 0, None),), []),
		("Inadmissible", "x", (judged("Admissible", 10),), ["all_admissible"]),
		("Admissible", "x", (judged("Inadmissible", 0, None),), ["none_admissible"]),
		("Admissible", "x", (judged("Admissible", 5), judged("Inadmissible", 0, None)), ["some_admissible"]),
		("Partially Admissible", "x", (judged("Admissible", 5), judged("Inadmissible", 0, None)), []),
	],
)
def test_a_verdict_agrees_with_its_lines_and_gives_its_reasons(verdict, reason, lines, expected):
	assert codes(admissibility.verdict_problems(verdict, reason, lines)) == expected


@given(st.lists(st.sampled_from(VERDICTS), min_size=1))
def test_the_verdict_of_the_lines_is_one_that_the_lines_bear_out(verdicts):
	found = admissibility.verdict_of(verdicts)
	assert found in VERDICTS
	assert (found in ADMITTED) == any(verdict in ADMITTED for verdict in verdicts)


def test_every_code_has_its_sentence_with_the_values_that_it_gets():
	for problem in (*owed((), (Line("PRIMARIO"),), has_defect=False), *owed(lines=())):
		assert "{" not in admissibility.MESSAGES[problem.code].format(**dict(problem.values))
