"""X8: the same message again and again, over many connections at once: one folio, and nobody is told of an error."""

import frappe
import pytest

from tests.faults import desks

DESKS = 8


@pytest.fixture
def receive(committed):
	"""receive(count, plant=…): one message that comes so many times to each desk; (reports, rows stored)."""
	from tests import factories
	from tests.site import outside

	outside.the_company()
	account = factories.unique("programa", ".")
	# a series that is there: the first of a year is another test
	frappe.db.commit()

	def begin(count, plant=None):
		reports = desks.run(
			committed,
			"receive",
			DESKS,
			count=count,
			message={
				"party_name": "Ana Ruiz",
				"email": "ana@cliente.test",
				"description": "El esmalte no seca",
				"safety": "No",
			},
			account=account,
			id="mensaje-1",
			plant=plant,
		)
		frappe.db.rollback()
		return reports, stored(account)

	yield begin
	frappe.db.rollback()
	for name in stored(account):
		for table, field in (
			("tabService Commitment", "case_name"),
			("tabService Event", "case_name"),
			("tabService Folio", "name"),
		):
			frappe.db.sql(f"DELETE FROM `{table}` WHERE `{field}` = %s", (name,))
	frappe.db.commit()


def stored(account):
	return [
		row[0] for row in frappe.db.sql("SELECT name FROM `tabService Folio` WHERE account = %s", (account,))
	]


def test_a_message_that_comes_a_thousand_times_is_one_folio_and_no_error(receive, size):
	count = size(10, 125)
	reports, names = receive(count)
	assert desks.errors(reports) == []
	assert len(names) == 1
	assert desks.results(reports) == names * (DESKS * count)
	events = frappe.db.count("Service Event", {"case_name": names[0], "event": "registered"})
	assert events == 1


def test_a_planted_door_that_does_not_look_again_surfaces_errors(receive):
	reports, names = receive(1, plant="lost_race")
	assert len(names) == 1
	assert desks.errors(reports)
