"""The customer's way through the portal on a telephone: ask with a photograph, follow, confirm; nothing typed is ever lost."""

import re
from types import SimpleNamespace

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.workflows.folio import Action
from tests import factories
from tests.site import folio_factories as folios
from tests.site import upload_samples as samples

PHONE = {"viewport": {"width": 360, "height": 760}}


@pytest.fixture
def company(site):
	"""A customer with a portal user, really stored, and an executive; all of it taken away afterwards."""
	customer = factories.make_customer()
	user = factories.make_portal_user(customer, first_name="Lucía", language="es").name
	executive = factories.make_user(roles=[Role.EXECUTIVE, Role.COORDINATOR]).name
	frappe.db.commit()
	yield SimpleNamespace(customer=customer.name, user=user, executive=executive)
	# the test's own transaction began before the browser's
	frappe.db.rollback()
	take_away(customer.name, user, executive)


def take_away(customer, *users):
	"""Remove what the browser made: a folio refuses deletion, so its rows go by SQL."""
	names = frappe.get_all("Service Folio", {"customer": customer}, pluck="name") or ["none"]
	complaints = frappe.get_all("Service Complaint", {"customer": customer}, pluck="name")
	names += complaints
	for table in ("Complaint Line", "Complaint Delivery", "Service Evidence", "Complaint Feedback"):
		frappe.db.delete(table, {"parent": ("in", complaints or ["none"])})
	for name in frappe.get_all("File", {"attached_to_name": ("in", names)}, pluck="name"):
		# what evidence rested on goes with the records that the test made
		frappe.delete_doc("File", name, force=True, flags={"erasure": True})
	for doctype, field in (
		("Service Commitment", "case_name"),
		("Service Event", "case_name"),
		("Communication", "reference_name"),
		("ToDo", "reference_name"),
		("Service Complaint", "name"),
		("Service Folio", "name"),
	):
		frappe.db.delete(doctype, {field: ("in", names)})
	for name in frappe.get_all("Contact", {"user": ("in", users)}, pluck="name"):
		frappe.delete_doc("Contact", name, force=True)
	frappe.delete_doc("Customer", customer, force=True)
	for user in users:
		frappe.delete_doc("User", user, force=True)
	frappe.db.commit()


def fresh(folio):
	frappe.db.rollback()
	return folios.reloaded(folio)


def fill(page):
	"""Say what happened, as far as it has to be said."""
	page.get_by_role("group", name=re.compile("lesionada")).get_by_label("No", exact=True).check()
	page.get_by_label("Otra cosa").check()
	page.get_by_label("En una línea").fill("El esmalte se desprende")
	page.get_by_label("Cuéntenos qué pasó o qué necesita").fill("Se cae en láminas a los tres días.")


def open_form(page):
	page.goto("/servicio")
	page.get_by_role("link", name="Nueva solicitud").click()
	page.wait_for_function("() => window.nervion_portal")


def until_routed(folio):
	"""The worker of the served site routes what was registered; whoever comes second finds it done."""
	folios.intake.follow_up(folio)
	frappe.db.commit()
	assert fresh(folio).stage != "Registered"


def answer(folio, company):
	"""An executive answers by mail and marks the folio as answered."""
	until_routed(folio)
	folios.accept(folio, company.executive)
	folios.write_to_customer(folio, company.executive)
	folios.act(folio, Action.ANSWER, company.executive)
	frappe.db.commit()


def test_a_customer_asks_with_a_photograph_follows_and_confirms(signed_in, windows, company, tmp_path):
	photo = tmp_path / "IMG_0042.jpg"
	photo.write_bytes(samples.picture())
	page = signed_in(company.user, "phone")
	page.set_viewport_size(PHONE["viewport"])
	open_form(page)
	nothing_is_taken_without_the_token_of_the_page(page)
	fill(page)
	page.locator("input[name=files]").set_input_files(photo)
	page.get_by_role("button", name="Quitar IMG_0042.jpg").wait_for()
	page.get_by_role("button", name="Enviar mi solicitud").click()
	page.wait_for_url(re.compile("/servicio/folio/"))
	assert page.evaluate("document.documentElement.scrollWidth") <= 360
	assert page.get_by_text("Recibimos su solicitud").is_visible()
	# the photograph is there, and the page really shows it
	page.wait_for_function("() => document.querySelector('.nv-files img')?.naturalWidth > 0")
	folio = page.url.rsplit("/", 1)[1]
	doc = fresh(folio)
	assert (doc.customer, doc.channel, doc.safety) == (company.customer, "Portal", "No")

	answer(folio, company)
	page.reload()
	assert page.get_by_text("Le llamamos").is_visible()
	page.get_by_role("button", name="Sí, quedó resuelto").click()
	page.get_by_text("Su solicitud se cerró").wait_for()
	closed = fresh(folio)
	assert (closed.stage, closed.satisfaction, closed.satisfaction_means) == ("Closed", "Satisfied", "Portal")
	assert windows.complaints == []


