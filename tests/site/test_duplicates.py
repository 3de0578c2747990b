"""The same matter registered twice: offered, linked, merged by who may, with both histories kept (W8; issue 3)."""

import frappe
import pytest
from frappe.utils import add_days

from nervion_service.domain.taxonomy import Role
from nervion_service.services import duplicates, folio_view
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.COORDINATOR, Role.SALES, Role.MANAGEMENT, Role.TECHNICIAN)
SUBJECT = "El esmalte azul se descascara en la barda"
AGAIN = "Se está descascarando el esmalte azul"
OTHER = "Copia de la factura de marzo"


@pytest.fixture(scope="module")
def two_calls(everybody):  # noqa: F811 (the fixture that was imported)
	with folios.engine.working_folder(everybody.sites):
		first = folios.make_folio(subject=SUBJECT, phone="951 333 7001", received_at=_before(hours=3))
		second = folios.make_folio(subject=AGAIN, phone="+52 1 951 333 7001", email=None)
	return first.name, second.name


@pytest.fixture
def pair(two_calls):
	"""Two open folios of one caller about one matter, the earlier first, as new for every test."""
	return tuple(folios.reloaded(name) for name in two_calls)


def _before(hours):
	return frappe.utils.add_to_date(frappe.utils.now_datetime(), hours=-hours)


def offered(folio):
	return [row["name"] for row in duplicates.of_folio(folio.name)["similar"]]


def as_executive(method, *words):
	with folios.engine.run_as(folios.cast(Role.EXECUTIVE)):
		return method(*words)


def promises(folio):
	rows = frappe.get_all("Service Commitment", {"case_name": folio.name}, ["kind", "status"])
	return {row.kind: row.status for row in rows}


def codes(folio):
	return frappe.get_all("Service Event", {"case_name": folio.name}, pluck="event")


def unchanged(folio):
	return folios.reloaded(folio).modified == folio.modified


# Offering ----------------------------------------------------------------------------------------------------


def test_the_same_caller_about_the_same_matter_is_offered_and_nothing_happens_by_itself(pair):
	first, second = pair
	assert offered(second) == [first.name]
	assert second.parent_folio is None and second.stage == "Routed"


def test_another_matter_or_another_caller_is_not_offered(pair):
	other_matter = folios.make_folio(subject=OTHER, phone="951 333 7001", email=None)
	other_caller = folios.make_folio(subject=AGAIN, phone="951 333 7002", email="otra@cliente.test")
	assert offered(other_matter) == []
	assert offered(other_caller) == []


@pytest.mark.parametrize("known_by", ["customer", "email"])
def test_a_customer_or_an_address_is_enough(known_by):
	value = factories.make_customer().name if known_by == "customer" else "quien@cliente.test"
	one, two = (
		folios.make_folio(subject=text, **{"phone": None, "email": None, known_by: value})
		for text in (SUBJECT, AGAIN)
	)
	assert offered(two) == [one.name]


def test_the_window_and_the_likeness_are_the_administrators(pair):
	first, second = pair
	settings = frappe.get_doc("Service Settings")
	for field, value, expected in (
		("duplicate_window_days", 0, []),
		("duplicate_window_days", 30, [first.name]),
		("duplicate_similarity", 100, []),
	):
		settings.set(field, value)
		settings.save()
		assert offered(second) == expected


def test_what_lies_outside_the_window_is_history():
	with folios.at(folios.MONDAY):
		old = folios.make_folio(subject=SUBJECT, phone="951 333 7003", email=None)
	with folios.at(add_days(folios.MONDAY, 31)):
		new = folios.make_folio(subject=SUBJECT, phone="951 333 7003", email=None)
		assert offered(new) == []
		assert [row["name"] for row in duplicates.similar(SUBJECT, folios.MONDAY, phone="9513337003")] == [
			old.name
		]


def test_only_folios_that_the_user_may_see_are_offered(pair):
	_first, second = pair
	with folios.engine.run_as(folios.cast(Role.TECHNICIAN)):
		assert duplicates.similar(AGAIN, phone="951 333 7001") == []
		with pytest.raises(frappe.PermissionError):
			duplicates.of_folio(second.name)


# Linking -----------------------------------------------------------------------------------------------------


def test_a_link_says_that_two_belong_together_and_changes_nothing_else(pair):
	first, second = pair
	as_executive(duplicates.link, second.name, first.name)
	linked = folios.reloaded(second)
	assert [linked.parent_folio, linked.stage] == [first.name, "Routed"]
	assert "Cancelled" not in promises(second).values()
	assert "related" in codes(first) and "related" in codes(second)
	assert offered(second) == [] and offered(first) == []


def test_a_link_to_itself_a_ring_or_a_second_parent_is_refused(pair):
	first, second = pair
	as_executive(duplicates.link, second.name, first.name)
	third = folios.make_folio()
	for words in ((third.name, third.name), (first.name, second.name), (second.name, third.name)):
		with pytest.raises(frappe.ValidationError, match="itself|already"):
			as_executive(duplicates.link, *words)
	assert folios.reloaded(first).parent_folio is None
	assert folios.reloaded(second).parent_folio == first.name


