"""The application record of a visit: read, checked against the data sheet of the batch, deviations listed (K7)."""

from frappe import _

from nervion_service.domain import application, measures
from nervion_service.domain.application import UNITS, Deviation, Quantity
from nervion_service.domain.measures import number, shown
from nervion_service.services import refusals
from nervion_service.services.analysis import data_sheets

# where a visit keeps what it measured
FIELDS = {
	Quantity.AIR_TEMPERATURE: "air_temperature",
	Quantity.SURFACE_TEMPERATURE: "surface_temperature",
	Quantity.HUMIDITY: "relative_humidity",
	Quantity.DILUTION: "dilution_percent",
	Quantity.WET_FILM: "wet_film_thickness",
	Quantity.DRY_FILM: "dry_film_thickness",
	Quantity.RECOAT: "recoat_hours",
}


def fill(visit) -> None:
	"""Read what was measured, compute the dew point, find the data sheet and list what lies outside its limits.

	ValidationError, naming the field, for what is no number or what no instrument shows.
	"""
	with refusals.explained(measures.MESSAGES):
		record = {quantity: _read(visit, quantity, field) for quantity, field in FIELDS.items()}
		_fill_dew_point(visit, record)
	visit.data_sheet = data_sheets.in_force(visit.item, visit.batch, visit.scheduled_from)
	limits = data_sheets.limits(visit.data_sheet)
	found = application.deviations(record, limits)
	visit.set("deviations", [_row(deviation) for deviation in found])
	visit.unmeasured = "\n".join(application.unmeasured(record, limits))


def in_words(row) -> str:
	"""A deviation as a sentence reads it: what, how much was recorded, the limit."""
	words = (
		_("{0}: {1} {3}, at least {2} {3}")
		if row.side == application.BELOW
		else _("{0}: {1} {3}, at most {2} {3}")
	)
	return words.format(_(row.quantity), row.value, row.limit_value, row.uom)


def _read(visit, quantity: str, field: str) -> float | None:
	label = _(visit.meta.get_label(field))
	value = number(visit.get(field), label)
	application.check_possible(quantity, value, label)
	visit.set(field, shown(value))
	return value


def _fill_dew_point(visit, record) -> None:
	air, humidity = record[Quantity.AIR_TEMPERATURE], record[Quantity.HUMIDITY]
	point = None if None in (air, humidity) else application.dew_point(air, humidity)
	margin = application.with_margin(record)[Quantity.DEW_POINT_MARGIN]
	visit.dew_point = "" if point is None else f"{point:.1f}"
	visit.dew_point_margin = "" if margin is None else f"{margin:.1f}"


def _row(deviation: Deviation) -> dict[str, str]:
	decimals = 1 if deviation.quantity == Quantity.DEW_POINT_MARGIN else 4
	return {
		"quantity": deviation.quantity,
		"value": shown(round(deviation.value, decimals)),
		"side": deviation.side,
		"limit_value": shown(deviation.limit),
		"amount": shown(round(deviation.amount, decimals)),
		"uom": UNITS[deviation.quantity],
	}
