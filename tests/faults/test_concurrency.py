"""Several desks at one folio, or with one message: one wins, the others are told, nothing happens twice (F9, X8)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Events
from tests.faults import desks


@pytest.fixture
def folio(committed, monkeypatch):
	"""folio(**values): a committed folio, registered and not routed; taken away afterwards."""
	from nervion_service.services import system
	from tests.site import folio_factories

	# a worker of this bench would otherwise route it before the test does
	monkeypatch.setattr(system, "enqueue", lambda *_words, **_more: True)

	made = []

	def make(**values):
		doc = folio_factories.new_folio(**values).insert()
		made.append(doc.name)
		frappe.db.commit()
		return doc

	yield make
	frappe.db.rollback()
	for name in made:
		remove(name)
	frappe.db.commit()


def remove(name):
	for table, field in (
		("tabService Commitment", "case_name"),
		("tabService Event", "case_name"),
		("tabToDo", "reference_name"),
		("tabCommunication", "reference_name"),
		("tabComment", "reference_name"),
		("tabNotification Log", "document_name"),
		("tabVersion", "docname"),
		("tabDocShare", "share_name"),
		("tabService Folio", "name"),
	):
		frappe.db.sql(f"DELETE FROM `{table}` WHERE `{field}` = %s", (name,))


def events_of(name, code):
	frappe.db.rollback()
	return frappe.db.count("Service Event", {"case_name": name, "event": code})


def in_attention(make):
	"""A committed folio that is attended and has been answered by a person."""
	from tests.site import folio_factories as folios

	doc = make()
	folios.intake.follow_up(doc.name)
	doc = folios.accept(doc)
	with folios.engine.run_as(folios.a_person()):
		folios.answers.log_call(doc.name, "Outbound", "Rinde doce metros por litro.")
	frappe.db.commit()
	return folios.reloaded(doc)


def test_of_many_editors_of_one_folio_one_wins_and_the_others_are_told(committed, folio, size):
	doc = folio()
	editors = size(8, 50)
	reports = desks.run(committed, "edit", editors, name=doc.name)
	winners = desks.results(reports)
	told = [error for error in desks.errors(reports) if "TimestampMismatchError" in error]
	assert (len(winners), len(told)) == (1, editors - 1), desks.errors(reports)
	frappe.db.rollback()
	assert frappe.db.get_value("Service Folio", doc.name, "resolution") == winners[0]


def test_planted_blind_saves_lose_updates_and_are_found_out(committed, folio):
	reports = desks.run(committed, "edit", 4, name=folio().name, plant="blind_saves")
	assert len(desks.results(reports)) > 1


def test_a_follow_up_that_runs_many_times_at_once_routes_once(committed, folio, size):
	doc = folio()
	reports = desks.run(committed, "follow_up", size(6, 16), name=doc.name)
	assert desks.errors(reports) == []
	assert desks.results(reports).count(True) == 1
	assert (events_of(doc.name, Events.ROUTED), frappe.db.count("ToDo", {"reference_name": doc.name})) == (
		1,
		1,
	)


def test_of_two_opposite_transitions_at_once_one_happens(committed, folio):
	doc = in_attention(folio)
	reports = desks.run(committed, "withdraw_or_answer", 6, name=doc.name)
	states = desks.results(reports)
	assert len(states) == 1, desks.errors(reports)
	frappe.db.rollback()
	assert frappe.db.get_value("Service Folio", doc.name, "stage") == states[0]
	assert events_of(doc.name, Events.WITHDRAWN) + events_of(doc.name, Events.ANSWERED) == 1


def test_the_same_message_over_many_connections_is_one_folio(committed, folio, size):
	from tests import factories
	from tests.site import folio_factories

	key = factories.unique("wamid", ".")
	values = folio_factories.new_folio(channel="WhatsApp", account="5215555", external_id=key).as_dict()
	values = {
		name: value for name, value in frappe.parse_json(frappe.as_json(values)).items() if value is not None
	}
	try:
		reports = desks.run(committed, "register", 8, count=size(5, 125), folio=values)
		frappe.db.rollback()
		assert len(desks.results(reports)) == frappe.db.count("Service Folio", {"external_id": key}) == 1
		# the losers are told in one way, whether they came late or at the very same moment
		kinds = {error.split(":")[0] for error in desks.errors(reports)}
		assert kinds <= {"UniqueValidationError"}, kinds
	finally:
		frappe.db.rollback()
		for name in frappe.get_all("Service Folio", {"external_id": key}, pluck="name"):
			remove(name)
		frappe.db.commit()
