"""The same cause again after its corrective action (D10), against a plain count of every pair."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.recurrence import Implemented, Occurrence, rate, recurrences, recurs_after, window

DAY = timedelta(days=1)
START = datetime(2026, 1, 1)
CAUSES = st.sampled_from(("dispersión", "dilución", "envase"))
MOMENTS = st.integers(0, 200 * 24).map(lambda hours: START + timedelta(hours=hours))
ACTIONS = st.lists(st.tuples(CAUSES, MOMENTS), max_size=12).map(
	lambda rows: [Implemented(f"AC-{number}", *row) for number, row in enumerate(rows)]
)
OCCURRENCES = st.lists(st.tuples(st.none() | CAUSES, MOMENTS), max_size=12).map(
	lambda rows: [Occurrence(f"QR-{number}", *row) for number, row in enumerate(rows)]
)


def by_hand(one, actions, within):
	"""Whether any action against the same cause lies before it, not longer ago than the window."""
	ages = [one.at - action.implemented_at for action in actions if action.root_cause == one.root_cause]
	return any(timedelta(0) < age <= within for age in ages)


@given(OCCURRENCES, ACTIONS, st.integers(1, 120))
def test_every_recurrence_is_found_and_nothing_else(occurrences, actions, days):
	found = recurrences(occurrences, actions, window(days))
	assert set(found) == {one.complaint for one in occurrences if by_hand(one, actions, window(days))}
	for one in occurrences:
		assert found.get(one.complaint) == recurs_after(one, actions, window(days))


@given(OCCURRENCES, ACTIONS, st.integers(1, 120))
def test_the_latest_action_before_it_is_the_one_that_did_not_hold(occurrences, actions, days):
	for one in occurrences:
		if action := recurs_after(one, actions, window(days)):
			assert action.root_cause == one.root_cause
			earlier = [a for a in actions if a.root_cause == one.root_cause and a.implemented_at < one.at]
			assert action.implemented_at == max(a.implemented_at for a in earlier)


@pytest.mark.parametrize(
	("after", "recurs"),
	[(-DAY, False), (timedelta(0), False), (timedelta(seconds=1), True), (90 * DAY, True)]
	+ [(90 * DAY + timedelta(seconds=1), False)],
)
def test_the_window_opens_after_the_implementation_and_includes_its_last_moment(after, recurs):
	action = Implemented("AC-1", "dispersión", START)
	assert bool(recurs_after(Occurrence("QR-1", "dispersión", START + after), [action], window(90))) == recurs


def test_another_cause_and_no_cause_never_recur():
	action = Implemented("AC-1", "dispersión", START)
	for cause in ("envase", None, ""):
		assert recurs_after(Occurrence("QR-1", cause, START + DAY), [action], window(90)) is None


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_the_rate_is_a_share_of_what_was_admitted_and_none_without_any(recurring, admitted):
	if recurring > admitted:
		with pytest.raises(ValueError, match="cannot recur"):
			rate(recurring, admitted)
	elif not admitted:
		assert rate(recurring, admitted) is None
	else:
		assert 0 <= rate(recurring, admitted) <= 1
		assert round(rate(recurring, admitted) * admitted) == recurring


def test_a_window_of_no_day_is_refused():
	with pytest.raises(ValueError, match="at least one day"):
		window(0)
