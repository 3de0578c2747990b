"""How a coating was applied, held against the limits of its technical data sheet (K7).

Temperatures in degrees Celsius, humidity and dilution in percent, film thickness in micrometres, recoat in hours.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nervion_service.domain.measures import Limits, Unfit, shown


class Quantity:
	"""What a data sheet limits."""

	AIR_TEMPERATURE = "Air Temperature"
	SURFACE_TEMPERATURE = "Surface Temperature"
	HUMIDITY = "Relative Humidity"
	DEW_POINT_MARGIN = "Dew Point Margin"
	DILUTION = "Dilution"
	WET_FILM = "Wet Film Thickness"
	DRY_FILM = "Dry Film Thickness"
	RECOAT = "Recoat Interval"


QUANTITIES = (
	Quantity.AIR_TEMPERATURE,
	Quantity.SURFACE_TEMPERATURE,
	Quantity.HUMIDITY,
	Quantity.DEW_POINT_MARGIN,
	Quantity.DILUTION,
	Quantity.WET_FILM,
	Quantity.DRY_FILM,
	Quantity.RECOAT,
)
UNITS = {
	Quantity.AIR_TEMPERATURE: "°C",
	Quantity.SURFACE_TEMPERATURE: "°C",
	Quantity.HUMIDITY: "%",
	Quantity.DEW_POINT_MARGIN: "°C",
	Quantity.DILUTION: "%",
	Quantity.WET_FILM: "µm",
	Quantity.DRY_FILM: "µm",
	Quantity.RECOAT: "h",
}
# what an instrument can show at all: beyond it somebody typed in the wrong box or the wrong unit
POSSIBLE = {
	Quantity.AIR_TEMPERATURE: (-40, 70),
	Quantity.SURFACE_TEMPERATURE: (-40, 250),
	Quantity.HUMIDITY: (0, 100),
	Quantity.DILUTION: (0, 100),
	Quantity.WET_FILM: (0, 10_000),
	Quantity.DRY_FILM: (0, 10_000),
	Quantity.RECOAT: (0, 10_000),
}
BELOW, ABOVE = "Below", "Above"
# Magnus with the coefficients of Sonntag (1990) over water, good to 0.35 °C between -45 and 60 °C
_B, _C = 17.62, 243.12
# rounding of the arithmetic is no deviation
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Deviation:
	"""One quantity outside its limit: by how much, in its unit, on which side."""

	quantity: str
	value: float
	limit: float
	side: str
	amount: float
	uom: str


def dew_point(air_temperature: float, relative_humidity: float) -> float | None:
	"""The temperature in °C at which that air sheds water; None for bone-dry air, which has none.

	Unfit for a humidity outside 0-100 % or an air temperature that no site has.
	"""
	check_possible(Quantity.AIR_TEMPERATURE, air_temperature)
	check_possible(Quantity.HUMIDITY, relative_humidity)
	if relative_humidity == 0:
		return None
	gamma = math.log(relative_humidity / 100) + _B * air_temperature / (_C + air_temperature)
	return _C * gamma / (_B - gamma)


def dew_point_margin(
	surface_temperature: float | None, air_temperature: float | None, relative_humidity: float | None
) -> float | None:
	"""By how many °C the surface is warmer than the dew point; negative when it sweats; None when something is unmeasured."""
	if None in (surface_temperature, air_temperature, relative_humidity):
		return None
	point = dew_point(air_temperature, relative_humidity)
	return None if point is None else surface_temperature - point


def check_possible(quantity: str, value: float | None, what: str | None = None) -> None:
	"""Unfit when no instrument can show that value of a quantity."""
	low, high = POSSIBLE.get(quantity, (-math.inf, math.inf))
	if value is not None and not low <= value <= high:
		raise Unfit(
			"impossible",
			what=what or quantity,
			value=f"{shown(value)} {UNITS[quantity]}",
			minimum=shown(low),
			maximum=shown(high),
		)


def with_margin(record: Mapping[str, float | None]) -> dict[str, float | None]:
	"""A record by quantity, with the margin over the dew point that follows from it."""
	margin = dew_point_margin(
		record.get(Quantity.SURFACE_TEMPERATURE),
		record.get(Quantity.AIR_TEMPERATURE),
		record.get(Quantity.HUMIDITY),
	)
	return {**record, Quantity.DEW_POINT_MARGIN: margin}


def deviations(record: Mapping[str, float | None], limits: Mapping[str, Limits]) -> tuple[Deviation, ...]:
	"""What of a record lies outside the limits of its data sheet, in the order of QUANTITIES; unmeasured is no deviation."""
	full = with_margin(record)
	found = (_deviation(quantity, full.get(quantity), limits.get(quantity)) for quantity in QUANTITIES)
	return tuple(deviation for deviation in found if deviation)


def unmeasured(record: Mapping[str, float | None], limits: Mapping[str, Limits]) -> tuple[str, ...]:
	"""The limited quantities of which the record says nothing, in the order of QUANTITIES."""
	full = with_margin(record)
	return tuple(
		quantity
		for quantity in QUANTITIES
		if quantity in limits and not limits[quantity].is_open and full.get(quantity) is None
	)


def repeated(quantities: Iterable[str]) -> str | None:
	"""The first quantity that a data sheet limits twice, which would make two truths; None when there is none."""
	seen: set[str] = set()
	for quantity in quantities:
		if quantity in seen:
			return quantity
		seen.add(quantity)
	return None


def _deviation(quantity: str, value: float | None, limits: Limits | None) -> Deviation | None:
	if value is None or limits is None:
		return None
	excess = limits.excess(value)
	if abs(excess) <= _TOLERANCE:
		return None
	side, limit = (BELOW, limits.minimum) if excess < 0 else (ABOVE, limits.maximum)
	return Deviation(quantity, value, limit, side, abs(excess), UNITS[quantity])
