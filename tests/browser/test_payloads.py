"""In a real browser, nothing of a customer's text runs: list, form, reports, print, tracking (X6)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import access_tokens, intake
from tests import factories, payloads
from tests.browser import people
from tests.browser.people import FOLIO

TEXTS = (
	"subject",
	"description",
	"party_name",
	"customer_reference",
	"place_of_purchase",
	"complainant_name",
)
# a moment in which a script would have run
A_MOMENT = 1500


@pytest.fixture(scope="module")
def poisoned(module_transaction):
	"""One folio per payload, routed and called about, and who has them; all taken away afterwards."""
	from tests import engine

	with engine.working_folder(module_transaction.sites):
		engine.reset_request()
		person, names = people.person(Role.EXECUTIVE, Role.COORDINATOR), []
		try:
			for text in (*payloads.SCRIPTS, *payloads.TEMPLATES):
				names.append(_folio_that_says(text, person))
			token = access_tokens.issue(frappe.get_doc(FOLIO, names[1]))
			frappe.db.commit()
			yield frappe._dict(person=person, names=names, token=token)
		finally:
			frappe.db.delete("Service Access Token", {"reference_name": ("in", names)})
			people.take_away(names, [person])


def _folio_that_says(text, person):
	folio = frappe.get_doc(
		{
			"doctype": FOLIO,
			"company": factories.make_company().name,
			"request_type": "General Information",
			"channel": "Phone",
			"received_at": frappe.utils.now_datetime(),
			# beside a word of its own: a text of which nothing is left is refused as missing
			**dict.fromkeys(TEXTS, f"Color {text}"),
		}
	).insert()
	frappe.db.commit()
	intake.follow_up(folio.name)
	frappe.db.set_value(FOLIO, folio.name, "assigned_to", person)
	frappe.get_doc(FOLIO, folio.name).add_comment("Comment", frappe.utils.escape_html(text))
	return folio.name


def watched(page):
	"""Note every dialog that a script would open."""
	page.dialogs = []
	page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
	return page


def nothing_ran(page, place):
	page.wait_for_timeout(A_MOMENT)
	assert page.evaluate("window.harmed") is None, f"a script ran: {place}"
	assert not page.dialogs, place
	assert payloads.EVALUATED not in page.inner_text("body"), f"evaluated: {place}"


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_list_and_reports_run_nothing(desk_page, poisoned, width):
	page = watched(desk_page(poisoned.person, "service-folio?owner=Administrator", width))
	page.wait_for_selector(".list-row-container, .list-row", state="attached")
	page.mouse.move(200, 300)
	nothing_ran(page, "list")
	for route in ("query-report/Monthly Requests", "query-report/Service Indicators", "service-flow"):
		page.goto(f"/app/{route}")
		nothing_ran(page, route)


def test_forms_show_the_text_and_run_nothing(desk_page, poisoned):
	page = watched(desk_page(poisoned.person, "service-folio"))
	for name in poisoned.names:
		page.goto(f"/app/service-folio/{name}")
		page.wait_for_selector(".nervion-view:not(:empty)")
		for box in page.locator(".nervion-view a, .nervion-view span").all()[:12]:
			box.dispatch_event("mouseover")
		nothing_ran(page, name)


def test_print_and_tracking_run_nothing(signed_in, windows, poisoned):
	page = watched(signed_in(poisoned.person))
	for name in poisoned.names:
		page.goto(f"/printview?doctype=Service Folio&name={name}&format=Service Folio Record")
		nothing_ran(page, f"print of {name}")
	guest = watched(windows.new("phone"))
	guest.goto(f"/seguimiento/{poisoned.token}")
	nothing_ran(guest, "tracking")


def test_a_script_that_is_planted_is_seen(windows, served):
	page = watched(windows.new())
	page.goto("/login")
	page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.harmed=1>')")
	with pytest.raises(AssertionError, match="a script ran"):
		nothing_ran(page, "planted")
