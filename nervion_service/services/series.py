"""Numbers of folios and other cases: one series a year, the folios' made ahead of time, never reused (G1, F10)."""

from collections.abc import Iterable
from datetime import datetime

import frappe

from nervion_service.domain.naming import FOLIO, case_name, folio_name, prefixes_to_prepare, series_prefix
from nervion_service.services import clock


def prepare(years: Iterable[int] | None = None) -> None:
	"""Make the series of `years` (this and the next by default) where they are missing; numbers given stay given."""
	prefixes = (
		prefixes_to_prepare(clock.now()) if years is None else [f"{FOLIO}-{year:04d}-" for year in years]
	)
	for prefix in prefixes:
		# tabSeries is Frappe's table of counters and has no DocType; IGNORE leaves a counter that runs alone
		frappe.db.sql("INSERT IGNORE INTO `tabSeries` (`name`, `current`) VALUES (%s, 0)", (prefix,))


def prepared(year: int) -> bool:
	"""Whether the series of `year` exists; a health check asks before the year begins."""
	# see `prepare`: the table of counters has no DocType, hence no permission to ask for
	return bool(frappe.db.sql("SELECT 1 FROM `tabSeries` WHERE `name` = %s", (f"{FOLIO}-{year:04d}-",)))


def next_name(registered_at: datetime) -> str:
	"""The next number of the year of registration, such as "FOL-2026-000001"."""
	prefix = series_prefix(registered_at)
	return folio_name(prefix, _next_number(prefix))


def next_case_name(code: str, at: datetime) -> str:
	"""The next number of a kind of case in that year, such as "QR-2026-00001"; code: one of domain.naming's."""
	return case_name(code, at, _next_number(series_prefix(at, code)))


def _next_number(prefix: str) -> int:
	"""Count a series on.

	One statement that makes the counter or raises it and tells what it became: it locks the counter's row and no gap
	around it, so that two first folios of a year wait for each other instead of deadlocking, as a read followed by an
	insert does. The row stays locked until the transaction ends, so a number that is rolled back was never seen.
	"""
	# see `prepare`: the table of counters has no DocType
	number = frappe.db.sql(
		"""INSERT INTO `tabSeries` (`name`, `current`) VALUES (%s, 1)
		ON DUPLICATE KEY UPDATE `current` = `current` + 1 RETURNING `current`""",
		(prefix,),
	)
	return int(number[0][0])
