"""The chain of a case's history: any change shows, and at which line (K12)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nervion_service.domain import case_chain
from nervion_service.domain.case_chain import ADDED, CHANGED, MISSING, Difference

texts = st.text(max_size=20)
contents = st.dictionaries(texts, st.one_of(texts, st.integers(), st.none(), st.booleans()), max_size=5)
histories = st.lists(contents, min_size=1, max_size=12)


@given(histories)
def test_an_untouched_history_is_the_same(lines):
	digests = case_chain.chain(lines)
	assert case_chain.first_difference(lines, digests) is None
	assert case_chain.head(digests) == digests[-1]


@given(histories, contents, st.data())
def test_a_changed_line_is_named_wherever_it_is(lines, other, data):
	at = data.draw(st.integers(0, len(lines) - 1))
	assume(case_chain.canonical(other) != case_chain.canonical(lines[at]))
	changed = [*lines[:at], other, *lines[at + 1 :]]
	found = case_chain.first_difference(changed, case_chain.chain(lines))
	assert found == Difference(at + 1, CHANGED)


@given(histories, st.data())
def test_a_line_that_was_taken_out_is_noticed(lines, data):
	at = data.draw(st.integers(0, len(lines) - 1))
	found = case_chain.first_difference(lines[:at] + lines[at + 1 :], case_chain.chain(lines))
	assert found is not None and found.line >= at + 1
	assert found.how in (CHANGED, MISSING)


@given(histories, contents)
def test_a_line_put_behind_is_an_addition_and_no_change_of_what_was(lines, more):
	digests = case_chain.chain(lines)
	assert case_chain.first_difference([*lines, more], digests) == Difference(len(lines) + 1, ADDED)
	assert case_chain.continues([*lines, more], digests) is None


@given(st.lists(contents, min_size=2, max_size=8, unique_by=case_chain.canonical), st.data())
def test_lines_that_changed_places_are_noticed(lines, data):
	first = data.draw(st.integers(0, len(lines) - 2))
	moved = list(lines)
	moved[first], moved[first + 1] = moved[first + 1], moved[first]
	assert case_chain.continues(moved, case_chain.chain(lines)) == Difference(first + 1, CHANGED)


def test_a_history_may_not_end_before_its_chain():
	digests = case_chain.chain([{"event": "registered"}, {"event": "closed"}])
	assert case_chain.continues([{"event": "registered"}], digests) == Difference(2, MISSING)


@given(contents)
def test_the_order_of_keys_does_not_matter(content):
	backwards = dict(reversed(list(content.items())))
	assert case_chain.canonical(content) == case_chain.canonical(backwards)


def test_moments_amounts_and_accents_have_one_spelling():
	written = case_chain.canonical(
		{
			"a": datetime(2026, 3, 2, 10, 0, 0, 5),
			"b": date(2026, 3, 2),
			"c": Decimal("10.50"),
			"d": "añil",
			"e": timedelta(hours=1),
		}
	).decode()
	assert (
		written == '{"a":"2026-03-02T10:00:00.000005","b":"2026-03-02","c":"10.50","d":"añil","e":"3600.0"}'
	)
	with pytest.raises(ValueError):
		case_chain.canonical({"a": float("nan")})
	with pytest.raises(TypeError, match="object has no canonical spelling"):
		case_chain.canonical({"a": object()})


@given(st.binary(), st.binary())
def test_a_receipt_tells_two_files_apart_and_survives_being_typed(one, other):
	code = case_chain.receipt_code(case_chain.digest(one))
	assert len(code) == 19 and code.count("-") == 3
	typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
	assert case_chain.same_code(typed, code)
	assume(one != other)
	assert not case_chain.same_code(case_chain.receipt_code(case_chain.digest(other)), code)


@given(st.binary(), st.binary(), texts.filter(bool))
def test_only_who_knows_the_secret_signs(content, other, secret):
	signed = case_chain.signature(content, secret)
	assert case_chain.is_signed(content, secret, signed)
	assert not case_chain.is_signed(content, f"{secret}x", signed)
	assume(content != other)
	assert not case_chain.is_signed(other, secret, signed)
	with pytest.raises(ValueError, match="without a secret"):
		case_chain.signature(content, "")


@given(histories, contents, st.data())
def test_whoever_holds_the_last_digest_alone_sees_a_change_of_any_line(lines, other, data):
	at = data.draw(st.integers(0, len(lines) - 1))
	assume(case_chain.canonical(other) != case_chain.canonical(lines[at]))
	changed = [*lines[:at], other, *lines[at + 1 :]]
	assert case_chain.head(case_chain.chain(changed)) != case_chain.head(case_chain.chain(lines))
