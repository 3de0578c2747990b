"""Verdicts of tests and reports, the retained sample, instruments, hands (G11, K4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.analysis import (
	COMPARISONS,
	VERDICTS,
	Comparison,
	Test,
	Verdict,
	check_hands,
	check_instrument,
	report_comparison,
	report_verdict,
	typed_test,
)
from nervion_service.domain.measures import Limits, Unfit

TODAY = date(2026, 3, 2)
NUMBERS = st.integers(-1000, 1000)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_result_passes_exactly_between_its_limits(one, other, result):
	low, high = sorted((one, other))
	test = typed_test("ASTM D562", str(low), str(high), str(result))
	assert test.verdict == (Verdict.PASS if low <= result <= high else Verdict.FAIL)


@given(NUMBERS, NUMBERS)
def test_one_limit_is_enough(limit, result):
	assert typed_test("m", limit, None, result).verdict == (Verdict.PASS if result >= limit else Verdict.FAIL)
	assert typed_test("m", "", limit, result).verdict == (Verdict.PASS if result <= limit else Verdict.FAIL)


@pytest.mark.parametrize("typed", [("1", "2", ""), ("", "", "5"), ("", "", "")])
def test_without_a_result_or_limits_a_test_says_nothing(typed):
	assert typed_test("m", *typed).verdict == Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
	("typed", "code"),
	[
		(("9", "1", "5"), "upside_down"),
		(("1", "9", "cinco"), "not_a_number"),
		(("uno", "9", "5"), "not_a_number"),
	],
)
def test_bad_input_is_refused_with_the_name_of_the_method(typed, code):
	with pytest.raises(Unfit) as refusal:
		typed_test("ASTM D562", *typed)
	assert refusal.value.code == code
	assert refusal.value.values["what"] == "ASTM D562"


@given(st.integers(-400, 400))
def test_an_instrument_counts_until_the_last_day_of_its_calibration(days):
	test = Test("m", instrument="Viscosímetro", calibrated_until=TODAY + timedelta(days), tested_on=TODAY)
	if days >= 0:
		check_instrument(test, TODAY)
		return
	with pytest.raises(Unfit) as refusal:
		check_instrument(test, TODAY)
	assert refusal.value.code == "calibration_expired"
	assert refusal.value.values["until"] == (TODAY + timedelta(days)).isoformat()


def test_an_old_test_is_not_spoilt_by_a_calibration_that_ended_since():
	day = TODAY - timedelta(30)
	check_instrument(Test("m", instrument="Horno", calibrated_until=day, tested_on=day), TODAY)


@pytest.mark.parametrize(
	("test", "code"),
	[
		(Test("m", instrument="Horno"), "calibration_unknown"),
		(Test("m", tested_on=TODAY + timedelta(1)), "tested_later"),
	],
)
def test_an_unknown_calibration_and_a_test_to_come_are_refused(test, code):
	with pytest.raises(Unfit) as refusal:
		check_instrument(test, TODAY)
	assert refusal.value.code == code


def test_a_look_needs_no_instrument():
	check_instrument(Test("Visual"), TODAY)


@given(st.lists(st.sampled_from(VERDICTS)))
def test_the_worst_test_speaks_for_the_report(verdicts):
	expected = Verdict.PASS
	if Verdict.FAIL in verdicts:
		expected = Verdict.FAIL
	elif not verdicts or Verdict.INCONCLUSIVE in verdicts:
		expected = Verdict.INCONCLUSIVE
	assert report_verdict(verdicts) == expected


@pytest.mark.parametrize(
	("result", "retained", "said"),
	[
		(5, 5, Comparison.BOTH_WITHIN),
		(15, 5, Comparison.ONLY_CLAIMED),
		(5, 15, Comparison.ONLY_RETAINED),
		(15, 15, Comparison.BOTH_OUTSIDE),
		(15, None, Comparison.NONE),
		(None, 15, Comparison.NONE),
	],
)
def test_the_retained_sample_tells_the_batch_from_what_happened_to_it(result, retained, said):
	assert Test("m", Limits(0, 10), result, retained).comparison == said


@given(st.lists(st.sampled_from(COMPARISONS)))
def test_the_most_serious_comparison_speaks_for_the_report(comparisons):
	said = report_comparison(comparisons)
	assert all(COMPARISONS.index(said) >= COMPARISONS.index(one) for one in comparisons)
	assert said in comparisons or not comparisons


@given(st.tuples(*(st.sampled_from(["ana", "beto", "caro", None]),) * 3))
def test_whoever_did_one_thing_does_no_other(hands):
	known = [person for person in hands if person]
	if len(set(known)) == len(known):
		check_hands(*hands)
		return
	with pytest.raises(Unfit) as refusal:
		check_hands(*hands)
	assert refusal.value.code == "same_person"
	assert refusal.value.values["person"] in known
