"""Which readings ask for a review, what made them miss, and what closes a review (G15, G17, D12)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import complaint_indicators, indicators
from nervion_service.domain import indicator_reviews as domain
from nervion_service.domain.indicator_reviews import Decision, Facts
from nervion_service.domain.indicators import reading

CATALOGUE = (*indicators.CATALOGUE, *complaint_indicators.CATALOGUE)
COUNTS = st.one_of(st.none(), st.integers(0, 1000))
READINGS = st.lists(
	st.tuples(st.sampled_from(CATALOGUE), COUNTS, COUNTS).map(lambda parts: reading(*parts)), max_size=30
)


@given(READINGS)
def test_exactly_the_readings_beyond_their_target_ask_and_none_without_data_or_target(readings):
	asked = domain.missed(readings)
	for one in readings:
		target, value = one.indicator.target, one.value
		if target is None or value is None:
			assert one not in asked
			continue
		kept = {"At Most": value <= target, "At Least": value >= target, "Below": value < target}
		assert (one in asked) == (not kept[one.indicator.comparison])
	assert list(asked) == [one for one in readings if one in asked]


def test_a_target_that_is_met_to_the_last_digit_does_not_ask():
	claims, recurrence = (complaint_indicators.BY_CODE[code] for code in ("G17-claims", "G17-recurrence"))
	found = [reading(claims, 95, 100), reading(claims, 949, 1000), reading(recurrence, 3, 100)]
	assert domain.missed(found) == tuple(found[1:])


def case(name, seconds=None):
	return {"case_type": "Service Complaint", "case_name": name, "elapsed_seconds": seconds}


def test_what_made_a_share_miss_is_what_was_counted_below_and_not_above():
	claims = complaint_indicators.BY_CODE["G17-claims"]
	assert domain.behind(claims, [case("a")], [case("a"), case("b")]) == [case("b")]


def test_what_made_a_low_share_too_high_is_what_was_counted_above():
	recurrence = complaint_indicators.BY_CODE["G17-recurrence"]
	assert domain.behind(recurrence, [case("a")], [case("a"), case("b")]) == [case("a")]


def test_what_made_a_mean_time_too_long_took_longer_than_the_target():
	response = indicators.BY_CODE["S1.12"]
	rows = [case("a", 4 * 3600), case("b", 4 * 3600 + 1), case("c")]
	assert domain.behind(response, rows, rows) == [rows[1]]
	assert domain.behind(indicators.BY_CODE["S1.12-share"], [], rows) == []


@given(st.lists(st.sampled_from(["a", "b", "c", "", None]), max_size=60))
def test_the_most_frequent_come_first_and_what_is_not_known_explains_nothing(values):
	found = domain.most_frequent([{"cause": value} for value in values], lambda row: row["cause"], 2)
	assert [count for _value, count in found] == sorted(
		(values.count(value) for value in "abc" if value in values), reverse=True
	)[:2]


COMPLETE = Facts(analysis="Faltó personal", decision=Decision.ACTION, action="AC-2026-00001")


@pytest.mark.parametrize(
	("facts", "lacks"),
	[
		(COMPLETE, ()),
		(replace(COMPLETE, decision=Decision.NONE, action=None, reason="Fue un solo día"), ()),
		(Facts(), ("no_analysis", "no_decision")),
		(replace(COMPLETE, analysis="  "), ("no_analysis",)),
		(replace(COMPLETE, action=None), ("no_action",)),
		(replace(COMPLETE, action_runs=False), ("action_cancelled",)),
		(replace(COMPLETE, action_before=True), ("action_before",)),
		(replace(COMPLETE, action_is_ours=False), ("action_elsewhere",)),
		(replace(COMPLETE, decision=Decision.NONE, action=None, reason=" "), ("no_reason",)),
		(replace(COMPLETE, decision=Decision.NONE, reason="Ya no"), ("action_undecided",)),
	],
)
def test_what_a_review_lacks_to_be_closed_is_told_and_nothing_else(facts, lacks):
	assert domain.missing(facts) == lacks
	assert all(code in domain.MESSAGES for code in lacks)
