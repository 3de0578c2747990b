"""Numbers of folios (G1, F10)."""

from datetime import datetime

import frappe

from nervion_service.services import series
from tests.site import folio_factories as folios


def test_this_year_and_the_next_are_made_ahead():
	with folios.at(datetime(2031, 12, 30, 10, 0)):
		assert not series.prepared(2031)
		series.prepare()
	assert (series.prepared(2031), series.prepared(2032), series.prepared(2033)) == (True, True, False)


def test_preparing_again_leaves_a_running_counter_alone():
	series.prepare([2041])
	first = series.next_name(datetime(2041, 5, 5))
	series.prepare([2041])
	assert (first, series.next_name(datetime(2041, 5, 5))) == ("FOL-2041-000001", "FOL-2041-000002")


def test_a_year_that_nobody_prepared_begins_at_one_all_the_same():
	assert series.next_name(datetime(2042, 1, 1)) == "FOL-2042-000001"
	assert series.next_name(datetime(2042, 1, 1)) == "FOL-2042-000002"


def test_the_year_is_that_of_the_registration():
	with folios.at(datetime(2026, 12, 31, 17, 59)):
		assert folios.make_folio(routed=False).name.startswith("FOL-2026-")
	with folios.at(datetime(2027, 1, 4, 9, 0)):
		folio = folios.make_folio(routed=False, received_at=datetime(2026, 12, 31, 20, 0))
	assert folio.name.startswith("FOL-2027-")


def test_a_number_is_not_given_twice_after_the_last_folio_is_gone_from_the_table():
	folio = folios.make_folio(routed=False)
	# nobody can delete it through Frappe; even if it were gone, its number would stay used
	frappe.db.delete("Service Folio", {"name": folio.name})
	assert folios.make_folio(routed=False).name != folio.name
