"""Which complaints of one customer are the same matter (G11, K2, K6)."""

import pytest

from nervion_service.domain.complaint_twins import Matter, is_same


def matter(kind="Product", defect=None, items=(), batches=(), deliveries=()):
	return Matter(kind, defect, frozenset(items), frozenset(batches), frozenset(deliveries))


ONE = matter(defect="Peeling", items=["P"], batches=["L1"], deliveries=["DN-1"])


@pytest.mark.parametrize(
	("other", "expected"),
	[
		(ONE, True),
		(matter(items=["P"], batches=["L1"]), True),
		(matter(items=["P"], deliveries=["DN-1"]), True),
		(matter(kind="Invoicing", batches=["L1"]), False),
		(matter(defect="Leaking Can", batches=["L1"]), False),
		(matter(batches=["L1"], deliveries=["DN-2"]), False),
		(matter(batches=["L2"], deliveries=["DN-1"]), False),
		(matter(items=["Q"], deliveries=["DN-1"]), False),
		(matter(defect="Peeling", items=["P"]), False),
	],
)
def test_two_complaints_are_one_matter_where_all_that_both_say_agrees_and_they_share_goods(other, expected):
	assert is_same(ONE, other) is is_same(other, ONE) is expected
