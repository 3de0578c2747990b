"""Each role's home shows its work: figures that open exactly what they count, in Spanish, on a phone too (G18, S1.15)."""

import re

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from tests.browser import people
from tests.site.folio_factories import new_folio

HOMES = {
	Role.TECHNICIAN: ("technical-work", "Technical Work", "Estos son sus casos"),
	Role.EXECUTIVE: ("attention-desk", "Attention Desk", "Este es su día"),
	Role.COORDINATOR: ("coordination", "Coordination", "Lo que hoy pide una decisión"),
	Role.COMMERCIAL_DIRECTOR: ("direction", "Direction", "Cómo van los compromisos"),
}


@pytest.fixture
def hired(site):
	"""`hired(role)`: a person of that role, taken away afterwards with the folios named in `.folios`."""
	made, folios = [], []

	def hire(role):
		made.append(people.person(role))
		return made[-1]

	hire.folios = folios
	yield hire
	people.take_away(folios, made)


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("role", HOMES)
def test_every_role_finds_its_home_in_spanish_and_in_the_width_of_the_screen(desk_page, hired, role, width):
	route, name, words = HOMES[role]
	page = desk_page(hired(role), route, width=width)
	page.wait_for_selector("[number_card_name] .number", timeout=60_000)
	assert words in page.inner_text(".layout-main-section")
	assert people.english_lines(page) == []
	assert people.overflow(page) <= 0
	pages = page.evaluate(
		"frappe.xcall('frappe.desk.desktop.get_workspace_sidebar_items').then(r => r.pages.map(p => p.name))"
	)
	others = {home for _route, home, _words in HOMES.values()} - {name}
	assert name in pages
	assert others & set(pages) == set()


def test_what_counts_mine_opens_mine_only(desk_page, hired):
	executive = hired(Role.EXECUTIVE)
	mine = new_folio(subject="El mío").insert()
	frappe.db.set_value(
		"Service Folio", mine.name, {"assigned_to": executive, "stage": "Routed"}, update_modified=False
	)
	foreign = new_folio(subject="El de nadie").insert()
	# routed already, so that the worker that serves the page gives it to nobody
	frappe.db.set_value("Service Folio", foreign.name, "stage", "Routed", update_modified=False)
	hired.folios.extend((mine.name, foreign.name))
	frappe.db.commit()
	page = desk_page(executive, "attention-desk")
	body = page.locator('[number_card_name="Waiting for Me"] .widget-body')
	body.locator(".number").wait_for(timeout=60_000)
	assert body.locator(".number").inner_text().strip() == "1"
	body.click()
	page.wait_for_url(re.compile("/app/service-folio"))
	page.locator(".list-row", has_text="El mío").wait_for()
	assert page.locator(".list-row", has_text="El de nadie").count() == 0


def test_an_accident_stands_first_on_the_coordinators_home_and_opens_in_red(desk_page, hired):
	coordinator = hired(Role.COORDINATOR)
	folio = new_folio(subject="Accidente en obra", safety="Yes", safety_kind="Spill").insert()
	hired.folios.append(folio.name)
	frappe.db.commit()
	page = desk_page(coordinator, "coordination")
	first = page.locator("[number_card_name]").first
	first.locator(".number").wait_for(timeout=60_000)
	assert first.get_attribute("number_card_name") == "Accidents to Attend"
	page.goto(f"/app/service-folio/{folio.name}")
	banner = page.locator(".nervion-safety")
	banner.wait_for(timeout=60_000)
	assert "Accidente reportado: Derrame" in banner.inner_text()
	people.press(banner, "Atender ahora")
	dialog = people.visible_dialog(page)
	people.fill(dialog, "what_was_done", "Se llamó al taller, nadie lesionado, derrame contenido")
	people.press(dialog, "Ya se dio la ayuda")
	banner.wait_for(state="detached", timeout=60_000)
	frappe.db.rollback()
	assert frappe.db.get_value("Service Folio", folio.name, "safety_attended_by") == coordinator
