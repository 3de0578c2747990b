"""What is known of a customer, as far as the reader may see it, and every number with its list (W8)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import customer_360
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.AGENCY, Role.SALES)


@pytest.fixture
def customer():
	return factories.make_customer()


def as_executive(method, *words):
	with folios.engine.run_as(folios.cast(Role.EXECUTIVE)):
		return method(*words)


def listed(part):
	return frappe.get_list(part["doctype"], filters=part["filters"], pluck="name", limit_page_length=0)


def test_cases_are_counted_open_and_past_and_each_number_opens_its_list(customer):
	first = folios.make_folio(customer=customer.name)
	past = folios.close(folios.make_folio(customer=customer.name))
	folios.make_folio(customer=factories.make_customer().name)
	known = as_executive(customer_360.of_customer, customer.name)
	assert [known["cases"]["open"]["count"], known["cases"]["past"]["count"]] == [1, 1]
	assert listed(known["cases"]["open"]) == [first.name]
	assert listed(known["cases"]["past"]) == [past.name]
	assert {row["name"] for row in known["cases"]["latest"]} == {first.name, past.name}


def test_promises_kept_are_a_share_of_those_that_can_be_judged(customer):
	folio = folios.close(folios.make_folio(customer=customer.name))
	frappe.db.set_value(
		"Service Commitment", {"case_name": folio.name, "kind": "First Answer"}, "status", "Fulfilled Late"
	)
	promises = as_executive(customer_360.of_customer, customer.name)["promises"]
	statuses = frappe.get_all("Service Commitment", {"customer": customer.name}, pluck="status")
	judged = [status for status in statuses if status in ("Fulfilled", "Fulfilled Late", "Breached")]
	assert promises["judged"] == len(judged) == len(listed(promises))
	assert promises["share"] == round(100 * judged.count("Fulfilled") / len(judged), 1) < 100
	assert promises["broken"]["count"] == 1 == len(listed(promises["broken"]))


def test_no_promise_to_judge_is_no_data_and_not_zero(customer):
	promises = as_executive(customer_360.of_customer, customer.name)["promises"]
	assert [promises["judged"], promises["share"]] == [0, None]


def test_what_the_customer_said_is_counted_by_word(customer):
	folios.close(folios.make_folio(customer=customer.name))
	words = as_executive(customer_360.of_customer, customer.name)["words"]
	assert [(one["word"], one["count"]) for one in words] == [("Satisfied", 1)]
	assert len(listed(words[0])) == 1


def test_a_caller_without_a_record_is_known_by_the_number(customer):
	one = folios.make_folio(phone="951 333 6001", email=None)
	two = folios.make_folio(phone="+52 1 951 333 6001", email=None)
	known = as_executive(customer_360.of_folio, one.name)
	assert known["cases"]["open"]["count"] == 2
	assert {row["name"] for row in known["cases"]["latest"]} == {one.name, two.name}
	assert known["purchases"] == [] and known["notes"] == []


def test_purchases_are_shown_to_who_may_read_them_and_to_nobody_else(customer):
	invoice = factories.make_sales_invoice(customer=customer.name)
	known = customer_360.of_customer(customer.name)
	invoices = next(one for one in known["purchases"] if one["doctype"] == "Sales Invoice")
	assert [row["name"] for row in invoices["latest"]] == [invoice.name]
	assert listed(invoices) == [invoice.name]
	with folios.engine.run_as(folios.cast(Role.SALES)):
		assert not frappe.has_permission("Sales Invoice", "read")
		assert customer_360.of_customer(customer.name)["purchases"] == []


def test_notes_are_plain_words(customer):
	doc = frappe.get_doc("Customer", customer.name)
	doc.add_comment("Comment", "Paga a tiempo <img src=x onerror=alert(1)>")
	notes = as_executive(customer_360.of_customer, customer.name)["notes"]
	assert [note["text"] for note in notes] == ["Paga a tiempo"]


def test_only_the_cases_that_the_reader_sees_are_counted(customer):
	folios.make_folio(customer=customer.name, request_type="Claim")
	folios.make_folio(customer=customer.name, request_type="Order")
	with folios.engine.run_as(folios.cast(Role.SALES)):
		assert customer_360.of_customer(customer.name)["cases"]["open"]["count"] == 1
	with folios.engine.run_as(folios.cast(Role.AGENCY)), pytest.raises(frappe.PermissionError):
		customer_360.of_customer(customer.name)


def test_a_folio_that_is_not_the_readers_tells_nothing_of_its_customer(customer):
	folio = folios.make_folio(customer=customer.name, request_type="Claim")
	with folios.engine.run_as(folios.cast(Role.SALES)), pytest.raises(frappe.PermissionError):
		customer_360.of_folio(folio.name)
