"""Earlier cases of the same defect, product and surface, with what worked (K9)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.precedents import OUTCOMES, Case, Outcome, Traits, outcome, rank

START = datetime(2026, 1, 1)
TRAITS = st.builds(
	Traits,
	defect=st.none() | st.sampled_from(["Grumos", "Desprendimiento"]),
	family=st.none() | st.sampled_from(["Aspecto", "Adherencia"]),
	items=st.frozensets(st.sampled_from(["E-1", "E-2"])),
	groups=st.frozensets(st.sampled_from(["Esmaltes", "Primarios"])),
	surface=st.none() | st.sampled_from(["lámina galvanizada", "lámina", "muro de concreto"]),
)
CASES = st.lists(st.tuples(TRAITS, st.integers(0, 300), st.sampled_from(OUTCOMES)), max_size=12).map(
	lambda rows: [
		Case(f"QR-{number}", traits, START + timedelta(days=days), result)
		for number, (traits, days, result) in enumerate(rows)
	]
)
WHOLE = Traits("Grumos", "Aspecto", frozenset({"E-1"}), frozenset({"Esmaltes"}), "lámina galvanizada")


@given(TRAITS, CASES, st.randoms(use_true_random=False))
def test_the_order_in_which_cases_come_does_not_matter(traits, cases, random):
	mixed = random.sample(cases, len(cases))
	assert rank(traits, cases, limit=20) == rank(traits, mixed, limit=20)


@given(TRAITS, CASES)
def test_only_the_defect_or_its_family_makes_a_precedent(traits, cases):
	found = {one.case.name for one in rank(traits, cases, limit=20)}
	same = {
		case.name
		for case in cases
		if (traits.defect and case.traits.defect == traits.defect)
		or (traits.family and case.traits.family == traits.family)
	}
	assert found == same


@given(TRAITS, CASES, st.integers(1, 5))
def test_they_are_in_order_of_likeness_and_no_more_than_asked_for(traits, cases, limit):
	found = rank(traits, cases, limit=limit)
	assert len(found) <= limit
	assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)
	assert found == rank(traits, cases, limit=20)[:limit]


@given(CASES)
def test_nothing_is_more_alike_than_the_same_case_again(cases):
	same = Case("QR-A", WHOLE, START, Outcome.WORKED)
	first = rank(WHOLE, [*cases, same], limit=20)
	assert first[0].likeness == max(one.likeness for one in first) == 9
	assert next(one for one in first if one.case == same).shared == ("defect", "item", "surface")


def test_among_equals_what_worked_comes_first_and_what_did_not_is_shown():
	cases = [
		Case("QR-1", WHOLE, START + timedelta(days=9), Outcome.OPEN),
		Case("QR-2", WHOLE, START + timedelta(days=5), Outcome.DID_NOT_WORK),
		Case("QR-3", WHOLE, START, Outcome.WORKED),
		Case("QR-4", WHOLE, START + timedelta(days=1), Outcome.WORKED),
	]
	assert [one.case.name for one in rank(WHOLE, cases)] == ["QR-4", "QR-3", "QR-2", "QR-1"]


def test_the_defect_counts_more_than_the_product_and_the_product_more_than_the_surface():
	defect = Case("QR-1", Traits(defect="Grumos"), START)
	product = Case("QR-2", Traits(family="Aspecto", items=WHOLE.items), START)
	surface = Case("QR-3", Traits(family="Aspecto", surface=WHOLE.surface), START)
	family = Case("QR-4", Traits(family="Aspecto"), START)
	found = rank(WHOLE, [family, surface, product, defect])
	assert [one.case.name for one in found] == ["QR-2", "QR-1", "QR-3", "QR-4"]


@pytest.mark.parametrize(
	("facts", "expected"),
	[
		({"closed": True}, Outcome.WORKED),
		({"closed": True, "satisfied": True}, Outcome.WORKED),
		({"closed": False}, Outcome.OPEN),
		({"closed": True, "satisfied": False}, Outcome.DID_NOT_WORK),
		({"closed": True, "reopened": True}, Outcome.DID_NOT_WORK),
		({"closed": True, "recurred": True, "satisfied": True}, Outcome.DID_NOT_WORK),
	],
)
def test_what_worked_is_what_stayed_closed(facts, expected):
	assert outcome(**{"reopened": False, "recurred": False, "satisfied": None, **facts}) == expected
