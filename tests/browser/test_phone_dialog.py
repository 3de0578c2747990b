"""A call taken down while the customer waits: one key, a few more, and the folio is registered (S1.1, S1.6; phone and store)."""

import re

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from tests import factories
from tests.browser import people
from tests.browser.people import FOLIO

HARMFUL = "<img src=x onerror=window.harmed=1>Pinturas"
# what hands do besides the words that the customer says: at four a second, well under the twenty seconds of typing
MOST_KEYS = 30
NUMBER = "951 444 8001"
SHEET = "/files/hds-solvente-prueba.pdf"


@pytest.fixture
def made(site):
	lists = {"folios": [], "customers": []}
	yield lists
	frappe.db.rollback()
	people.take_away(lists["folios"], [])
	for name in lists["customers"]:
		for contact in frappe.get_all(
			"Dynamic Link", {"link_name": name, "parenttype": "Contact"}, pluck="parent"
		):
			frappe.delete_doc("Contact", contact, force=True)
		frappe.delete_doc("Customer", name, force=True)
	frappe.db.commit()


@pytest.fixture
def executive(made, staff):
	return staff(Role.EXECUTIVE)


@pytest.fixture
def customer(made):
	"""A customer whose number an earlier caller left as well, under a name that would like to be a script."""
	name = factories.make_customer().name
	factories.make_contact(customer=name, phone=f"+52 1 {NUMBER}")
	made["customers"].append(name)
	earlier = {
		"channel": "Phone",
		"safety": "No",
		"request_type": "General Information",
		"company": factories.make_company().name,
	}
	folio = frappe.get_doc(
		{
			"doctype": FOLIO,
			**earlier,
			"subject": factories.unique("Color"),
			"party_name": HARMFUL,
			"phone": NUMBER,
			"received_at": frappe.utils.now_datetime(),
		}
	).insert()
	made["folios"].append(folio.name)
	frappe.db.commit()
	return name


@pytest.fixture
def solvent(site):
	"""A product with a public safety data sheet."""
	name = factories.make_item().name
	frappe.db.set_value("Item", name, "safety_data_sheet", SHEET)
	frappe.db.commit()
	yield name
	frappe.db.rollback()
	frappe.db.set_value("Item", name, "safety_data_sheet", None)
	frappe.db.commit()


class Hands:
	"""Presses keys, and counts them."""

	def __init__(self, page):
		self.page, self.keys = page, 0

	def press(self, *keys):
		for key in keys:
			self.page.keyboard.press(key)
			self.keys += 1

	def type(self, text):
		self.page.keyboard.type(text)
		self.keys += len(text)


def opened(desk_page, user, width):
	page = desk_page(user, "service-folio", width=width)
	page.wait_for_selector(".nervion-phone-button")
	people.quiet(page)
	return page


def has_focus(page, field):
	page.wait_for_function("(field) => document.activeElement.dataset.field === field", arg=field)


def told(page, made):
	number = page.locator(".nervion-phone-number")
	number.wait_for()
	made["folios"].append(number.inner_text())
	frappe.db.rollback()
	return frappe.get_doc(FOLIO, made["folios"][-1])


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_a_known_customer_is_registered_with_few_keys_and_the_page_stays(
	desk_page, executive, customer, made, width
):
	page = opened(desk_page, executive, width)
	hands, address = Hands(page), page.url
	hands.press("F2")
	has_focus(page, "who")
	hands.type(NUMBER.replace(" ", ""))
	page.locator("#nervion-found li", has_text="Pinturas").wait_for()
	hands.press("Enter")
	has_focus(page, "safety")
	hands.press("Space", "Tab", "Space", "Tab", "Tab")
	has_focus(page, "text")
	page.keyboard.type("¿Cuánto rinde el esmalte por litro?")
	hands.press("Control+Enter")
	folio = told(page, made)
	assert hands.keys <= MOST_KEYS
	assert [folio.customer, folio.channel, folio.owner, folio.safety] == [customer, "Phone", executive, "No"]
	assert folio.phone_e164 == f"+52{NUMBER.replace(' ', '')}"
	assert page.url == address
	said = page.locator(".nervion-phone-told").inner_text()
	assert f"Su folio es {folio.name}." in said and "Le contestaremos" in said
	assert people.english_lines(page) == []
	assert people.overflow(page) <= 0
	# a customer's name is words, wherever it is shown
	assert page.evaluate("window.harmed") is None


