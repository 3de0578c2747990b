"""One number in many spellings, kept once beside what was typed (S1.6, S1.7; bad input of issue 3)."""

import frappe
import pytest

from nervion_service.services import history, party, phones
from tests import factories
from tests.site import folio_factories as folios

SPELLINGS = (
	"55 5555 0102", "5555550102", "+52 55 5555 0102", "+52 1 55 5555 0102", "521 55 5555 0102",
	"00 52 55 5555 0102", "044 55 5555 0102", "01 (55) 5555-0102", "55-5555-0102 ext. 12",
)  # fmt: skip
ONE = "+525555550102"
NONE_AT_ALL = ("", "   ", "n/a", "sin teléfono", "5555", "12", "+52 1", "555555010255555501025555", "mañana")


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_of_a_mexican_number_is_one(text):
	assert phones.normalise(text) == ONE
	assert phones.same(text, ONE)


@pytest.mark.parametrize(
	("text", "number"), [("+1 415 555 2671", "+14155552671"), ("+34 911 23 45 67", "+34911234567")]
)
def test_a_number_abroad_keeps_its_country(text, number):
	assert phones.normalise(text) == number


@pytest.mark.parametrize("text", NONE_AT_ALL)
def test_what_is_no_number_has_no_spelling(text):
	assert phones.normalise(text) is None


def test_what_rings_nowhere_is_no_way_to_answer_somebody():
	assert [phones.is_answerable(text) for text in ("0000000000", "1111111111", "12", None)] == [False] * 4
	assert all(phones.is_answerable(text) for text in (*SPELLINGS, "+1 415 555 2671"))


def test_two_numbers_are_not_one():
	assert not phones.same("55 5555 0102", "55 5555 0103")
	assert not phones.same("5555", "5555")
	assert not phones.same(None, None)


def test_a_folio_keeps_what_was_typed_and_the_one_spelling():
	folio = folios.make_folio(routed=False, phone="01 (55) 5555-0102")
	assert [folio.phone, folio.phone_e164] == ["01 (55) 5555-0102", ONE]


def test_a_person_who_types_no_number_is_told_which_field_and_what_is_expected():
	before = frappe.db.count("Service Folio")
	with pytest.raises(frappe.ValidationError) as refused:
		folios.new_folio(phone="preguntar <b>después</b>").insert()
	said = str(refused.value)
	assert "Phone" in said and "Ten digits are expected" in said
	assert "<b>después" not in said
	assert frappe.db.count("Service Folio") == before


def test_a_corrected_number_follows_and_a_wrong_correction_changes_nothing():
	folio = folios.make_folio(routed=False)
	folio.phone = "81 1234 5678"
	folio.save()
	assert folios.reloaded(folio).phone_e164 == "+528112345678"
	folio.phone = "81"
	with pytest.raises(frappe.ValidationError, match="Ten digits are expected"):
		folio.save()
	assert folios.reloaded(folio).phone_e164 == "+528112345678"


def test_the_one_spelling_cannot_be_forged():
	folio = folios.make_folio(routed=False, phone_e164="+529999999999")
	assert folio.phone_e164 == ONE
	folio.phone_e164 = "+529999999999"
	with pytest.raises(frappe.ValidationError, match="filled by the system"):
		folio.save()


def test_what_a_machine_brings_stays_as_text():
	folio = folios.make_folio(
		routed=False, channel="Web Page", received_stamp="Machine", phone="pregunte en recepción"
	)
	assert [folio.phone, folio.phone_e164] == ["pregunte en recepción", None]


def test_an_imported_case_keeps_whatever_stood_there():
	name = history.import_case(
		{
			"company": factories.make_company().name,
			"request_type": "General Information",
			"channel": "Phone",
			"subject": "Caso anterior",
			"party_name": "Ana",
			"phone": "no dejó",
			"received_at": "2026-01-07 10:00:00",
		}
	)
	assert frappe.db.get_value("Service Folio", name, ["phone", "phone_e164"]) == ("no dejó", None)


def test_a_number_in_any_spelling_leads_to_the_one_customer_who_has_it():
	customer = factories.make_customer()
	contact = factories.make_contact(customer=customer.name, phone="(33) 1234 9876")
	found = party.party_by_phone("+52 1 33 1234 9876")
	assert [found.customer, found.contact] == [customer.name, contact.name]
	assert party.party_by_phone("33 1234 9877") == party.Party()
	assert party.party_by_phone("9876") == party.Party()


def test_where_two_customers_share_a_number_no_machine_chooses():
	for _one in range(2):
		factories.make_contact(customer=factories.make_customer().name, phone="33 1234 9875")
	found = party.party_by_phone("33 1234 9875")
	assert found.customer is None and len(found.candidates) == 2


def test_the_search_by_number_uses_its_index():
	plan = frappe.db.sql(
		"EXPLAIN SELECT name FROM `tabService Folio` WHERE phone_e164 = %s", (ONE,), as_dict=True
	)
	assert plan[0].key and "phone_e164" in plan[0].key