# Merging -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned_round", [False, True])
def test_the_earlier_folio_goes_on_whichever_way_round_it_is_asked(pair, turned_round):
	first, second = pair
	words = (first.name, second.name) if turned_round else (second.name, first.name)
	assert as_executive(duplicates.merge, *words) == first.name
	ended, survivor = folios.reloaded(second), folios.reloaded(first)
	assert [ended.stage, ended.merged_into] == ["Withdrawn", first.name]
	assert first.name in ended.withdrawal_reason
	assert [survivor.stage, survivor.merged_into] == ["Routed", None]


def test_the_promises_of_the_duplicate_lapse_and_the_survivors_run_on(pair):
	first, second = pair
	before = promises(first)
	as_executive(duplicates.merge, second.name, first.name)
	assert set(promises(second).values()) <= {"Cancelled", "Fulfilled"}
	assert promises(second)["First Answer"] == "Cancelled"
	assert promises(first) == before


def test_a_promise_that_the_duplicate_broke_stays_broken(pair):
	first, second = pair
	frappe.db.set_value(
		"Service Commitment",
		{"case_name": second.name, "kind": "First Answer"},
		{"status": "Breached", "breached_at": frappe.utils.now_datetime(), "due_at": _before(hours=1)},
	)
	as_executive(duplicates.merge, second.name, first.name)
	row = frappe.db.get_value(
		"Service Commitment",
		{"case_name": second.name, "kind": "First Answer"},
		["status", "breached_at"],
		as_dict=True,
	)
	assert row.breached_at is not None


def test_both_histories_and_all_messages_are_seen_in_the_survivor(pair):
	first, second = pair
	folios.hear_from_customer(second)
	as_executive(duplicates.merge, second.name, first.name)
	survivor = folios.reloaded(first)
	lines = {(line["case_name"], line["event"]) for line in folio_view.history(survivor)}
	assert {(first.name, "registered"), (second.name, "registered"), (second.name, "merged")} <= lines
	assert (first.name, "took_over") in lines
	merged = duplicates.of_folio(first.name)["merged"]
	assert [row["name"] for row in merged] == [second.name]
	assert len(merged[0]["messages"]) == 1
	# and stay where they were
	assert frappe.db.get_value("Communication", {"reference_name": second.name}) is not None


def test_what_a_duplicate_had_taken_over_is_seen_in_the_last_survivor(pair):
	first, second = pair
	third = folios.make_folio(subject=AGAIN, phone="951 333 7001", email=None)
	as_executive(duplicates.merge, third.name, second.name)
	as_executive(duplicates.merge, second.name, first.name)
	assert duplicates.merged_into(first.name) == [second.name, third.name]


@pytest.mark.parametrize("role", [Role.SALES, Role.TECHNICIAN, Role.MANAGEMENT])
def test_other_roles_merge_nothing(pair, role):
	first, second = pair
	with (
		folios.engine.run_as(folios.cast(role)),
		pytest.raises(frappe.PermissionError, match="merged by|not permitted"),
	):
		duplicates.merge(second.name, first.name)
	assert unchanged(first) and unchanged(second)


def test_an_ended_folio_is_linked_and_not_merged(pair):
	first, second = pair
	ended = folios.close(first)
	with pytest.raises(frappe.ValidationError, match="Link them instead"):
		as_executive(duplicates.merge, second.name, first.name)
	assert unchanged(ended) and folios.reloaded(second).stage == "Routed"


def test_folios_of_two_customers_are_never_merged(pair):
	first, second = pair
	for folio in (first, second):
		folio.customer = factories.make_customer().name
		folio.save()
	with pytest.raises(frappe.ValidationError, match="different customers"):
		as_executive(duplicates.merge, second.name, first.name)
	assert folios.reloaded(second).merged_into is None


def test_one_persons_case_does_not_go_on_in_anothers_though_neither_is_a_customer_yet(pair):
	first, _second = pair
	other = folios.make_folio(subject=AGAIN, phone="951 333 7999", email="otra@example.com")
	# the account is our own mailbox, by which everybody writes
	for folio in (first, other):
		frappe.db.set_value("Service Folio", folio.name, "account", "Servicio")
	with pytest.raises(frappe.ValidationError, match="fill in the customer of both, or link them instead"):
		as_executive(duplicates.merge, other.name, first.name)
	assert folios.reloaded(other).merged_into is None
	assert as_executive(duplicates.link, other.name, first.name) == first.name


def test_a_merge_cannot_be_typed_into_the_field(pair):
	first, second = pair
	second.merged_into = first.name
	with pytest.raises(frappe.ValidationError, match="filled by the system"):
		second.save()


def test_a_merge_that_was_wrong_is_undone_by_reopening(pair):
	first, second = pair
	as_executive(duplicates.merge, second.name, first.name)
	again = folios.act(second, "Reopen", folios.cast(Role.COORDINATOR), reopen_reason="Era otra barda")
	assert [again.stage, again.merged_into] == ["Reopened", None]
	assert duplicates.of_folio(first.name)["merged"] == []
