"""The indicators of complaints: what is divided by what, and what is said where nothing is known (G15, G17, D12, D17)."""

from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import complaint_indicators as domain
from nervion_service.domain import indicators
from nervion_service.domain.complaint_indicators import BY_CODE, CATALOGUE, PARTS, Counts

A_MONTH = Counts(
	attended=45, attended_judged=50, resolved=38, resolved_judged=40, closed=36, timed=36, seconds=36 * 7200, paused=36 * 600,
	wall=36 * 86400, judged=48, admitted=40, recurring=1, appeals=4, upheld=1,
)  # fmt: skip


def read(counts):
	return {one.indicator.code: one for one in domain.readings(counts)}


def test_a_month_of_complaints_gives_these_figures():
	found = {code: one.value for code, one in read(A_MONTH).items()}
	assert found == {
		"G15-attended": 90,
		"G17-claims": 95,
		"G17-recurrence": 2.5,
		"G15-resolution": 7200,
		"G15-resolution-with-pauses": 7800,
		"G15-resolution-calendar": 86400,
		"G11-admissible": pytest.approx(83.333, abs=0.001),
		"K4-upheld": 25,
	}


def test_ninety_five_in_a_hundred_are_enough_and_three_recurring_are_too_many():
	assert read(A_MONTH)["G17-claims"].meets_target
	assert not read(Counts(resolved=37, resolved_judged=40))["G17-claims"].meets_target
	assert read(A_MONTH)["G17-recurrence"].meets_target
	assert not read(Counts(recurring=3, admitted=100))["G17-recurrence"].meets_target


def test_a_period_without_complaints_has_no_data_and_meets_nothing():
	for one in domain.readings(Counts()):
		assert (one.value, one.meets_target) == (None, None)


def test_every_code_is_one_of_its_own_and_every_part_a_count():
	assert len(BY_CODE) == len(CATALOGUE) and not set(BY_CODE) & set(indicators.BY_CODE)
	assert set(PARTS) == set(BY_CODE)
	names = {field.name for field in fields(Counts)}
	assert {name for parts in PARTS.values() for part in parts for name in part} <= names


def test_behind_a_sum_of_seconds_stand_the_claims_that_it_was_added_up_over():
	assert domain.counted("G15-resolution-with-pauses", "numerator") == ("timed",)
	assert domain.counted("G17-claims", "numerator") == ("resolved",)
	with pytest.raises(KeyError):
		domain.counted("S1.12", "numerator")


@given(st.builds(Counts, **{name: st.integers(0, 10_000) for name in asdict(Counts())}))
def test_a_figure_is_there_exactly_when_something_was_counted_below_it(counts):
	for code, one in read(counts).items():
		below = sum(getattr(counts, name) for name in PARTS[code][1])
		assert (one.value is None) == (below == 0)
