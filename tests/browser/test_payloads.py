"""In a real browser, nothing of a customer's text runs, by whichever way it came: desk, prints, portal, tracking (X6)."""

import frappe
import pytest

from tests import payloads
from tests.browser import people, poison
from tests.browser.people import FOLIO

REPORTS = ("Monthly Requests", "Complaint Analysis", "Channel Reconciliation")
# the lists that show words of customers
LISTED = (
	"Service Complaint",
	"Service Corrective Action",
	"Service Technical Visit",
	"Technical Analysis Report",
)
# what people of ours open of one case, drawn while another is looked at
FORMS_OF_FOLIOS = 6
PRINTS = {
	FOLIO: ("Service Folio Record",),
	"Service Complaint": ("Standard",),
	"Service Technical Visit": ("Standard",),
	"Technical Analysis Report": ("Internal Analysis Report", "Analysis Report for the Customer"),
	"Service Corrective Action": ("Standard",),
}
# Resolves when a picture that is no picture has failed to load, which is later than for any that stood on the page before: by then
# their scripts have run as well.
LATER_THAN_A_SCRIPT = """() => new Promise((done) => {
	const picture = new Image();
	picture.onerror = () => setTimeout(done, 100);
	picture.src = `x?${Math.random()}`;
})"""
# many pages of the site side by side on one
SIDE_BY_SIDE = """(addresses) => Promise.all(addresses.map((address) => new Promise((done) => {
	const frame = document.createElement("iframe");
	frame.onload = () => done();
	frame.src = address;
	document.body.append(frame);
})))"""


# What would run as soon as somebody points at it, presses it, or comes to it by the keyboard; and where a link of a text's leads.
ARMED = """() => [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes]
	.filter(({ name, value }) => value.includes("harmed") && (name.startsWith("on") || value.trim().startsWith("javascript:")))
	.map(({ name, value }) => `<${element.localName} ${name}=${value}>`))"""
# all that is written there, in fields too
WRITTEN = """() => [document.body.innerText, ...[...document.querySelectorAll("input, textarea")].map((field) => field.value)].join("\\n")"""


# at the beginning of a text of the corpus in an answer of ours: what Frappe would not have let in, so that only our own page stands before it
RAW = ('"Color ', '"Color \\"\'><img src=x onerror=window.harmed=1><b x=\\" onclick=window.harmed=1 ')


@pytest.fixture(scope="module")
def poisoned(module_transaction, tmp_path_factory):
	"""See `poison.spread`; all taken away afterwards."""
	from tests import engine

	with engine.working_folder(module_transaction.sites):
		engine.reset_request()
		with poison.spread(module_transaction, tmp_path_factory.mktemp("import")) as planted:
			yield planted


def watched(page):
	"""Note every dialog that a script would open."""
	page.dialogs = []
	page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
	return page


def nothing_ran(page, place, shown="Color"):
	"""Neither on the page nor in a frame of it, where the texts stand all the same."""
	page.evaluate(LATER_THAN_A_SCRIPT)
	for frame in page.frames:
		assert frame.evaluate("window.harmed") is None, f"a script ran: {place} {frame.url}"
		assert frame.evaluate(ARMED) == [], f"a script waits: {place} {frame.url}"
		words = frame.evaluate(WRITTEN)
		assert payloads.EVALUATED not in words, f"evaluated: {place} {frame.url}"
		if frame.parent_frame or len(page.frames) == 1:
			assert shown in words, f"nothing of it is shown: {place} {frame.url}"
	assert not page.dialogs, place


def go(page, *route):
	"""To another page of the desk, which stays loaded as it does for people."""
	page.evaluate("(route) => frappe.set_route(route)", list(route))
	page.wait_for_function("(route) => frappe.get_route_str() === route", arg="/".join(route))
	people.quiet(page)


def drawn(page, shown="Color"):
	"""Wait until the page that is in sight shows it."""
	page.wait_for_function(f"(shown) => ({WRITTEN})().includes(shown)", arg=shown, timeout=30_000)


