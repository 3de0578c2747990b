"""The workspace Servicio al Cliente: figures that open what they count, links, for our roles only (S1.12)."""

from urllib.parse import urlsplit

import pytest

from nervion_service.domain.taxonomy import Role
from tests.browser import people


@pytest.fixture
def coordinator(site, staff):
	return staff(Role.COORDINATOR)


def test_every_figure_opens_its_list(desk_page, coordinator):
	page = desk_page(coordinator, "customer-service")
	for card, route in {
		"Open Folios": "/app/service-folio",
		"Promises Due Today": "/app/service-commitment",
		"Broken Promises": "/app/service-commitment",
		"Answered in Time": "/app/query-report/Service",
	}.items():
		page.goto("/app/customer-service")
		body = page.locator(f'[number_card_name="{card}"] .widget-body')
		body.locator(".number").wait_for(timeout=60_000)
		body.click()
		page.wait_for_url(f"**{route}*")
		assert urlsplit(page.url).path.startswith(route)


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_the_workspace_speaks_spanish_and_fits(desk_page, coordinator, width):
	page = desk_page(coordinator, "customer-service", width=width)
	page.wait_for_selector('[number_card_name="Answered in Time"] .number', timeout=60_000)
	# one engine shows titles in capitals
	text = page.inner_text(".layout-main-section").lower()
	for words in (
		"Para empezar, elija Nueva solicitud",
		"Folios abiertos",
		"Vencen hoy",
		"Incumplidos",
		"Contestadas a tiempo",
	):
		assert words.lower() in text
	assert people.english_lines(page) == []
	assert people.overflow(page) <= 0


def test_who_has_none_of_our_roles_does_not_see_it(desk_page, site):
	outsider = people.person("Blogger")
	try:
		page = desk_page(outsider)
		names = page.evaluate(
			"frappe.xcall('frappe.desk.desktop.get_workspace_sidebar_items').then(r => r.pages.map(p => p.name))"
		)
		assert "Customer Service" not in names
	finally:
		people.take_away([], [outsider])
