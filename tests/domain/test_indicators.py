"""Counts in, readings out (S1.12-S1.14, G17, D12, D14, D19)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import indicators
from nervion_service.domain.indicators import (
	BY_CODE,
	CATALOGUE,
	Indicator,
	ResponseTotals,
	reading,
	response_readings,
)
from nervion_service.domain.taxonomy import PROCEDURES, ROLES

MEAN, SAME_DAY, SATISFACTION, CORPORATE = (BY_CODE[c] for c in ("S1.12", "S1.13", "S1.14", "G17"))
NPS, UNANSWERED = BY_CODE["S1.14-nps"], BY_CODE["S1.12-unanswered"]


def indicator(**changes):
	values = {
		"code": "X",
		"title": "X",
		"procedure": "MPC-SER-001",
		"formula": "a / b",
		"unit": "Percent",
		"target": 3,
		"comparison": "Below",
		"owner_role": "Service Quality",
		"source": "Service Folio",
	}
	return Indicator(**{**values, **changes})


@pytest.mark.parametrize("figures", [(0, 0), (None, 10), (None, None), (0, None), (5, None)])
@pytest.mark.parametrize("code", BY_CODE)
def test_without_data_there_is_neither_a_value_nor_a_verdict(code, figures):
	found = reading(BY_CODE[code], *figures)
	assert (found.value, found.meets_target) == (None, None)


def test_nothing_out_of_something_is_zero_and_not_no_data():
	found = reading(SAME_DAY, 0, 7)
	assert (found.value, found.meets_target) == (0.0, False)


def test_the_mean_meets_four_hours_exactly_and_not_a_second_more():
	assert reading(MEAN, 3 * 14400, 3).meets_target is True
	assert reading(MEAN, 3 * 14400 + 1, 3).meets_target is False


def test_the_corporate_mean_meets_twenty_four_hours():
	assert reading(CORPORATE, 86400, 1).meets_target is True
	assert reading(CORPORATE, 86401, 1).meets_target is False


def test_a_share_is_judged_before_it_is_rounded():
	found = reading(SATISFACTION, 8999, 10000)
	assert (found.value, found.meets_target) == (89.99, False)
	assert reading(SATISFACTION, 9, 10).meets_target is True


def test_one_late_registration_misses_a_hundred_per_cent():
	assert reading(SAME_DAY, 10**6 - 1, 10**6).meets_target is False
	assert reading(SAME_DAY, 10**6, 10**6).meets_target is True


def test_below_excludes_the_target_itself():
	assert reading(indicator(), 3, 100).meets_target is False
	assert reading(indicator(), 2, 100).meets_target is True


def test_points_may_be_negative():
	assert reading(NPS, -3, 12).value == -25.0


def test_a_count_is_its_numerator():
	found = reading(UNANSWERED, 4, 9)
	assert (found.value, found.meets_target) == (4.0, None)


@pytest.mark.parametrize("figures", [(-1, 5), (1, -5), (float("nan"), 1), (1, float("inf"))])
def test_impossible_figures_are_refused(figures):
	with pytest.raises(ValueError, match="negative|finite"):
		reading(MEAN, *figures)


@pytest.mark.parametrize(
	"changes",
	[{"unit": "Weeks"}, {"comparison": None}, {"target": None}, {"comparison": "Around"}],
)
def test_an_indicator_that_cannot_be_judged_is_refused(changes):
	with pytest.raises(ValueError, match="unit|target|comparison"):
		indicator(**changes)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_percentage_is_exact_and_its_verdict_agrees_with_exact_arithmetic(numerator, denominator):
	found = reading(SATISFACTION, numerator, denominator)
	exact = Fraction(numerator * 100, denominator)
	assert found.value == float(exact)
	assert found.meets_target == (exact >= 90)


def test_a_share_counts_the_overdue_as_outside_and_leaves_out_who_still_has_time():
	totals = ResponseTotals(
		answered=8,
		seconds=8 * 3600,
		seconds_with_pauses=8 * 7200,
		within=6,
		within_with_pauses=4,
		unanswered=5,
		overdue=2,
		overdue_with_pauses=3,
	)
	found = {r.indicator.code: r for r in response_readings("S1.12", totals)}
	assert found["S1.12"].value == 3600
	assert found["S1.12-with-pauses"].value == 7200
	assert found["S1.12-share"].value == 60.0  # 6 of 8 answered + 2 overdue
	assert found["S1.12-share-with-pauses"].value == pytest.approx(400 / 11)
	assert found["S1.12-unanswered"].value == 5
	assert found["S1.12-overdue"].value == 2


def test_a_period_of_silence_has_no_mean_but_a_share_of_zero():
	found = {r.indicator.code: r for r in response_readings("G17", ResponseTotals(unanswered=3, overdue=3))}
	assert found["G17"].value is None
	assert found["G17-share"].value == 0.0


def test_an_empty_period_has_no_data_anywhere():
	assert {r.value for r in response_readings("S1.12", ResponseTotals())} == {None}


def test_the_catalogue_names_existing_procedures_roles_and_headlines():
	codes = {procedure.code for procedure in PROCEDURES}
	for one in CATALOGUE:
		assert one.procedure in codes
		assert one.owner_role in ROLES
		assert not one.beside or BY_CODE[one.beside].target is not None
	assert len(BY_CODE) == len(CATALOGUE)


def test_the_targets_are_those_of_the_procedures():
	headlines = {one.code: (one.target, one.comparison, one.unit) for one in CATALOGUE if not one.beside}
	assert headlines == {
		"S1.12": (4 * 3600, indicators.AT_MOST, indicators.SECONDS),
		"S1.13": (100, indicators.AT_LEAST, indicators.PERCENT),
		"S1.14": (90, indicators.AT_LEAST, indicators.PERCENT),
		"G17": (24 * 3600, indicators.AT_MOST, indicators.SECONDS),
	}
