"""Cases for an audit are drawn at random, and anybody with the seed draws the same (K12)."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.audit_sampling import draw

NAMES = st.sets(st.text("ABC0123456789-", min_size=1, max_size=8), max_size=30)
COUNTS = st.integers(0, 35)


@given(NAMES, st.text(max_size=8), COUNTS)
def test_the_same_seed_draws_the_same_cases_whatever_their_order(names, seed, count):
	drawn = draw(sorted(names), seed, count)
	assert drawn == draw(sorted(names, reverse=True), seed, count)
	assert len(drawn) == len(set(drawn)) == min(count, len(names))
	assert set(drawn) <= names


@given(NAMES, st.text(max_size=8), COUNTS, COUNTS)
def test_drawing_on_continues_the_draw_and_repeats_nobody(names, seed, first, more):
	begun = draw(names, seed, first)
	assert begun + draw(names, seed, more, begun) == draw(names, seed, first + more)


@given(NAMES, NAMES, st.text(max_size=8))
def test_cases_that_come_later_leave_the_order_of_the_others(names, later, seed):
	kept = [name for name in draw(names | later, seed, len(names | later)) if name in names]
	assert kept == draw(names, seed, len(names))


def test_every_case_is_drawn_as_often_as_any_other():
	names = [f"FOL-{number}" for number in range(10)]
	counted = Counter(draw(names, str(seed), 1)[0] for seed in range(2000))
	assert set(counted) == set(names)
	# 200 each on average, with a standard deviation of 13
	assert all(130 < times < 270 for times in counted.values()), counted


def test_a_negative_number_is_refused():
	with pytest.raises(ValueError, match="negative number of cases"):
		draw(["A"], "seed", -1)
