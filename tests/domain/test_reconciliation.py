"""Arrivals against folios: a gap is what nothing accounts for, and a business day is given to explain it (K13)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.business_calendar import BusinessCalendar, Shift
from nervion_service.domain.reconciliation import (
	EXPLAINED,
	MATCHED,
	NOT_COUNTED,
	UNEXPLAINED,
	Line,
	explain_by,
	overdue,
)

FRIDAY = date(2026, 3, 6)
WEEK = BusinessCalendar(
	[Shift(day, timedelta(hours=9), timedelta(hours=18)) for day in range(5)], [date(2026, 3, 9)]
)
few = st.integers(0, 50)


def line(**counts):
	return Line(FRIDAY, "Phone", **counts)


@given(few, few, few, few, few)
def test_what_came_in_is_accounted_for_or_a_gap(came_in, folios, later, apart, explained):
	found = line(came_in=came_in, folios=folios, later=later, apart=apart, explained=explained)
	assert found.gap + folios + later + apart == came_in
	assert found.state == (
		MATCHED if not found.gap else EXPLAINED if abs(found.gap) <= explained else UNEXPLAINED
	)
	assert 0 <= found.unexplained <= abs(found.gap)


@pytest.mark.parametrize(
	("counts", "state"),
	[
		({"came_in": None, "folios": 3}, NOT_COUNTED),
		({"came_in": 5, "folios": 3, "later": 1, "apart": 1}, MATCHED),
		({"came_in": 5, "folios": 3}, UNEXPLAINED),
		({"came_in": 5, "folios": 3, "explained": 1}, UNEXPLAINED),
		({"came_in": 5, "folios": 3, "explained": 2}, EXPLAINED),
		# more folios than were counted is a gap too
		({"came_in": 3, "folios": 5}, UNEXPLAINED),
		({"came_in": 3, "folios": 5, "explained": 2}, EXPLAINED),
	],
)
def test_the_state_of_a_day(counts, state):
	assert line(**counts).state == state


def test_a_gap_is_explained_by_the_end_of_the_next_business_day():
	# the Monday is a holiday
	assert explain_by(FRIDAY, WEEK) == date(2026, 3, 10)
	gap = line(came_in=1)
	assert not overdue(gap, date(2026, 3, 10), WEEK)
	assert overdue(gap, date(2026, 3, 11), WEEK)
	assert not overdue(line(came_in=1, explained=1), date(2026, 3, 11), WEEK)
	assert not overdue(line(came_in=None), date(2026, 3, 11), WEEK)
