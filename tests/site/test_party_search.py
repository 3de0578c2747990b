"""Who is calling: found by telephone, name or folio, as far as the user may see (G9, S1.7), and registered at once (S1.1)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import party_search, phone_intake
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.AGENCY, Role.SYSTEMS, Role.SALES)
HARMFUL = "Pinturas <img src=x onerror=alert(1)>"


def names(found, doctype):
	return [row["name"] for row in found if row["doctype"] == doctype]


@pytest.fixture
def customer():
	made = factories.make_customer(customer_name=factories.unique("Recubrimientos Ñandú"))
	factories.make_contact(customer=made.name, phone="+52 1 33 4455 6677")
	return made


@pytest.fixture
def executive():
	with folios.engine.run_as(folios.cast(Role.EXECUTIVE)):
		yield folios.cast(Role.EXECUTIVE)


@pytest.mark.parametrize(
	"typed", ["33 4455 6677", "+523344556677", "(33) 4455-6677", "445566", "521 33 4455 6677"]
)
def test_a_customer_is_found_by_the_number_of_a_contact_however_it_is_typed(customer, executive, typed):
	found = party_search.find(typed)
	assert customer.name in names(found, "Customer")
	assert next(row for row in found if row["name"] == customer.name)["phone"] == "+52 1 33 4455 6677"


def test_digits_in_another_order_are_another_number(customer, executive):
	assert customer.name not in names(party_search.find("33 4455 7766"), "Customer")


@pytest.mark.parametrize("typed", ["recubrimientos ña", "ÑANDÚ"])
def test_a_customer_is_found_by_a_part_of_the_name(customer, executive, typed):
	assert customer.name in names(party_search.find(typed), "Customer")


def test_the_signs_of_a_search_find_nobody_by_themselves(customer, executive):
	for typed in ("%", "%%", "__", "", " ", "a", "' OR 1=1 --", "\\"):
		assert customer.name not in names(party_search.find(typed), "Customer")


def test_a_folio_number_leads_to_whose_it_is_with_what_they_have_open(customer, executive):
	folio = folios.make_folio(customer=customer.name, party_name=customer.customer_name)
	for typed in (folio.name, folio.name.lower(), folio.name[-6:].lstrip("0")):
		found = next(row for row in party_search.find(typed) if row["name"] == customer.name)
		assert found["open_folios"] == 1
		assert found["last_folio"] == folio.name


def test_who_called_before_is_found_without_being_a_customer(executive):
	folio = folios.make_folio(party_name="Doña Lucha Pérez", phone="951 333 2211", email=None)
	for typed in ("+52 1 951 333 2211", "3332211", "lucha"):
		found = [row for row in party_search.find(typed) if row["title"] == "Doña Lucha Pérez"]
		assert [(row["doctype"], row["name"]) for row in found] == [("Service Folio", folio.name)]
	assert [row["name"] for row in party_search.cases("Service Folio", folio.name)] == [folio.name]


def test_a_lead_is_found_by_its_own_number(executive):
	with folios.engine.run_as("Administrator"):
		lead = factories.make_lead(mobile_no="449 100 2030")
	assert lead.name in names(party_search.find("4491002030"), "Lead")


def test_nobody_finds_the_folios_that_are_not_theirs_to_see(customer):
	folio = folios.make_folio(party_name="Cliente ajeno", phone="951 333 2299", request_type="Claim")
	with folios.engine.run_as(folios.cast(Role.SALES)):
		found = party_search.find("951 333 2299")
		assert folio.name not in [row["name"] for row in found]
		with pytest.raises(frappe.PermissionError):
			party_search.cases("Service Folio", folio.name)


def test_an_agency_finds_no_customers_at_all(customer):
	with folios.engine.run_as(folios.cast(Role.AGENCY)):
		assert names(party_search.find("33 4455 6677"), "Customer") == []


def test_who_may_register_nothing_may_not_search(customer):
	with folios.engine.run_as(folios.cast(Role.SYSTEMS)):
		for method, words in (
			(party_search.find, ["33 4455 6677"]),
			(phone_intake.begin, []),
			(phone_intake.register, [{}]),
			(phone_intake.help_at_once, []),
		):
			with pytest.raises(frappe.PermissionError, match="not permitted"):
				method(*words)


# Registering -------------------------------------------------------------------------------------------------


def said(**values):
	usual = {
		"party_name": "Juana Ortiz",
		"phone": "951 333 2288",
		"channel": "Phone",
		"request_type": "Technical Advice",
		"safety": "No",
		"text": "¿Qué primario lleva el galvanizado?\nEs para un barandal.",
	}
	return {**usual, **values}


def test_a_call_is_registered_as_the_person_and_says_what_is_promised(executive):
	told = phone_intake.register(said())
	folio = folios.reloaded(told["folio"])
	assert [folio.owner, folio.channel, folio.received_stamp] == [executive, "Phone", "Person"]
	assert folio.subject == "¿Qué primario lleva el galvanizado?"
	assert "barandal" in folio.description
	assert folio.phone_e164 == "+529513332288"
	assert [row["kind"] for row in told["promises"]][0] == "First Answer"
	assert told["safety"] is None


def test_a_call_that_came_before_it_was_typed_keeps_its_real_time_and_who_says_so(executive):
	with folios.at(folios.MONDAY):
		told = phone_intake.register(said(received_at="2026-03-02 09:10:00", channel="Store"))
	folio = folios.reloaded(told["folio"])
	assert str(folio.received_at) == "2026-03-02 09:10:00"
	assert [folio.received_stamp, folio.received_stamp_by, folio.channel] == ["Person", executive, "Store"]
	assert folio.registered_at > folio.received_at


@pytest.mark.parametrize(
	("wrong", "words"),
	[
		({"phone": "55"}, "Ten digits are expected"),
		({"text": "  "}, "Write what the customer asks for"),
		({"channel": "E-mail"}, "Channel"),
		({"request_type": None}, "Request Type"),
		({"received_at": "2999-01-01 10:00:00"}, "Received At"),
		({"party_name": "", "phone": "", "make": "Lead"}, "Name"),
	],
)
def test_what_is_wrong_is_said_by_its_field_and_leaves_nothing(executive, wrong, words):
	before = frappe.db.count("Service Folio"), frappe.db.count("Lead")
	with pytest.raises(frappe.ValidationError, match=words):
		phone_intake.register(said(**wrong))
	assert (frappe.db.count("Service Folio"), frappe.db.count("Lead")) == before


def test_a_draft_whose_answer_was_lost_is_registered_once(executive):
	first = phone_intake.register(said(draft="a1b2"))
	again = phone_intake.register(said(draft="a1b2"))
	assert first["folio"] == again["folio"]


def test_who_says_that_somebody_was_hurt_is_told_what_to_do(executive):
	told = phone_intake.register(said(safety="Yes", safety_kind="Exposure"))
	assert told["safety"]["text"]
	assert folios.reloaded(told["folio"]).safety == "Yes"


def test_a_new_party_becomes_a_lead_only_where_the_user_may(executive):
	with pytest.raises(frappe.PermissionError):
		phone_intake.register(said(make="Lead"))
	with folios.engine.run_as("Administrator"):
		told = phone_intake.register(said(make="Lead"))
	folio = folios.reloaded(told["folio"])
	assert frappe.db.get_value("Lead", folio.lead, "mobile_no") == "+529513332288"


def test_the_same_matter_gets_the_call_and_no_second_folio(executive):
	folio = folios.make_folio()
	before = frappe.db.count("Service Folio")
	told = phone_intake.add_call(folio.name, "Pregunta cuándo le contestan.", {"safety": "No"})
	assert told["folio"] == folio.name
	assert told["safety"] is None
	assert frappe.db.count("Service Folio") == before
	assert frappe.db.exists("Communication", {"reference_name": folio.name, "sent_or_received": "Received"})


def test_harmful_words_are_kept_as_words(executive):
	told = phone_intake.register(said(party_name=HARMFUL, text=HARMFUL))
	assert "onerror" not in folios.reloaded(told["folio"]).subject
