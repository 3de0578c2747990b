"""When a case may be answered, closed, reopened; and what it is called (G1, S1.11, D16, D17, D18)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.closing import MESSAGES, count_attempts, may_answer, may_close, reopening
from nervion_service.domain.naming import folio_name, prefixes_to_prepare, series_prefix

CLOSED_AT = datetime(2026, 3, 2, 10, 0)
WINDOW = timedelta(days=15)


def test_nothing_is_answered_without_an_outbound_record():
	assert may_answer(True)
	refusal = may_answer(False)
	assert not refusal
	assert refusal.code == "answer_needs_outbound"


def test_the_customers_word_closes_without_any_attempt():
	verdict = may_close(True, 0, 3)
	assert verdict
	assert verdict.code == "confirmed"


def test_a_dissatisfied_customer_is_not_closed_by_waiting():
	verdict = may_close(False, 99, 3)
	assert not verdict
	assert verdict.code == "customer_not_satisfied"


@given(st.integers(0, 20), st.integers(1, 10))
def test_silence_closes_after_the_settled_attempts_and_not_before(attempts, settled):
	verdict = may_close(None, attempts, settled)
	assert bool(verdict) == (attempts >= settled)
	if verdict:
		assert verdict.code == "attempts_exhausted"
	else:
		assert dict(verdict.values) == {
			"attempts": attempts,
			"missing": settled - attempts,
			"settled": settled,
		}


@given(st.lists(st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 9)), max_size=12))
def test_attempts_of_one_day_are_one_and_none_before_the_answer_counts(sent):
	days = {at.date() for at in sent if at > CLOSED_AT}
	assert count_attempts(sent, CLOSED_AT, datetime.date) == len(days)
	assert count_attempts(sent, CLOSED_AT) == sum(at > CLOSED_AT for at in sent)


@pytest.mark.parametrize(("attempts", "settled"), [(0, 0), (-1, 3)])
def test_attempts_that_make_no_sense_are_refused(attempts, settled):
	with pytest.raises(ValueError, match="attempts"):
		may_close(None, attempts, settled)


def test_the_first_reopening_inside_the_window_is_allowed_to_its_last_second():
	verdict = reopening(CLOSED_AT + WINDOW, CLOSED_AT, WINDOW, 0)
	assert verdict
	assert verdict.code == "reopen"


def test_after_the_window_it_takes_a_new_linked_folio():
	verdict = reopening(CLOSED_AT + WINDOW + timedelta(microseconds=1), CLOSED_AT, WINDOW, 0)
	assert not verdict
	assert verdict.code == "new_linked_folio"
	assert "15 days" in MESSAGES[verdict.code].format(**dict(verdict.values))


@given(st.integers(1, 5))
def test_from_the_second_reopening_on_it_goes_to_the_coordinator(count):
	verdict = reopening(CLOSED_AT + timedelta(days=1), CLOSED_AT, WINDOW, count)
	assert verdict
	assert verdict.code == "escalate_to_coordinator"


def test_a_first_reopening_needs_no_coordinator():
	assert reopening(CLOSED_AT, CLOSED_AT, WINDOW, 0).code == "reopen"


def test_what_was_never_closed_cannot_be_reopened():
	verdict = reopening(CLOSED_AT, None, WINDOW, 0)
	assert not verdict
	assert verdict.code == "never_closed"


def test_reopening_before_the_closing_is_an_error():
	with pytest.raises(ValueError, match="precedes"):
		reopening(CLOSED_AT - timedelta(seconds=1), CLOSED_AT, WINDOW, 0)


def test_every_refusal_has_a_sentence_that_its_values_fill():
	refusals = (
		may_answer(False),
		may_close(False, 0, 1),
		may_close(None, 0, 2),
		may_close(None, 0, 2, one_a_day=True),
		reopening(CLOSED_AT, None, WINDOW, 0),
		reopening(CLOSED_AT + 2 * WINDOW, CLOSED_AT, WINDOW, 0),
	)
	for refusal in refusals:
		assert "{" not in MESSAGES[refusal.code].format(**dict(refusal.values))
	assert {refusal.code for refusal in refusals} == set(MESSAGES)


def test_a_folio_is_numbered_by_its_year_of_registration():
	assert series_prefix(datetime(2026, 12, 31, 23, 59, 59)) == "FOL-2026-"
	assert series_prefix(datetime(2027, 1, 1)) == "FOL-2027-"
	assert folio_name("FOL-2026-", 1) == "FOL-2026-000001"


def test_the_next_years_series_is_prepared_ahead():
	assert prefixes_to_prepare(datetime(2026, 6, 1)) == ("FOL-2026-", "FOL-2027-")
	with pytest.raises(ValueError, match="negative"):
		prefixes_to_prepare(datetime(2026, 6, 1), years_ahead=-1)


@given(st.integers(1, 10_000_000), st.integers(1, 10_000_000))
def test_two_numbers_never_share_a_name(first, second):
	assert (folio_name("FOL-2026-", first) == folio_name("FOL-2026-", second)) == (first == second)


def test_there_is_no_folio_zero():
	with pytest.raises(ValueError, match="begin at 1"):
		folio_name("FOL-2026-", 0)
