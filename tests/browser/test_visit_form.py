"""A technician's form where there is no signal: nothing written, photographed or signed is lost, and it arrives once (G10)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from tests import factories
from tests.browser import complaint_steps as steps
from tests.browser import people
from tests.browser.complaint_cast import take_away_rows
from tests.site import folio_factories as folios
from tests.site import visit_factories as visits

SEND = "**/nervion_service.services.visits.phone.send"
VISIT = visits.VISIT


@pytest.fixture
def visit(site, staff):
	"""A visit of today, of the technician of the module; taken away afterwards."""
	technician = staff(Role.TECHNICIAN)
	folio = folios.make_folio(routed=False, subject=factories.unique("Brillo bajo en la nave 2"))
	doc = visits.schedule(visits.make_visit(folio=folio.name, assigned_to=technician))
	frappe.db.commit()
	yield doc
	frappe.db.rollback()
	take_away_rows([folio.name], [], [(VISIT, doc.name)])
	people.take_away([doc.name], [])


def stored(visit):
	frappe.db.rollback()
	return frappe.get_doc(VISIT, visit.name)


def test_nothing_is_lost_without_a_signal_and_it_arrives_once(signed_in, windows, visit, tmp_path):
	page = steps.arrive(signed_in, visit.assigned_to, "phone")
	steps.open_visit(page, visit.name)
	assert people.overflow(page) <= 0
	page.context.set_offline(True)
	fill_in(page, steps.photographs(tmp_path, 1)[0])
	page.locator('[data-send="1"]').click()
	page.get_by_text("Sin señal").wait_for()
	assert stored(visit).stage == "Scheduled"
	assert people.overflow(page) <= 0

	# the telephone is put away, and the page is opened again where there is a signal; the first answer is lost on the way
	again = page.context.new_page()
	page.close()
	windows.open[-1] = (windows.open[-1][0], again)
	again.context.set_offline(False)
	lost = lose_the_first_answer(again)
	again.goto("/app/service-visit-form")
	again.wait_for_function("() => window.nervion_service?.VisitForm")
	wait_until(again, lambda: lost)
	again.evaluate("window.dispatchEvent(new Event('online'))")
	again.locator(f'[data-open="{visit.name}"]').wait_for(state="detached")
	doc = stored(visit)
	assert (doc.stage, doc.result, doc.diagnosis) == ("Finished", "Resolved", steps.FOUND["diagnosis"])
	assert [row.evidence_kind for row in doc.evidence] == ["Photographs"]
	assert doc.signature.startswith("data:image/png") and doc.signed_by == "Ing. Salas"
	assert (doc.relative_humidity, {row.result for row in doc.checklist}) == ("60", {"Yes"})
	# nothing stays behind on the telephone
	assert (
		again.evaluate("(name) => Object.keys(localStorage).filter((key) => key.endsWith(name))", visit.name)
		== []
	)


def test_what_is_kept_of_a_visit_that_went_to_a_colleague_is_handed_to_the_office(
	signed_in, visit, staff, tmp_path
):
	page = steps.arrive(signed_in, visit.assigned_to, "phone")
	steps.open_visit(page, visit.name)
	steps.next_step(page)
	steps.next_step(page)
	steps.write_all(page, {"diagnosis": "Óxido en la base"})
	steps.take_photograph(page, steps.photographs(tmp_path, 1)[0])
	colleague = staff(Role.ENGINEER)
	doc = stored(visit)
	doc.assigned_to = colleague
	doc.save()
	frappe.db.commit()

	page.goto("/app/service-visit-form")
	card = page.locator(".nervion-visit-card.is-left")
	card.get_by_text("Esta visita se asignó a").wait_for()
	assert people.overflow(page) <= 0
	card.locator("[data-discard]").click()
	people.visible_dialog(page).get_by_text("se borra de este teléfono").wait_for()
	people.visible_dialog(page).get_by_role("button", name="No", exact=True).click()
	card.locator("[data-note]").click()
	card.wait_for(state="detached")
	doc = stored(visit)
	note = frappe.db.get_value("Comment", {"reference_name": doc.name, "comment_type": "Comment"}, "content")
	assert "Óxido en la base" in note
	assert frappe.db.count("File", {"attached_to_name": doc.name, "is_private": 1}) == 1
	assert (doc.stage, doc.diagnosis) == ("Scheduled", None)
	page.reload()
	page.get_by_text("No tiene visitas programadas").wait_for()
	assert (
		page.evaluate("(name) => Object.keys(localStorage).filter((key) => key.endsWith(name))", doc.name)
		== []
	)


def fill_in(page, picture) -> None:
	steps.answer_checklist(page)
	steps.next_step(page)
	steps.write_all(
		page, {name: steps.MEASURED[name] for name in ("surface", "air_temperature", "relative_humidity")}
	)
	steps.next_step(page)
	steps.write_all(page, steps.FOUND)
	steps.take_photograph(page, picture)
	steps.next_step(page)
	steps.choose_result(page, "Resuelta")
	steps.sign(page, "Ing. Salas")


def lose_the_first_answer(page) -> list:
	"""The server takes the first sending, and its answer never arrives."""
	lost = []

	def pass_on(route):
		if lost:
			return route.continue_()
		lost.append(route.fetch().status)
		return route.abort()

	page.route(SEND, pass_on)
	return lost


def wait_until(page, happened) -> None:
	for _attempt in range(100):
		if happened():
			return
		page.wait_for_timeout(100)
	raise AssertionError("it never happened")
