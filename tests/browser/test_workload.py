"""Running promises by person: seen at a glance, given to another by dragging, by the keyboard and in bulk (S1.9, S1.10)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import intake
from tests import factories
from tests.browser import people
from tests.browser.people import press
from tests.site import folio_factories

SUBJECT = "Se descarapela la fachada"


@pytest.fixture
def cast(site, staff):
	"""A coordinator and two executives, one of them with two folios, which are taken away afterwards."""
	made = {"folios": []}
	made["coordinator"] = staff(Role.COORDINATOR)
	made["ana"] = staff(Role.EXECUTIVE, called="Ana")
	made["beto"] = staff(Role.EXECUTIVE, called="Beto")
	for _number in range(2):
		folio = folio_factories.make_folio(
			routed=False, subject=factories.unique(SUBJECT), assigned_to=made["ana"]
		)
		intake.follow_up(folio.name)
		frappe.db.commit()
		made["folios"].append(folio.name)
	yield made
	people.take_away(made["folios"], [])


def holder(folio):
	# another process wrote it
	frappe.db.rollback()
	return frappe.db.get_value("Service Folio", folio, "assigned_to")


def open_board(desk_page, cast, width="desktop"):
	page = desk_page(cast["coordinator"], "service-workload", width=width)
	card(page, cast["folios"][0]).wait_for(timeout=60_000)
	return page


def card(page, folio):
	return page.locator(f'.nervion-card[data-folio="{folio}"]')


def column(page, user):
	return page.locator(f'.nervion-column[data-user="{user}"]')


def drag(page, what, where):
	"""As a hand does: the browser tells a target of a drag from the second movement on."""
	where.scroll_into_view_if_needed()
	what.hover()
	page.mouse.down()
	where.hover()
	where.hover()
	page.mouse.up()


def give_reason(page):
	dialog = people.visible_dialog(page)
	people.fill(dialog, "reason", "Vacaciones de Ana")
	press(dialog, "Entregar a otra persona")


def wait_until_in(page, user, folio):
	column(page, user).locator(f'.nervion-card[data-folio="{folio}"]').wait_for(timeout=60_000)


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_the_board_says_who_has_what_until_when_in_spanish_and_fits(desk_page, windows, cast, width):
	page = open_board(desk_page, cast, width)
	text = column(page, cast["ana"]).inner_text()
	for words in (SUBJECT, cast["folios"][0], "Primera respuesta", "2 folios", "Mover a"):
		assert words in text
	assert people.english_lines(page) == []
	assert people.overflow(page) <= 0
	assert windows.errors == []


def test_a_card_dragged_to_another_person_is_theirs_once_the_reason_is_given(desk_page, cast):
	page = open_board(desk_page, cast)
	folio = cast["folios"][0]
	drag(page, card(page, folio), column(page, cast["beto"]))
	give_reason(page)
	wait_until_in(page, cast["beto"], folio)
	assert (holder(folio), holder(cast["folios"][1])) == (cast["beto"], cast["ana"])


def test_a_drag_without_a_reason_moves_nothing(desk_page, cast):
	page = open_board(desk_page, cast)
	folio = cast["folios"][0]
	drag(page, card(page, folio), column(page, cast["beto"]))
	people.visible_dialog(page).wait_for()
	# it opens slowly, and hears nothing before it is open
	people.settle(page)
	page.keyboard.press("Escape")
	page.wait_for_selector(".modal.show", state="detached")
	assert holder(folio) == cast["ana"]
	wait_until_in(page, cast["ana"], folio)


def test_a_case_is_given_to_another_with_the_keyboard_alone(desk_page, cast):
	page = open_board(desk_page, cast)
	folio = cast["folios"][0]
	card(page, folio).locator("[data-move]").focus()
	page.keyboard.press("Enter")
	dialog = people.visible_dialog(page)
	dialog.locator('[data-fieldname="user"] select').select_option(cast["beto"])
	people.settle(page)
	give_reason(page)
	wait_until_in(page, cast["beto"], folio)
	assert holder(folio) == cast["beto"]


def test_many_are_given_away_from_the_list_and_one_that_is_refused_is_named(desk_page, cast):
	refused, other = cast["folios"]
	frappe.db.set_value("Service Folio", refused, "customer", "Nadie Existe")
	frappe.db.commit()
	page = desk_page(cast["coordinator"], f"service-commitment?responsible={cast['ana']}")
	page.wait_for_selector(f".list-row-container:has-text('{other}')", timeout=60_000)
	page.locator(".list-check-all").first.check()
	page.get_by_role("button", name="Acciones").first.click()
	page.locator(".actions-btn-group .dropdown-item:visible", has_text="Entregar a otra persona").click()
	dialog = people.visible_dialog(page)
	people.choose(page, dialog, "user", cast["beto"])
	give_reason(page)
	told = page.locator(".msgprint", has_text=refused)
	told.wait_for(timeout=60_000)
	assert "Nadie Existe" in told.inner_text()
	assert (holder(other), holder(refused)) == (cast["beto"], cast["ana"])


def test_the_calendar_shows_what_falls_due_and_leads_to_the_case(desk_page, cast):
	page = desk_page(cast["coordinator"], "service-commitment/view/calendar/default")
	entry = page.locator(".nervion-due", has_text=cast["folios"][0]).first
	entry.wait_for(timeout=60_000, state="attached")
	entry.evaluate("element => element.click()")
	page.wait_for_url(f"**/app/service-folio/{cast['folios'][0]}")
	page.wait_for_selector(".nervion-head")
	assert page.evaluate("cur_frm.doc.name") == cast["folios"][0]
