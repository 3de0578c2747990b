"""Where a batch went, what is left and what came back; the alarm rings once (K1, K6)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import batches
from nervion_service.domain.batches import Customer, Kind, Movement, recovered, rings, trace

START = datetime(2026, 1, 1)
QUANTITIES = st.integers(1, 5000).map(lambda tenths: tenths / 10)
CUSTOMERS = ("Ana", "Beto", "Caro")


@st.composite
def histories(draw):
	"""Movements that a warehouse could have: a customer never returns more than was delivered."""
	made = draw(st.lists(QUANTITIES, max_size=3))
	found = [Movement(Kind.MADE, qty, START, f"MFG-{n}") for n, qty in enumerate(made)]
	for n, name in enumerate(draw(st.lists(st.sampled_from(CUSTOMERS), max_size=6))):
		qty = draw(QUANTITIES)
		day = START + timedelta(days=draw(st.integers(1, 60)))
		found.append(Movement(Kind.DELIVERED, qty, day, f"DN-{n}", name))
		if draw(st.booleans()):
			back = qty * draw(st.sampled_from([0.25, 0.5, 1]))
			found.append(Movement(Kind.RETURNED, back, day + timedelta(days=3), f"DN-R{n}", name))
	found += [Movement(Kind.USED, qty, START, "STE-1") for qty in draw(st.lists(QUANTITIES, max_size=2))]
	return found


def total(movements, kind):
	return sum(one.qty for one in movements if one.kind == kind)


@given(histories(), st.randoms(use_true_random=False))
def test_nothing_is_lost_and_nothing_counted_twice(movements, random):
	found = trace(random.sample(movements, len(movements)))
	assert found.made == pytest.approx(total(movements, Kind.MADE))
	assert found.delivered == pytest.approx(total(movements, Kind.DELIVERED))
	assert found.returned == pytest.approx(total(movements, Kind.RETURNED))
	assert found.used == pytest.approx(total(movements, Kind.USED))
	assert found.outside == pytest.approx(found.delivered - found.returned, abs=1e-5)
	left = found.made - found.used - found.delivered + found.returned
	assert found.stock == pytest.approx(max(left, 0), abs=1e-5)


@given(histories())
def test_each_customer_has_its_own_share_and_the_largest_comes_first(movements):
	found = trace(movements)
	for one in found.customers:
		own = [movement for movement in movements if movement.customer == one.customer]
		assert one.delivered == pytest.approx(total(own, Kind.DELIVERED))
		assert one.kept == pytest.approx(total(own, Kind.DELIVERED) - total(own, Kind.RETURNED), abs=1e-5)
		assert set(one.vouchers) == {movement.voucher for movement in own}
	assert [one.kept for one in found.customers] == sorted(
		(one.kept for one in found.customers), reverse=True
	)


@given(histories(), QUANTITIES)
def test_the_warehouse_is_believed_and_nothing_is_guessed_where_nobody_counts(movements, stock):
	assert trace(movements, stock=stock).stock == stock
	uncounted = trace(movements, counted=False)
	assert (uncounted.made, uncounted.stock) == (None, None)


@given(histories(), st.integers(0, 70))
def test_what_came_back_since_the_hold_is_what_was_recovered(movements, day):
	held_at = START + timedelta(days=day)
	found = trace(movements, held_at=held_at)
	since = [one for one in movements if one.kind == Kind.RETURNED and one.at >= held_at]
	assert recovered(found.customers, {}) == pytest.approx(total(since, Kind.RETURNED))


def test_a_word_and_a_document_about_the_same_cans_are_not_added():
	shares = [Customer("Ana", returned_since_hold=10), Customer("Beto", returned_since_hold=4)]
	assert recovered(shares, {"Ana": 6, "Beto": 9, "Caro": 2}) == 10 + 9 + 2


@given(st.integers(1, 6), st.lists(st.integers(0, 12), max_size=12))
def test_the_alarm_rings_exactly_once_when_the_number_is_reached(threshold, counts):
	rung = []
	for count in counts:
		if rings(count, threshold, bool(rung)):
			rung.append(count)
	reached = [count for count in counts if count >= threshold]
	assert rung == reached[:1]


def test_an_alarm_at_no_complaint_is_refused():
	with pytest.raises(ValueError, match="at least one complaint"):
		rings(0, 0, False)


@given(st.lists(QUANTITIES, max_size=4), QUANTITIES, st.none() | QUANTITIES)
def test_no_more_is_disposed_of_than_there_is(dispositions, back, stock):
	too_much = batches.disposed_too_much(dispositions, back, stock)
	assert too_much == (round(sum(dispositions) - back - (stock or 0), 6) > 0)


@given(st.lists(QUANTITIES, max_size=4), QUANTITIES)
def test_what_came_back_waits_for_a_decision_until_all_of_it_has_one(dispositions, back):
	left = batches.undecided(dispositions, back)
	assert left == pytest.approx(max(back - sum(dispositions), 0), abs=1e-5)
	assert left >= 0


@given(QUANTITIES)
def test_a_quantity_is_written_without_decimals_that_say_nothing(qty):
	assert float(batches.plain(qty)) == qty
	assert not batches.plain(qty).endswith((".", ".0"))
	assert (batches.plain(40.0), batches.plain(0.0), batches.plain(2.50)) == ("40", "0", "2.5")


@given(QUANTITIES, QUANTITIES, QUANTITIES)
def test_a_held_batch_is_used_up_only_as_far_as_was_decided(wanted, decided, used):
	assert batches.may_use(wanted, decided, used) == (round(wanted + used - decided, 6) <= 0)


@given(ways=st.dictionaries(st.sampled_from(("sent", "consumed", "made", "repacked")), st.floats(0, 1e6)))
def test_what_was_sent_out_and_consumed_there_was_used_once(ways):
	found = batches.used_in_all(ways, "sent", "consumed")
	assert found <= sum(ways.values()) + 1e-6
	at_least = (ways.get("sent", 0), ways.get("consumed", 0))
	own = sum(qty for way, qty in ways.items() if way in ("made", "repacked"))
	assert abs(found - own - max(at_least)) < 1e-3


DECISIONS = st.lists(st.tuples(st.sampled_from(batches.DISPOSITIONS), QUANTITIES), max_size=6)


@given(DECISIONS, st.dictionaries(st.sampled_from(batches.CARRIED_OUT), QUANTITIES))
def test_what_is_left_to_do_is_what_was_decided_less_what_was_done(decided, used):
	left = batches.not_carried_out(decided, used)
	for what in batches.DISPOSITIONS:
		asked = sum(qty for one, qty in decided if one == what)
		expected = max(asked - used.get(what, 0), 0) if what in batches.CARRIED_OUT else 0
		assert left.get(what, 0) == pytest.approx(expected, abs=1e-5)


def test_who_must_not_use_a_batch_hears_it_whether_told_before_or_not():
	heard = {
		(one, told) for one in batches.OUTCOMES for told in (True, False) if batches.hears_outcome(one, told)
	}
	silent = {(batches.Outcome.MAY_BE_USED, False)}
	assert heard == {(one, told) for one in batches.OUTCOMES for told in (True, False)} - silent
