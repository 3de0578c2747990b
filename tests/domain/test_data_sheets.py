"""The data sheet in force on a day (G5, K7)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.data_sheets import Sheet, in_force, problem

DAY = date(2026, 1, 1)
DAYS = st.integers(0, 400).map(lambda count: DAY + timedelta(count))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), DAYS)
def test_of_versions_that_follow_each_other_exactly_one_is_in_force(lengths, day):
	sheets, begin = [], DAY
	for number, length in enumerate(lengths):
		end = begin + timedelta(length - 1)
		sheets.append(Sheet(f"v{number}", begin, None if number == len(lengths) - 1 else end))
		begin = end + timedelta(1)
	covering = [sheet for sheet in sheets if sheet.covers(day)]
	assert len(covering) == 1
	assert in_force(sheets, day) == covering[0]
	for index, sheet in enumerate(sheets):
		assert problem(sheet, sheets[:index] + sheets[index + 1 :]) is None


def test_before_the_first_version_none_is_in_force():
	assert in_force([Sheet("v1", DAY)], DAY - timedelta(1)) is None


@given(DAYS, DAYS, DAYS, st.booleans())
def test_two_sheets_that_share_a_day_are_refused_and_only_those(one, other, end, endless):
	first, second = Sheet("a", one, None if endless else max(one, end)), Sheet("b", other, max(other, end))
	shared = any(first.covers(DAY + timedelta(n)) and second.covers(DAY + timedelta(n)) for n in range(402))
	found = problem(second, [first])
	assert (found is not None) == shared
	if found:
		assert found == ("overlaps", {"other": "a"})


def test_a_sheet_that_ends_before_it_begins_is_refused():
	assert problem(Sheet("a", DAY, DAY - timedelta(1)), [])[0] == "ends_before_it_begins"