def test_lists_boards_calendars_and_reports_run_nothing(desk_page, poisoned):
	"""Seen to fail with the titles of a board's cards as Frappe puts them there, which ran what came as &lt;img onerror&gt;."""
	page = watched(desk_page(poisoned.person, "service-folio"))
	board = frappe.db.get_value("Kanban Board", {"reference_doctype": FOLIO})
	shown = [("List", FOLIO, "List"), ("List", FOLIO, "Kanban", board)]
	shown += [("List", doctype, "List") for doctype in LISTED]
	for route in shown:
		go(page, *route)
		drawn(page)
		nothing_ran(page, route)
	calendars = [("List", doctype, "Calendar", "default") for doctype in (FOLIO, "Service Technical Visit")]
	for route in calendars + [("query-report", report) for report in REPORTS] + [("service-workload",)]:
		go(page, *route)
		nothing_ran(page, route, shown="")


def answered_raw(page):
	"""Let every answer of our own services hold markup where a customer's text begins."""

	def spoil(route):
		answer = route.fetch(max_retries=3)
		route.fulfill(response=answer, body=answer.text().replace(*RAW))

	page.route("**/api/method/nervion_service.*", spoil)
	return page


def test_forms_and_cockpits_show_the_texts_and_run_nothing(desk_page, poisoned):
	"""Seen to fail with the reason of a hold unescaped in the cockpit of its batch."""
	page = answered_raw(watched(desk_page(poisoned.person, "service-folio")))
	# one of each way in, and those that the portal's user wrote
	every = len(poisoned.names) // FORMS_OF_FOLIOS
	for name in poisoned.names[::every]:
		go(page, "Form", FOLIO, name)
		page.wait_for_function(
			"(name) => cur_frm?.doc.name === name && document.querySelector('.nervion-view:not(:empty)')",
			arg=name,
			timeout=60_000,
		)
		people.quiet(page)
		for box in page.locator(".nervion-view a, .nervion-view span").all()[:6]:
			box.dispatch_event("mouseover")
		nothing_ran(page, name)
	for doctype, name in poisoned.documents:
		go(page, "Form", doctype, name)
		page.wait_for_function("(name) => cur_frm?.doc.name === name", arg=name)
		people.quiet(page)
		drawn(page)
		nothing_ran(page, doctype)
	go(page, "service-batch", poisoned.batch)
	drawn(page)
	nothing_ran(page, "cockpit of the batch")


def test_prints_run_nothing(signed_in, poisoned):
	"""Seen to fail with the customer's name unescaped in the record of a folio."""
	page = watched(signed_in(poisoned.person))
	page.goto("/app/print-settings")
	poison.past_the_cleaning(poisoned.names)
	prints = [
		f"/printview?doctype={doctype}&name={name}&format={style}&trigger_print=0"
		for doctype, name in [*((FOLIO, name) for name in poisoned.names[::2]), *poisoned.documents]
		for style in PRINTS.get(doctype, ())
	]
	page.set_content("<html><body></body></html>")
	page.evaluate(SIDE_BY_SIDE, prints)
	nothing_ran(page, "prints")


def test_portal_and_tracking_run_nothing(signed_in, windows, poisoned):
	"""Seen to fail with the subject unescaped in the portal's list."""
	page = watched(signed_in(poisoned.user, "phone"))
	poison.past_the_cleaning(poisoned.names)
	for address in ("/servicio", *(f"/servicio/folio/{name}" for name in poisoned.mine)):
		page.goto(address)
		nothing_ran(page, address)
	guest = watched(windows.new("phone"))
	guest.goto(f"/seguimiento/{poisoned.token}")
	nothing_ran(guest, "tracking")


def test_a_script_that_is_planted_is_seen(windows, served):
	page = watched(windows.new())
	page.goto("/login")
	page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.harmed=1>')")
	with pytest.raises(AssertionError, match="a script ran"):
		nothing_ran(page, "planted", shown="")
