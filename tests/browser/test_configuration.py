"""What an administrator sees: health, the week, promises with their versions, which rule takes a case (F5, D20, S1.8)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from tests.browser import people
from tests.browser.people import press


@pytest.fixture
def administrator(site):
	name = people.person(Role.ADMINISTRATOR)
	yield name
	people.take_away([], [name])


def name_of(doctype, **filters):
	name = frappe.db.get_value(doctype, filters, "name", order_by="creation")
	assert name, f"no {doctype} of {filters} is shipped"
	return name


def open_form(desk_page, user, route):
	page = desk_page(user, route)
	page.wait_for_function("() => window.cur_frm && cur_frm.doc && cur_frm.doc.name")
	return page


def test_the_settings_tell_at_their_head_whether_everything_runs(desk_page, administrator):
	page = open_form(desk_page, administrator, "service-settings")
	health = page.locator(".nervion-health")
	health.wait_for()
	assert "Última revisión de vencimientos" in health.inner_text()
	assert people.english_lines(page) == []


def test_the_calendar_reads_as_a_week_and_offers_next_year_s_holidays(desk_page, administrator):
	page = open_form(
		desk_page, administrator, f"service-calendar/{name_of('Service Calendar', is_default=1)}"
	)
	assert "Domingo\tCerrado" in page.locator(".nervion-week").inner_text()
	press(page, "Agregar días oficiales")
	year = people.visible_dialog(page).locator('[data-fieldname="year"] input')
	assert int(year.input_value()) == frappe.utils.getdate().year + 1


def test_an_approved_promise_is_explained_and_offers_a_new_version(desk_page, administrator):
	policy = name_of("Commitment Policy", kind="First Answer", status="Approved")
	page = open_form(desk_page, administrator, f"commitment-policy/{policy}")
	page.wait_for_selector(".form-message:has-text('En vigor desde')")
	assert page.get_by_role("button", name="Nueva versión").first.is_visible()
	assert page.get_by_role("button", name="Aprobar", exact=True).count() == 0


def test_a_person_may_ask_which_rule_takes_a_case(desk_page, administrator):
	page = open_form(desk_page, administrator, "routing-rule/new")
	press(page, "¿Qué regla toma este caso?")
	dialog = people.visible_dialog(page)
	people.choose(page, dialog, "request_type", "Reclamo")
	press(dialog, "Mostrar")
	outcome = dialog.locator("p[role=status]")
	outcome.wait_for()
	assert "MPC-SER-002" in outcome.inner_text()
