"""Every indicator of the service, wherever its figures come from: its readings over a period and the rows behind them (S1.12-S1.14, G15, G17)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from nervion_service.domain import complaint_indicators, indicators
from nervion_service.domain.indicators import Indicator, Reading
from nervion_service.services import indicator_data, indicator_rows
from nervion_service.services.complaints import figures
from nervion_service.services.indicator_sums import Period


@dataclass(frozen=True)
class Source:
	"""Indicators that are counted together: by code, their readings over a period, and the rows behind one figure."""

	by_code: Mapping[str, Indicator]
	readings: Callable[[Period, datetime], Mapping[str, Reading]]
	rows: Callable[[str, str, Period, datetime], list[dict]]


SOURCES = (
	Source(indicators.BY_CODE, indicator_data.readings, indicator_rows.rows),
	Source(complaint_indicators.BY_CODE, figures.readings, figures.rows),
)
BY_CODE = {code: one for source in SOURCES for code, one in source.by_code.items()}


def readings(period: Period, now: datetime) -> dict[str, Reading]:
	"""Every indicator that this user may see over the period, by code, in the order of the catalogue."""
	return {code: one for source in SOURCES for code, one in source.readings(period, now).items()}


def rows(code: str, part: str, period: Period, now: datetime) -> list[dict]:
	"""The rows behind one figure, in the columns of a drill-down. part: "numerator" or "denominator". KeyError for an unknown code."""
	source = next((one for one in SOURCES if code in one.by_code), None)
	if source is None:
		raise KeyError(code)
	return source.rows(code, part, period, now)
