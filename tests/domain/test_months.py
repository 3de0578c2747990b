"""Calendar months: what is owed after a standstill, and where a month begins and ends (S1.17, G13)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import months

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_every_day_lies_in_its_month_and_the_one_before_ends_the_day_before(day):
	first, last = months.first_day(day), months.last_day(day)
	assert first <= day <= last and months.code(first) == months.code(last)
	assert months.last_day(months.previous(day)) == first - timedelta(days=1)


@given(DAYS, st.integers(0, 40), st.integers(1, 6))
def test_what_is_owed_follows_what_was_done_without_a_gap(newest, ago, at_most):
	done = months.first_day(newest)
	for _month in range(ago):
		done = months.previous(done)
	owed = months.owed(newest, months.code(done), at_most)
	assert len(owed) == min(ago, at_most)
	assert owed[-1:] == ([months.first_day(newest)] if ago else [])
	assert all(months.previous(later) == earlier for earlier, later in zip(owed, owed[1:], strict=False))


def test_who_never_did_any_begins_with_the_newest():
	assert months.owed(date(2026, 1, 31), "", 3) == [date(2026, 1, 1)]
