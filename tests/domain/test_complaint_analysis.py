"""What complaints have in common: the order, the shares, the ages (G13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import complaint_analysis as domain
from nervion_service.domain.complaint_analysis import Group

groups = st.lists(st.builds(Group, value=st.text(max_size=4), complaints=st.integers(0, 500)), max_size=20)


def test_the_most_frequent_comes_first_and_what_is_not_known_last():
	found = domain.ranked([Group("Sellado", 3), Group("", 9), Group("Tinte", 5), Group("Aplicación", 3)])
	assert [one.value for one in found] == ["Tinte", "Aplicación", "Sellado", ""]


def test_the_shares_add_up_along_the_way():
	assert domain.cumulative([Group("a", 6), Group("b", 3), Group("c", 1)]) == [0.6, 0.9, 1.0]
	assert domain.cumulative([Group("a", 0)]) == [None]


@given(groups)
def test_the_last_share_is_the_whole_and_none_shrinks(found):
	shares = domain.cumulative(domain.ranked(found))
	if any(one.complaints for one in found):
		assert shares == sorted(shares) and shares[-1] == 1
	else:
		assert set(shares) <= {None}


@pytest.mark.parametrize(
	("days", "band"),
	[
		(0, "Up to 5 days"),
		(5, "Up to 5 days"),
		(5.01, "6 to 10 days"),
		(30, "11 to 30 days"),
		(31, "Over 30 days"),
	],
)
def test_an_age_falls_into_one_band(days, band):
	assert domain.age_band(days) == band


def test_no_complaint_is_younger_than_now():
	with pytest.raises(ValueError, match="days old"):
		domain.age_band(-0.1)


@given(st.lists(st.floats(0, 400), max_size=50))
def test_every_open_complaint_is_in_one_band_and_empty_bands_are_left_out(ages):
	found = domain.by_age(ages)
	assert sum(one.complaints for one in found) == len(ages)
	assert all(one.complaints for one in found)


def test_a_mean_without_a_closed_complaint_says_nothing():
	assert Group("x", 2).mean_seconds is None and Group("x", 2).in_time is None
	assert Group("x", 3, closed=3, timed=2, seconds=60).mean_seconds == 30
	assert Group("x", 2, resolved=1, resolved_judged=2).in_time == 0.5


@given(groups)
def test_the_few_that_count_explain_four_fifths_and_one_less_would_not(found):
	found = domain.ranked([one for one in found if one.complaints])
	whole, vital = sum(one.complaints for one in found), domain.vital(found)
	reached = sum(one.complaints for one, counts in zip(found, vital, strict=True) if counts)
	known = sum(one.complaints for one in found if one.value)
	assert vital == sorted(vital, reverse=True)
	assert reached >= min(domain.VITAL_SHARE * whole, known)
	if reached:
		last = [one for one, counts in zip(found, vital, strict=True) if counts][-1]
		assert reached - last.complaints < domain.VITAL_SHARE * whole


@given(groups)
def test_a_total_has_the_sum_of_every_count(found):
	whole = domain.total(found, "todo")
	assert (whole.value, whole.complaints) == ("todo", sum(one.complaints for one in found))
