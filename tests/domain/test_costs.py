"""The ledger of what poor quality costs: nothing is lost, counted twice or added up across currencies (K3)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.costs import (
	COST_KINDS,
	DIMENSIONS,
	Cost,
	MissingRate,
	in_company_currency,
	pareto,
	reversal,
	sums,
	total,
	written_off,
)

amounts = st.decimals("-99999", "99999", places=2)
DAY = date(2026, 3, 4)


def cost(name="C-1", amount="100.00", **overrides):
	return Cost(**{"name": name, "company": "PN", "amount": Decimal(amount), "posted_on": DAY, **overrides})


rows = st.lists(
	st.builds(
		cost,
		amount=amounts,
		cost_kind=st.sampled_from(COST_KINDS),
		root_cause=st.sampled_from(("", "Molienda", "Envase")),
		item=st.sampled_from(("", "ESMALTE")),
		plant=st.sampled_from(("", "Planta 1", "Planta 2")),
		customer=st.sampled_from(("Bajío", "Norte")),
	),
	max_size=30,
)


@given(rows, st.sampled_from(DIMENSIONS))
def test_the_sums_of_any_dimension_add_up_to_the_whole(ledger, dimension):
	found = sums(ledger, dimension)
	assert sum((one.amount for one in found), Decimal("0.00")) == total(ledger)
	assert sum(one.rows for one in found) == len(ledger)
	assert [one.amount for one in found] == sorted((one.amount for one in found), reverse=True)
	assert {one.value for one in found} == {getattr(row, dimension) for row in ledger}


@given(rows, st.sampled_from(DIMENSIONS))
def test_what_is_taken_back_leaves_nothing(ledger, dimension):
	back = [reversal(row, f"R-{number}", DAY) for number, row in enumerate(ledger)]
	assert {one.amount for one in sums([*ledger, *back], dimension)} <= {Decimal("0.00")}


@given(rows)
def test_the_shares_add_up_to_all_where_there_is_something(ledger):
	found = sums(ledger, "root_cause")
	if total(ledger):
		assert abs(pareto(found)[-1] - 1) < Decimal("1e-9")
	else:
		assert {one.share for one in found} <= {None}


def test_what_took_a_row_back_is_not_taken_back_itself():
	with pytest.raises(ValueError, match="takes back another row already"):
		reversal(reversal(cost(), "R-1", DAY), "R-2", DAY)


def test_companies_are_not_added_up():
	with pytest.raises(ValueError, match="several companies"):
		sums([cost(), cost(company="Otra")], "item")


def test_a_dimension_that_the_ledger_lacks_is_refused():
	with pytest.raises(ValueError, match="no colour"):
		sums([cost()], "colour")


@given(amounts, st.decimals("0.0001", "500", places=4))
def test_an_amount_is_converted_to_the_cent(amount, rate):
	found = in_company_currency(amount, "USD", "MXN", rate)
	assert abs(found - amount * rate) <= Decimal("0.005")
	assert found == found.quantize(Decimal("0.01"))


@pytest.mark.parametrize("rate", [None, Decimal(0), Decimal(-17)])
def test_an_amount_without_a_rate_is_refused(rate):
	with pytest.raises(MissingRate, match="USD to MXN"):
		in_company_currency(Decimal(10), "USD", "MXN", rate)
	assert in_company_currency(Decimal("10.005"), "MXN", "MXN", rate) == Decimal("10.01")


@given(
	st.lists(st.integers(1, 500).map(lambda tenths: tenths / 10), max_size=8),
	st.integers(0, 900).map(lambda t: t / 10),
)
def test_what_is_thrown_away_bit_by_bit_costs_what_goes_beyond_what_was_made_good(thrown, paid):
	gone, booked = 0.0, []
	for qty in thrown:
		booked.append(written_off(qty, gone, paid))
		gone += qty
	assert sum(booked) == pytest.approx(max(0, gone - paid), abs=1e-6)
	assert all(-1e-9 <= part <= qty + 1e-9 for part, qty in zip(booked, thrown, strict=True))
