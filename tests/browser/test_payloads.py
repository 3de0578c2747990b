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
# what shows that a page is drawn, and the way to it
PAGES = (
	(".report-wrapper .dt-row", "query-report", "Monthly Requests"),
	(".report-wrapper .dt-row", "query-report", "Service Indicators"),
	(".nervion-flow svg", "service-flow"),
)
# Resolves when a picture that is no picture has failed to load, which is later than for any that stood on the page before: by then
# their scripts have run as well.
LATER_THAN_A_SCRIPT = """() => new Promise((done) => {
	const picture = new Image();
	picture.onerror = () => setTimeout(done, 200);
	picture.src = `x?${Math.random()}`;
})"""


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
	page.evaluate(LATER_THAN_A_SCRIPT)
	assert page.evaluate("window.harmed") is None, f"a script ran: {place}"
	assert not page.dialogs, place
	assert payloads.EVALUATED not in page.inner_text("body"), f"evaluated: {place}"


def go(page, *route):
	"""To another page of the desk, which stays loaded as it does for people."""
	page.evaluate("(route) => frappe.set_route(route)", list(route))
	page.wait_for_function("(route) => frappe.get_route_str() === route", arg="/".join(route))
	people.quiet(page)


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_list_and_reports_run_nothing(desk_page, poisoned, width):
	page = watched(desk_page(poisoned.person, "service-folio?owner=Administrator", width))
	page.wait_for_selector(".list-row-container, .list-row", state="attached")
	page.mouse.move(200, 300)
	nothing_ran(page, "list")
	for shown, *route in PAGES:
		go(page, *route)
		page.wait_for_selector(shown, state="attached", timeout=60_000)
		nothing_ran(page, route)


def test_forms_show_the_text_and_run_nothing(desk_page, poisoned):
	page = watched(desk_page(poisoned.person, "service-folio"))
	for name in poisoned.names:
		go(page, "Form", FOLIO, name)
		page.wait_for_function(
			"(name) => cur_frm?.doc.name === name && document.querySelector('.nervion-view:not(:empty)')",
			arg=name,
			timeout=60_000,
		)
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
