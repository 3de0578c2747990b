"""What an administrator sees: health, the week, promises with their versions, which rule takes a case (F5, D20, S1.8)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import calendars, policies
from tests import factories
from tests.browser import people
from tests.browser.people import press

FOUR_HOURS, THREE_HOURS = 4 * 3600, 3 * 3600


@pytest.fixture
def administrator(site, staff):
	return staff(Role.ADMINISTRATOR)


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


@pytest.fixture
def changes(site):
	"""Names of what an administrator changes, by DocType; all of it is as before afterwards."""
	made = {"Commitment Policy": [], "Routing Rule": [], "Service Folio": []}
	yield made
	people.take_away(made.pop("Service Folio"), [])
	for doctype, names in made.items():
		for name in names:
			# in force, and so nothing that a document would let go
			frappe.db.delete("Commitment Step", {"parent": name})
			frappe.db.delete(doctype, {"name": name})
			frappe.clear_document_cache(doctype, name)
	policies.forget()
	frappe.db.commit()


def test_a_changed_promise_and_a_changed_route_are_seen_on_the_next_folio(
	desk_page, administrator, staff, changes
):
	marked, department = factories.unique("reja"), factories.make_department()
	frappe.db.commit()
	director = staff(Role.COMMERCIAL_DIRECTOR)
	draft_a_promise(desk_page, administrator, changes)
	approve_it(desk_page, director, changes)
	let_a_minute_pass(changes)
	page = add_a_route(desk_page, administrator, changes, marked, department)
	head = register_a_folio(page, changes, f"Pintura para {marked}")
	promised = head.locator(".nervion-next").inner_text()
	assert due_after(THREE_HOURS, changes) in promised and due_after(FOUR_HOURS, changes) not in promised
	# the head follows what the routing wrote within a minute
	page.locator(".nervion-head", has_text=department.department_name).wait_for(timeout=75_000)
	assert people.english_lines(page) == []


def due_after(seconds, changes):
	"""When so much working time has passed since the folio came, as the desk writes it."""
	[folio] = changes["Service Folio"]
	company, began = frappe.db.get_value("Service Folio", folio, ["company", "effective_at"])
	return f"{calendars.for_company(company)[1].add(began, timedelta(seconds=seconds)):%H:%M}"


def draft_a_promise(desk_page, administrator, changes):
	"""The first answer in three hours in place of four, as the next version."""
	policy = name_of("Commitment Policy", kind="First Answer", status="Approved", allowance=FOUR_HOURS)
	page = open_form(desk_page, administrator, f"commitment-policy/{policy}")
	press(page, "Nueva versión")
	page.wait_for_function("(old) => cur_frm.doc.name !== old && cur_frm.doc.status === 'Draft'", arg=policy)
	changes["Commitment Policy"].append(page.evaluate("cur_frm.doc.name"))
	assert people.english_lines(page) == []
	people.fill(page, "title", "Primera respuesta en 3 horas hábiles")
	allowance = page.locator('.frappe-control[data-fieldname="allowance"]')
	allowance.locator("input").first.click()
	allowance.locator('[data-duration="hours"]').click()
	page.keyboard.press("Control+a")
	page.keyboard.type("3")
	page.keyboard.press("Tab")
	page.wait_for_function("(seconds) => cur_frm.doc.allowance === seconds", arg=THREE_HOURS)
	press(page, "Guardar")
	page.wait_for_function("() => !cur_frm.is_dirty()")


def approve_it(desk_page, director, changes):
	"""Another person puts it into effect."""
	[draft] = changes["Commitment Policy"]
	page = open_form(desk_page, director, f"commitment-policy/{draft}")
	press(page, "Aprobar")
	press(people.visible_dialog(page), "Sí")
	page.wait_for_function("() => cur_frm.doc.status === 'Approved'")
	# what is shown of the moment of effect is no change of it
	page.locator(".indicator-pill:visible", has_text="Aprobado").first.wait_for()
	assert not page.evaluate("cur_frm.is_dirty()")
	frappe.db.rollback()
	assert frappe.db.get_value("Commitment Policy", draft, ["approved_by", "allowance"]) == (
		director,
		THREE_HOURS,
	)


def let_a_minute_pass(changes):
	"""The form gives whole minutes, so that what was approved within this minute would count from the next."""
	[policy] = changes["Commitment Policy"]
	begins = frappe.utils.now_datetime().replace(second=0, microsecond=0)
	frappe.db.set_value("Commitment Policy", policy, "effective_from", begins)
	policies.forget()
	frappe.db.commit()


def add_a_route(desk_page, administrator, changes, marked, department):
	"""What speaks of `marked` goes to a department of its own, before every other rule."""
	page = open_form(desk_page, administrator, "routing-rule/new")
	people.fill(page, "title", marked)
	people.fill(page, "sequence", "1")
	people.fill(page, "text_contains", marked)
	people.fill(page, "department_name", department.department_name)
	page.wait_for_function("(name) => cur_frm.doc.department_name === name", arg=department.department_name)
	people.choose(page, page, "role", "Ejecutivo de Atención")
	press(page, "Guardar")
	page.wait_for_function("() => !cur_frm.is_new()")
	changes["Routing Rule"].append(page.evaluate("cur_frm.doc.name"))
	return page


def register_a_folio(page, changes, subject):
	"""Typed into the form by the administrator; its head, once it is routed."""
	page.goto("/app/service-folio/new")
	page.wait_for_selector('[data-fieldname="subject"] input')
	people.fill(page, "subject", subject)
	people.choose(page, page, "request_type", "Información general")
	people.fill(page, "party_name", "Pinturas del Bajío")
	page.locator('.page-container:visible [data-fieldname="safety"] select').select_option("No")
	people.fill(page, "description", "Pregunta por el rendimiento del esmalte.")
	press(page, "Guardar")
	page.wait_for_function("() => cur_frm && !cur_frm.is_new()", timeout=60_000)
	changes["Service Folio"].append(page.evaluate("cur_frm.doc.name"))
	people.wait_for_state(page, "Routed")
	frappe.db.rollback()
	return page.locator(".nervion-head")