def test_somebody_new_is_registered_from_what_was_typed(desk_page, executive, made):
	page = opened(desk_page, executive, "desktop")
	page.locator(".nervion-phone-button").click()
	has_focus(page, "who")
	with page.expect_response(re.compile("party_search.find")):
		page.keyboard.type("951 444 8002")
	people.quiet(page)
	page.keyboard.press("Enter")
	has_focus(page, "party_name")
	assert page.locator("#nervion-phone").input_value() == "951 444 8002"
	page.keyboard.type("Doña Lucha")
	page.locator(".nervion-choice", has_text="No").first.click()
	page.locator(".nervion-choice", has_text="Queja").click()
	page.locator(".nervion-choice", has_text="Tienda").click()
	page.fill("#nervion-text", "La cubeta venía golpeada.")
	page.keyboard.press("Control+Enter")
	folio = told(page, made)
	assert [folio.party_name, folio.request_type, folio.channel] == ["Doña Lucha", "Complaint", "Store"]


def test_what_was_typed_survives_an_accidental_close_and_a_reload(desk_page, executive):
	page = opened(desk_page, executive, "desktop")
	page.keyboard.press("F2")
	has_focus(page, "who")
	page.fill("#nervion-text", "Escrito antes del accidente")
	page.locator(".modal.show .btn-modal-close").click()
	page.wait_for_selector("#nervion-text", state="hidden")
	page.reload()
	page.wait_for_selector(".nervion-phone-button")
	people.quiet(page)
	page.keyboard.press("F2")
	page.wait_for_selector("#nervion-text", state="visible")
	assert page.locator("#nervion-text").input_value() == "Escrito antes del accidente"
	page.get_by_role("button", name="Empezar de nuevo").click()
	assert page.locator("#nervion-text").input_value() == ""


def test_nothing_is_registered_before_it_is_asked_whether_somebody_was_hurt(desk_page, executive):
	page = opened(desk_page, executive, "desktop")
	before = frappe.db.count(FOLIO)
	page.keyboard.press("F2")
	has_focus(page, "who")
	page.fill("#nervion-party_name", "Ana")
	page.fill("#nervion-text", "Se derramó")
	page.keyboard.press("Control+Enter")
	page.locator(".nervion-phone-wrong", has_text="Pregunte primero").wait_for()
	has_focus(page, "safety")
	page.locator(".nervion-choice", has_text="Sí").first.click()
	page.locator(".nervion-phone-help .nervion-safety").wait_for()
	frappe.db.rollback()
	assert frappe.db.count(FOLIO) == before


def test_an_accident_told_about_a_known_case_rings_with_the_sheet_of_its_product(
	desk_page, executive, customer, solvent, made
):
	page = opened(desk_page, executive, "desktop")
	known = made["folios"][-1]
	page.keyboard.press("F2")
	has_focus(page, "who")
	page.keyboard.type(known)
	page.locator("#nervion-found li").first.wait_for()
	page.keyboard.press("Enter")
	same = page.locator(f'.nervion-phone-chosen [data-do="same"][data-folio="{known}"]')
	same.click()
	page.locator(".nervion-phone-wrong", has_text="Pregunte primero").wait_for()
	page.locator(".nervion-choice", has_text="Sí").first.click()
	page.locator(".nervion-choice", has_text="Lesión").click()
	people.choose(page, page.locator(".nervion-phone-accident"), "product", solvent)
	page.locator(f".nervion-phone-help a[href$='{SHEET}']").wait_for()
	page.fill("#nervion-text", "Se quemó las manos al abrir la cubeta.")
	assert people.english_lines(page) == []
	assert people.overflow(page) <= 0
	same.click()
	page.locator(f".nervion-phone-told a[href$='{SHEET}']").wait_for()
	frappe.db.rollback()
	folio = frappe.get_doc(FOLIO, known)
	assert [folio.safety, folio.safety_kind, folio.product, folio.priority] == [
		"Yes",
		"Injury",
		solvent,
		"Urgent",
	]
	assert frappe.db.exists("Service Commitment", {"case_name": known, "kind": "Safety"})


def test_a_wrong_number_is_said_and_nothing_typed_is_lost(desk_page, executive):
	page = opened(desk_page, executive, "desktop")
	page.keyboard.press("F2")
	has_focus(page, "who")
	page.fill("#nervion-party_name", "Ana")
	page.fill("#nervion-phone", "12")
	page.locator(".nervion-choice", has_text="No").first.click()
	page.locator(".nervion-choice", has_text="Queja").click()
	page.fill("#nervion-text", "La cubeta venía golpeada.")
	page.keyboard.press("Control+Enter")
	page.locator(".msgprint", has_text="Se esperan diez dígitos").wait_for()
	assert page.locator("#nervion-text").input_value() == "La cubeta venía golpeada."


def test_the_key_stands_in_the_help_of_the_desk(desk_page, executive):
	page = opened(desk_page, executive, "desktop")
	found = page.evaluate(
		"frappe.ui.keys.standard_shortcuts.filter((one) => one.shortcut === 'f2').map((one) => one.description)"
	)
	assert found == ["Registrar una llamada o visita"]
