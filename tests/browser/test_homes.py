"""Each role's home shows its work: figures that open exactly what they count, in Spanish, on a phone too (G18, S1.15)."""

import re

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import intake
from tests import factories
from tests.browser import people
from tests.site.folio_factories import new_folio

HOMES = {
	Role.TECHNICIAN: ("technical-work", "Technical Work", "Estos son sus casos"),
	Role.EXECUTIVE: ("attention-desk", "Attention Desk", "Este es su día"),
	Role.COORDINATOR: ("coordination", "Coordination", "Lo que hoy pide una decisión"),
	Role.COMMERCIAL_DIRECTOR: ("direction", "Direction", "Cómo van los compromisos"),
}


@pytest.fixture
def folios(site):
	"""Names of the folios that a test makes, taken away afterwards."""
	names = []
	yield names
	people.take_away(names, [])


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("role", HOMES)
def test_every_role_finds_its_home_in_spanish_and_in_the_width_of_the_screen(
	desk_page, site, staff, role, width
):
	route, name, words = HOMES[role]
	page = desk_page(staff(role), route, width=width)
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


def test_what_counts_mine_opens_mine_only(desk_page, staff, folios):
	executive = staff(Role.EXECUTIVE)
	mine = new_folio(subject="El mío").insert()
	frappe.db.set_value(
		"Service Folio", mine.name, {"assigned_to": executive, "stage": "Routed"}, update_modified=False
	)
	foreign = new_folio(subject="El de nadie").insert()
	# routed already, so that the worker that serves the page gives it to nobody
	frappe.db.set_value("Service Folio", foreign.name, "stage", "Routed", update_modified=False)
	folios.extend((mine.name, foreign.name))
	frappe.db.commit()
	page = desk_page(executive, "attention-desk")
	body = page.locator('[number_card_name="Waiting for Me"] .widget-body')
	body.locator(".number").wait_for(timeout=60_000)
	assert body.locator(".number").inner_text().strip() == "1"
	body.click()
	page.wait_for_url(re.compile("/app/service-folio"))
	page.locator(".list-row", has_text="El mío").wait_for()
	assert page.locator(".list-row", has_text="El de nadie").count() == 0
	chips = page.locator(".nervion-chips").inner_text()
	assert "Sin asignar" in chips and "Por confirmar" in chips and "Por aceptar" not in chips


def test_an_accident_stands_first_on_the_coordinators_home_and_opens_in_red(desk_page, staff, folios):
	coordinator = staff(Role.COORDINATOR)
	folio = new_folio(subject="Accidente en obra", safety="Yes", safety_kind="Spill").insert()
	folios.append(folio.name)
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


def test_a_technician_on_a_phone_goes_from_home_to_a_case_takes_it_and_passes_it_on(desk_page, staff, folios):
	technician, engineer = staff(Role.TECHNICIAN), staff(Role.ENGINEER)
	folio = new_folio(request_type="Technical Advice", subject=factories.unique("Se cuartea el piso"))
	folio.assigned_to = technician
	folio.insert()
	folios.append(folio.name)
	frappe.db.commit()
	intake.follow_up(folio.name)
	frappe.db.commit()
	page = desk_page(technician, "technical-work", width="phone")
	page.locator('[number_card_name="Waiting for Me"] .widget-body').click()
	page.locator(".list-row", has_text=folio.subject).wait_for()
	chips = page.locator(".nervion-chips")
	assert "Sin asignar" not in chips.inner_text()
	people.press(chips, "Por aceptar")
	chips.locator("[aria-pressed=true]", has_text="Por aceptar").wait_for()
	people.quiet(page)
	page.locator(".list-row", has_text=folio.subject).locator("a").first.click()
	people.wait_for_state(page, "Routed")
	people.press(page.locator(".nervion-actions"), "Aceptar")
	people.wait_for_state(page, "In Attention")
	people.press(page.locator(".nervion-actions"), "Más")
	people.press(page.locator(".nervion-actions"), "Turnar al segundo nivel")
	dialog = people.visible_dialog(page)
	people.fill(dialog, "reason", "Hay que revisar el sistema epóxico completo")
	people.press(dialog, "Turnar")
	# it is the second level's now, and not to be seen by the first any more
	page.locator(".desk-alert", has_text=f"{folio.name} se turnó al segundo nivel").wait_for(timeout=60_000)
	page.wait_for_url(re.compile(r"/app/service-folio(/view/list)?(\?|$)"))
	assert page.locator(".modal.show").count() == 0
	assert people.overflow(page) <= 0
	frappe.db.rollback()
	stored = frappe.db.get_value("Service Folio", folio.name, ["assigned_to", "route_role", "accepted_by"])
	assert stored == (engineer, Role.ENGINEER, technician)
