"""Never more is claimed than was delivered less what was claimed before, however the claims come (K2)."""

from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import claims

ITEMS, BATCHES = st.sampled_from(("A", "B")), st.sampled_from((None, "L1", "L2"))
AMOUNTS = st.floats(0, 1000, allow_nan=False).map(lambda amount: round(amount, 3))
DELIVERED = st.dictionaries(st.tuples(ITEMS, BATCHES), AMOUNTS)
WISHES = st.lists(st.tuples(ITEMS, BATCHES, AMOUNTS), max_size=12)


@given(DELIVERED, WISHES)
def test_whatever_is_claimed_one_after_another_stays_within_what_was_delivered(delivered, wishes):
	made = []
	for item, batch, wish in wishes:
		limit = claims.claimable(delivered, claims.added_up(made), item, batch)
		made.append((item, batch, min(wish, limit)))
	taken = claims.added_up(made)
	for item in ("A", "B"):
		assert not claims.exceeds(claims.total(taken, item), claims.total(delivered, item))
		for batch in ("L1", "L2"):
			named = sum(amount for (one, its), amount in taken.items() if (one, its) == (item, batch))
			assert not claims.exceeds(named, claims.total(delivered, item, batch))


@given(DELIVERED, WISHES, ITEMS, BATCHES)
def test_an_earlier_claim_never_makes_more_claimable_and_nothing_is_below_zero(
	delivered, wishes, item, batch
):
	before = claims.added_up(wishes)
	left = claims.claimable(delivered, before, item, batch)
	assert 0 <= left <= claims.claimable(delivered, {}, item, batch)


def test_a_claim_without_a_batch_takes_from_every_batch_of_its_item():
	delivered = {("A", "L1"): 10.0, ("A", "L2"): 5.0}
	assert claims.claimable(delivered, {("A", None): 12.0}, "A", "L1") == 3
	assert claims.claimable(delivered, {("A", "L2"): 5.0}, "A", "L1") == 10
	assert claims.may_mean(("A", None), "A", "L1") and claims.may_mean(("A", "L2"), "A", None)
	assert not claims.may_mean(("A", "L2"), "A", "L1") and not claims.may_mean(("B", None), "A", None)
	assert claims.claimable(delivered, {("A", "L2"): 5.0}, "A") == 10
	assert claims.claimable(delivered, {}, "B") == 0


def test_rounding_is_no_excess():
	assert not claims.exceeds(0.1 + 0.2, 0.3)
	assert claims.exceeds(0.31, 0.3)