def nothing_is_taken_without_the_token_of_the_page(page):
	"""Another site can make the browser send the cookie, never the token."""

	def sent(**headers):
		# of nobody's folio: what is let through finds nothing and changes nothing
		values = {"folio": "FOL-1999-000001", "text": "Hola"}
		address = "/api/method/nervion_service.api.portal.reply"
		return page.context.request.post(address, form=values, headers=headers)

	token = page.evaluate("window.frappe.csrf_token")
	for headers in ({}, {"X-Frappe-CSRF-Token": "None"}, {"X-Frappe-CSRF-Token": token[:-1] + "x"}):
		refused = sent(**headers)
		assert (refused.status, refused.json()["exc_type"]) == (400, "CSRFTokenError")
	assert sent(**{"X-Frappe-CSRF-Token": token}).json()["exc_type"] == "DoesNotExistError"


def test_a_session_that_ends_while_typing_loses_no_word(signed_in, windows, company):
	page = signed_in(company.user, "phone")
	open_form(page)
	fill(page)
	page.get_by_label("Un problema con un producto").check()
	page.get_by_role("button", name="No conozco la entrega").click()
	page.locator(".nv-line").get_by_label("Producto").fill("Esmalte de la orden 77")
	page.context.clear_cookies()
	page.get_by_role("button", name="Enviar mi solicitud").click()
	page.get_by_text("Su sesión terminó").wait_for()
	assert page.get_by_label("En una línea").input_value() == "El esmalte se desprende"
	back_in = page.get_by_role("link", name="Iniciar sesión y continuar").get_attribute("href")
	assert back_in == "/login?redirect-to=%2Fservicio%2Fnueva"

	from tests.browser.conftest import password_of

	page.context.request.post(
		"/api/method/login", form={"usr": company.user, "pwd": password_of(company.user)}
	)
	page.goto("/servicio/nueva")
	page.get_by_text("Guardamos lo que estaba escribiendo").wait_for()
	assert page.get_by_label("En una línea").input_value() == "El esmalte se desprende"
	assert page.get_by_label("Un problema con un producto").is_checked()
	assert page.locator(".nv-line").get_by_label("Producto").input_value() == "Esmalte de la orden 77"
	page.get_by_role("button", name="Enviar mi solicitud").click()
	page.wait_for_url(re.compile("/servicio/folio/"))
	frappe.db.rollback()
	assert frappe.db.count("Service Folio", {"customer": company.customer}) == 1
	assert frappe.db.count("Service Complaint", {"customer": company.customer}) == 1
	# what was sent is no draft any more
	page.goto("/servicio/nueva")
	assert page.get_by_label("En una línea").input_value() == ""


def test_an_answer_that_was_lost_on_the_way_makes_no_second_folio(signed_in, company):
	page = signed_in(company.user, "phone")
	open_form(page)
	fill(page)
	lost = []

	def lose_the_first_answer(route):
		if not lost:
			lost.append(route.fetch().status)
			route.abort()
		else:
			route.continue_()

	page.route("**/nervion_service.api.portal.create", lose_the_first_answer)
	page.get_by_role("button", name="Enviar mi solicitud").click()
	page.get_by_text("No hay conexión").wait_for()
	page.get_by_role("button", name="Enviar mi solicitud").click()
	page.wait_for_url(re.compile("/servicio/folio/"))
	frappe.db.rollback()
	assert lost == [200]
	assert frappe.db.count("Service Folio", {"customer": company.customer}) == 1


def test_a_refused_file_is_told_in_words_and_the_text_stays(signed_in, company, tmp_path):
	false = tmp_path / "foto.jpg"
	false.write_bytes(b"<html><script>alert(1)</script></html>")
	page = signed_in(company.user, "phone")
	open_form(page)
	fill(page)
	page.locator("input[name=files]").set_input_files(false)
	page.get_by_role("button", name="Quitar foto.jpg").wait_for()
	page.get_by_role("button", name="Enviar mi solicitud").click()
	page.locator("[data-nv-news].nv-error").get_by_text("no se acepta").wait_for()
	assert page.get_by_label("En una línea").input_value() == "El esmalte se desprende"
	frappe.db.rollback()
	assert frappe.db.count("Service Folio", {"customer": company.customer}) == 0


def test_somebody_hurt_is_told_whom_to_call_before_anything_is_sent(signed_in, company):
	page = signed_in(company.user, "phone")
	open_form(page)
	page.get_by_role("group", name=re.compile("lesionada")).get_by_label("Sí", exact=True).check()
	assert page.locator("[data-nv-danger] a[href^='tel:']").is_visible()


def test_the_story_can_be_read_without_a_script(signed_in, company):
	folio = folios.make_folio(customer=company.customer, email=company.user)
	frappe.db.commit()
	page = signed_in(company.user, "phone", java_script_enabled=False)
	page.goto(f"/servicio/folio/{folio.name}")
	assert page.get_by_text("Recibimos su solicitud").is_visible()
	assert page.get_by_text("Lo que sigue").is_visible()
