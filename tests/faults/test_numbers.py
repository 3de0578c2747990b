"""F10: many desks register at once, the first folios of a year too: no number twice, none left out, no deadlock surfaced."""

import random

import frappe
import pytest

from tests.faults import desks

YEAR = 2090  # nobody else registers then


def folio(year):
	from tests.site import folio_factories

	doc = folio_factories.new_folio(received_at=f"{year}-03-01 10:00:00").as_dict()
	return {key: value for key, value in doc.items() if value is not None and not key.startswith("_")}


def remove(year):
	"""Take away what the test committed: Frappe would refuse, and rightly."""
	frappe.db.rollback()
	like = f"FOL-{year}-%"
	for table, field in (
		("tabService Commitment", "case_name"),
		("tabService Event", "case_name"),
		("tabService Folio", "name"),
		("tabSeries", "name"),
	):
		frappe.db.sql(f"DELETE FROM `{table}` WHERE `{field}` LIKE %s", (like,))
	frappe.db.commit()


@pytest.fixture
def register(committed):
	"""register(desks, count, plant=…): that many desks register so many folios each, in a year without a series."""
	from tests import factories

	factories.make_company()
	frappe.db.commit()

	years = {YEAR}

	def begin(number_of_desks, count, plant=None, year=YEAR):
		years.add(year)
		remove(year)
		values = frappe.parse_json(frappe.as_json(folio(year)))
		return desks.run(
			committed,
			"register",
			number_of_desks,
			count=count,
			folio=values,
			now=f"{year}-03-01T10:00:00",
			plant=plant,
		)

	yield begin
	for year in years:
		remove(year)


def stored():
	frappe.db.rollback()
	return [
		row[0]
		for row in frappe.db.sql(
			"SELECT `name` FROM `tabService Folio` WHERE `name` LIKE %s", (f"FOL-{YEAR}-%",)
		)
	]


def in_a_row(count):
	return {f"FOL-{YEAR}-{number:06d}" for number in range(1, count + 1)}


def test_many_desks_get_every_number_once_from_the_first_of_the_year_on(register, size):
	number_of_desks, count = size(6, 16), size(15, 5_000)
	reports = register(number_of_desks, count)
	assert desks.errors(reports) == []
	numbers = desks.results(reports)
	assert len(numbers) == len(set(numbers)) == number_of_desks * count
	assert set(numbers) == set(stored()) == in_a_row(number_of_desks * count)


def test_each_of_them_has_its_promises_and_its_one_first_event(register, size):
	register(size(4, 16), size(5, 200))
	total = len(stored())
	like = f"FOL-{YEAR}-%"
	events = frappe.db.sql(
		"SELECT `case_name` FROM `tabService Event` WHERE `case_name` LIKE %s AND `event` = 'registered'",
		(like,),
	)
	promises = frappe.db.sql(
		"SELECT COUNT(DISTINCT `case_name`) FROM `tabService Commitment` WHERE `case_name` LIKE %s", (like,)
	)
	assert (len(events), promises[0][0]) == (total, total)


def test_planted_numbers_read_without_a_lock_are_found_out(register):
	reports = register(6, 8, plant="unlocked_numbers")
	numbers = desks.results(reports)
	assert desks.errors(reports) or len(numbers) != len(set(numbers))


def test_a_planted_read_before_the_first_insert_of_a_year_deadlocks(register):
	# a year that never had a series: of one that was taken away the database locks what is left
	year = random.randrange(2200, 9000)
	errors = desks.errors(register(8, 1, plant="locked_read", year=year))
	assert any("Deadlock" in error for error in errors), errors
