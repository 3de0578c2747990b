"""An application record against its data sheet: dew point, deviations with amounts, what was not measured (K7)."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nervion_service.domain.application import (
	ABOVE,
	BELOW,
	QUANTITIES,
	UNITS,
	Quantity,
	check_possible,
	deviations,
	dew_point,
	dew_point_margin,
	repeated,
	unmeasured,
)
from nervion_service.domain.measures import Limits, Unfit, number, shown, typed_limits

AIR = st.floats(-40, 70)
HUMIDITY = st.floats(1, 100)


@pytest.mark.parametrize(
	("air", "humidity", "published"),
	# Magnus table of DIN 4108 as printed on the cards of dew point meters
	[(30, 80, 26.2), (25, 60, 16.7), (20, 50, 9.3), (15, 40, 1.5), (10, 90, 8.4), (35, 30, 14.8)],
)
def test_the_dew_point_is_the_one_of_the_printed_tables(air, humidity, published):
	assert dew_point(air, humidity) == pytest.approx(published, abs=0.1)


@given(AIR)
def test_saturated_air_dews_at_its_own_temperature(air):
	assert dew_point(air, 100) == pytest.approx(air, abs=1e-9)


@given(AIR, HUMIDITY, HUMIDITY)
def test_the_dew_point_rises_with_the_humidity_and_never_passes_the_air(air, one, other):
	low, high = sorted((one, other))
	assert dew_point(air, low) <= dew_point(air, high) + 1e-9
	assert dew_point(air, high) <= air + 1e-9


def test_dry_air_has_no_dew_point_and_no_margin():
	assert dew_point(25, 0) is None
	assert dew_point_margin(20, 25, 0) is None


@pytest.mark.parametrize("missing", range(3))
def test_the_margin_needs_all_three_readings(missing):
	readings = [20.0, 25.0, 60.0]
	readings[missing] = None
	assert dew_point_margin(*readings) is None


@pytest.mark.parametrize(("air", "humidity"), [(25, 101), (25, -1), (200, 50)])
def test_what_no_instrument_shows_is_refused_with_its_range(air, humidity):
	with pytest.raises(Unfit) as refusal:
		dew_point(air, humidity)
	assert refusal.value.code == "impossible"
	assert refusal.value.values["minimum"]


def test_a_sweating_surface_is_a_deviation_by_how_much_it_lacks():
	record = {
		Quantity.AIR_TEMPERATURE: 25.0,
		Quantity.SURFACE_TEMPERATURE: 17.0,
		Quantity.HUMIDITY: 60.0,
		Quantity.DILUTION: 15.0,
	}
	limits = {
		Quantity.DEW_POINT_MARGIN: Limits(minimum=3),
		Quantity.DILUTION: Limits(5, 10),
		Quantity.HUMIDITY: Limits(maximum=85),
	}
	margin, dilution = deviations(record, limits)
	assert (margin.quantity, margin.side, margin.limit) == (Quantity.DEW_POINT_MARGIN, BELOW, 3)
	assert margin.amount == pytest.approx(3 - (17 - 16.7), abs=0.1)
	assert (dilution.quantity, dilution.side, dilution.amount, dilution.uom) == ("Dilution", ABOVE, 5, "%")


MEASURED = st.fixed_dictionaries(
	{},
	optional={quantity: st.floats(5, 60) for quantity in QUANTITIES if quantity != Quantity.DEW_POINT_MARGIN},
)
LIMITED = st.fixed_dictionaries(
	{},
	optional={
		quantity: st.tuples(st.floats(0, 30), st.floats(30, 60)).map(lambda pair: Limits(*pair))
		for quantity in QUANTITIES
	},
)


@given(MEASURED, LIMITED)
def test_moving_a_value_by_its_deviation_puts_it_on_the_limit(record, limits):
	for deviation in deviations(record, limits):
		sign = 1 if deviation.side == BELOW else -1
		assert limits[deviation.quantity].excess(deviation.value + sign * deviation.amount) == pytest.approx(
			0
		)
		assert deviation.amount > 0
		assert deviation.uom == UNITS[deviation.quantity]


@given(MEASURED, LIMITED)
def test_each_limited_quantity_deviates_or_is_unmeasured_or_lies_inside(record, limits):
	outside = {deviation.quantity for deviation in deviations(record, limits)}
	open_ones = set(unmeasured(record, limits))
	assert not outside & open_ones
	for quantity in set(limits) - outside - open_ones - {Quantity.DEW_POINT_MARGIN}:
		assert limits[quantity].minimum <= record[quantity] <= limits[quantity].maximum


def test_what_was_not_measured_is_no_deviation_but_is_named():
	limits = {Quantity.DRY_FILM: Limits(75, 125), Quantity.DEW_POINT_MARGIN: Limits(3)}
	assert deviations({}, limits) == ()
	assert unmeasured({}, limits) == (Quantity.DEW_POINT_MARGIN, Quantity.DRY_FILM)


def test_a_quantity_limited_twice_is_found():
	assert repeated([Quantity.DILUTION, Quantity.RECOAT, Quantity.DILUTION]) == Quantity.DILUTION
	assert repeated(QUANTITIES) is None


@pytest.mark.parametrize("typed", ["doce", "12,5", "nan", "inf", "1e5", "12 %", True, "--3", "."])
def test_what_is_no_number_is_refused_and_never_taken_for_zero(typed):
	with pytest.raises(Unfit) as refusal:
		number(typed, "Dilución")
	assert refusal.value.code == "not_a_number"
	assert refusal.value.values["what"] == "Dilución"


@pytest.mark.parametrize(
	("typed", "value"), [("", None), (None, None), (" 12.50 ", 12.5), ("-3", -3), (0, 0), (".5", 0.5)]
)
def test_a_number_is_read_as_typed_and_nothing_stays_nothing(typed, value):
	assert number(typed) == value


@given(st.floats(-1e6, 1e6))
def test_a_number_that_is_shown_reads_back(value):
	assert number(shown(value)) == pytest.approx(value, abs=1e-4)
	assert "e" not in shown(value)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_limits_upside_down_are_refused(one, other):
	assume(not math.isclose(one, other, abs_tol=1e-4))
	low, high = sorted((one, other))
	assert typed_limits(shown(low), shown(high)).excess((low + high) / 2) == 0
	with pytest.raises(Unfit) as refusal:
		Limits(high, low)
	assert refusal.value.code == "upside_down"


def test_a_quantity_without_a_known_range_is_possible():
	check_possible(Quantity.DEW_POINT_MARGIN, -99)
