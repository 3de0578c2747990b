"""A guest on a telephone: public page → folio and link → tracking → reply → confirm. What is typed never runs and is never lost."""

import re

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import intake
from tests.browser import people
from tests.site import folio_factories, outside

PAYLOAD = (
	"<script>window.ran=1</script><img src=x onerror='window.ran=1'>{{7*7}}'\"><svg onload=window.ran=1>"
)
# since the page came; who is quicker is taken for a program
AS_LONG_AS_A_PERSON = (
	"() => performance.now() - performance.getEntriesByType('navigation')[0].responseEnd > 3000"
)


@pytest.fixture
def made(site):
	"""Folios and people of the test, taken away afterwards; the limits are out of the way."""
	outside.the_company()
	settings = frappe.get_doc("Service Settings")
	limits = {name: settings.get(name) for name in ("guest_requests_per_hour", "guest_actions_per_hour")}
	for name in limits:
		frappe.db.set_single_value("Service Settings", name, 10_000)
	frappe.db.commit()
	frappe.clear_document_cache("Service Settings", "Service Settings")
	made = {"folios": [], "people": []}
	yield made
	people.take_away(made["folios"], made["people"])
	for name, value in limits.items():
		frappe.db.set_single_value("Service Settings", name, value)
	frappe.db.commit()
	frappe.clear_document_cache("Service Settings", "Service Settings")


@pytest.fixture
def guest(windows):
	return windows.new("phone", locale="es-MX", extra_http_headers={"Accept-Language": "es"})


def fill(page, **changes):
	values = {
		"party_name": f"Ana {PAYLOAD}"[:100],
		"email": "ana@cliente.test",
		"description": f"El esmalte no seca {PAYLOAD}",
		**changes,
	}
	page.check("input[name=safety][value=No]")
	for name, value in values.items():
		page.fill(f"#nv-{name}", value)
	page.select_option("#nv-request_type", "Technical Advice")
	page.check("input[name=consent]")


def send(page):
	page.click("form[data-nv-send$='public.register'] button[type=submit]")


def folio_of(page, made):
	name = re.search(r"FOL-\d{4}-\d{6}", page.inner_text(".nv-done")).group()
	made["folios"].append(name)
	frappe.db.rollback()
	return name


def ran(page):
	return page.evaluate("window.ran")


def test_a_guest_sends_follows_answers_and_confirms(guest, windows, made, tmp_path):
	photo = tmp_path / "foto.png"
	photo.write_bytes(outside.PNG)
	guest.goto("/solicitud")
	assert people.overflow(guest) <= 0
	fill(guest)
	guest.set_input_files("input[type=file]", str(photo))
	guest.wait_for_function(AS_LONG_AS_A_PERSON)
	send(guest)
	guest.wait_for_url("**/seguimiento/**", timeout=60_000)
	name = folio_of(guest, made)
	link = guest.inner_text(".nv-address")
	assert guest.url.split("?")[0].rsplit("/", 1)[1] == link.rsplit("/", 1)[1]
	assert people.overflow(guest) <= 0 and ran(guest) is None
	# shown as words: what is left of the payload can be read
	assert "{{7*7}}" in guest.inner_text(".nv-words") and "window.ran=1" in guest.inner_text(".nv-words")
	assert guest.locator(".nv-files img").count() == 1

	folio = frappe.get_doc("Service Folio", name)
	assert (folio.channel, folio.consent_means) == ("Web Page", "Web Page")

	guest.fill("#nv-text", f"También huele raro {PAYLOAD}")
	guest.click("form[data-nv-send$='public.reply'] button[type=submit]")
	guest.locator(".nv-message.nv-mine", has_text="huele raro").wait_for(timeout=60_000)
	assert ran(guest) is None

	executive = people.person(Role.EXECUTIVE, Role.TECHNICIAN)
	made["people"].append(executive)
	frappe.db.rollback()
	intake.follow_up(name)
	# the worker of the served site may have been first: what it stored is seen from here on
	frappe.db.commit()
	folio_factories.answer(name, executive)
	frappe.db.commit()
	guest.reload()
	guest.click("button[name=satisfied][value='1']")
	guest.locator(".nv-pill.nv-over").wait_for(timeout=60_000)
	frappe.db.rollback()
	closed = frappe.get_doc("Service Folio", name)
	assert (closed.stage, closed.satisfaction) == ("Closed", "Satisfied")
	assert windows.errors == []


def test_nothing_typed_is_lost_by_a_refusal_or_by_leaving_the_page(guest, made):
	guest.goto("/solicitud")
	fill(guest, phone="12")
	guest.wait_for_function(AS_LONG_AS_A_PERSON)
	send(guest)
	guest.locator("[data-nv-news].nv-error").wait_for()
	assert guest.input_value("#nv-description").startswith("El esmalte no seca")
	guest.goto("about:blank")
	guest.goto("/solicitud")
	# what the page brings itself is the page's own: an old stamp could never be sent
	kept = guest.evaluate("Object.values(sessionStorage).join()")
	assert "El esmalte" in kept and '"stamp"' not in kept and '"website"' not in kept
	assert "El esmalte" not in guest.evaluate("Object.values(localStorage).join()")
	assert guest.input_value("#nv-description").startswith("El esmalte no seca")
	assert guest.is_checked("input[name=safety][value=No]")
	guest.fill("#nv-phone", "55 5555 0102")
	guest.wait_for_function(AS_LONG_AS_A_PERSON)
	send(guest)
	guest.wait_for_url("**/seguimiento/**", timeout=60_000)
	folio_of(guest, made)


def test_an_accident_shows_at_once_whom_to_call(guest, made):
	guest.goto("/solicitud")
	assert guest.locator("[data-nv-danger]").is_hidden()
	guest.check("input[name=safety][value=Yes]")
	danger = guest.locator("[data-nv-danger]")
	assert danger.is_visible() and danger.locator("a[href^='tel:']").is_visible()


def test_a_link_that_opens_nothing_tells_the_way_out(guest, made):
	answer = guest.goto("/seguimiento/FOL-2026-000001")
	assert answer.status == 404
	assert (
		answer.headers["referrer-policy"] == "no-referrer" and answer.headers["cache-control"] == "no-store"
	)
	body = guest.inner_text(".nv-page")
	assert guest.locator(".nv-page a[href='/solicitud']").is_visible()
	for other in ("/seguimiento", "/seguimiento/1", "/seguimiento/" + "A" * 43):
		assert guest.goto(other).status == 404
		assert guest.inner_text(".nv-page") == body
	assert people.overflow(guest) <= 0


def test_the_pages_speak_no_english_to_a_guest(guest, made):
	for path in ("/solicitud", "/seguimiento/nada"):
		guest.goto(f"{path}?_lang=es")
		assert people.english_lines(guest) == []
