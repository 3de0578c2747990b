"""A spill on a Saturday at half past ten at night: whom to call is said at once, the ladder hears rung by rung, the batch stands still (K1, K6)."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import notices, sweep
from tests import factories
from tests.browser import complaint_steps as steps
from tests.browser import people
from tests.browser.complaint_cast import take_away_rows
from tests.browser.test_guest import AS_LONG_AS_A_PERSON, folio_of, send
from tests.site import outside
from tests.site.folio_factories import at, make_folio

LINE = "800 00 214 00"
SHEET = "/files/hds-solvente.pdf"
REPORTER = {"party_name": "Taller Ruiz", "phone": "55 5555 0102"}
REPORT = "Se volcó un tambor de solvente, dos muchachos lo respiraron."
LADDER = {
	"guard": Role.COORDINATOR,
	"quality": Role.QUALITY,
	"director": Role.COMMERCIAL_DIRECTOR,
	"management": Role.MANAGEMENT,
}
# minutes after the report at which each of them must have heard, and who must not yet; the first hears at once
RUNGS = (
	(1, "guard", "quality"),
	(16, "quality", "director"),
	(31, "director", "management"),
	(61, "management", None),
)


@pytest.fixture
def made(site):
	"""A product with a safety data sheet and a batch, a draft delivery of it, and the people of the ladder; taken away afterwards."""
	outside.the_company()
	item = factories.make_item(batched=True).name
	frappe.db.set_value("Item", item, "safety_data_sheet", SHEET)
	batch = factories.make_batch(item).name
	row = {"item_code": item, "qty": 5, "rate": 90, "batch_no": batch}
	draft = factories.make_delivery_note(items=[row], submit=False)
	made = SimpleNamespace(item=item, batch=batch, draft=draft.name, folios=[], people={})
	for name, role in LADDER.items():
		made.people[name] = people.person(role)
	made.people["store"] = people.person("Stock User", Role.SALES)
	# so that whoever opens the report is offered a folio like it; it rings no alarm of its own, whose sweep would meet the moved clock
	made.folios.append(make_folio(routed=False, **REPORTER, subject=REPORT, safety="No").name)
	known = frappe.db.get_single_value("Service Settings", "emergency_line")
	_settle("emergency_line", LINE)
	frappe.db.commit()
	yield made
	frappe.db.rollback()
	_settle("emergency_line", known)
	frappe.db.set_value("Item", item, "safety_data_sheet", None)
	take_away_rows(made.folios, [made.batch], [("Delivery Note", made.draft)])
	people.take_away(made.folios, list(made.people.values()))


def _settle(field, value):
	frappe.db.set_single_value("Service Settings", field, value)
	frappe.db.commit()
	frappe.clear_document_cache("Service Settings", "Service Settings")


def last_saturday_night() -> datetime:
	now = frappe.utils.now_datetime()
	saturday = now - timedelta(days=(now.weekday() - 5) % 7)
	night = saturday.replace(hour=22, minute=30, second=0, microsecond=0)
	return night if night < now - timedelta(hours=2) else night - timedelta(days=7)


def test_a_spill_on_a_saturday_night_is_helped_before_anything_else_is_asked(windows, signed_in, made):
	guest = windows.new("phone", locale="es-MX", extra_http_headers={"Accept-Language": "es"})
	guest.set_default_timeout(20_000)
	guest.set_default_navigation_timeout(20_000)
	folio = somebody_reports_a_spill(guest, made)
	rings_at_once(guest, made, folio)
	# its sweep belongs to the real clock, and would meet the moved one
	people.until_work_is_done(guest)
	night = last_saturday_night()
	came_at(folio, night)
	the_ladder_hears_rung_by_rung(made, folio, night)
	guard = steps.arrive(signed_in, made.people["guard"], "phone")
	the_person_on_call_helps(guard, made, folio)
	the_batch_does_not_leave(steps.arrive(signed_in, made.people["store"]), made)
	assert windows.errors == []


def somebody_reports_a_spill(guest, made) -> str:
	"""The public page says whom to call and what to read before a word is sent; afterwards it says it again."""
	guest.goto("/solicitud")
	guest.wait_for_function("() => window.nervion_portal")
	guest.check("input[name=safety][value=Yes]")
	danger = guest.locator("[data-nv-danger]")
	danger.locator("a[href^='tel:']", has_text=LINE).wait_for()
	sheets = guest.locator(".nv-sheets")
	sheets.locator("summary").click()
	sheets.locator(f"a[href$='{SHEET}']").first.wait_for()
	for fieldname, value in {**REPORTER, "description": REPORT}.items():
		guest.fill(f"#nv-{fieldname}", value)
	guest.select_option("#nv-request_type", "Claim")
	guest.check("input[name=consent]")
	guest.wait_for_function(AS_LONG_AS_A_PERSON)
	send(guest)
	guest.wait_for_url("**/seguimiento/**", timeout=60_000)
	assert guest.get_by_text(LINE).first.is_visible()
	assert people.overflow(guest) <= 0 and people.english_lines(guest) == []
	folio = folio_of(guest, {"folios": made.folios})
	assert frappe.db.get_value("Service Folio", folio, ["safety", "priority"]) == ("Yes", "Urgent")
	return folio


def rings_at_once(page, made, folio) -> None:
	"""Whoever is on call hears it before the minute's sweep, whatever the hour."""
	for _attempt in range(50):
		frappe.db.rollback()
		if bells(made.people["guard"], folio):
			return
		page.wait_for_timeout(500)
	raise AssertionError(
		f"nobody was called: {frappe.get_all('Notification Log', {'document_name': folio}, ['for_user', 'subject'])} {made.people}"
	)


def came_at(folio, moment) -> None:
	"""Put the report and its promise to that moment, as if the page had been sent then."""
	doc = frappe.get_doc("Service Folio", folio)
	earlier = doc.received_at - moment
	doc.db_set({"received_at": moment, "effective_at": doc.effective_at - earlier}, update_modified=False)
	promise = frappe.get_doc("Service Commitment", {"case_name": folio, "kind": "Safety"})
	moved = ("started_at", "due_at", "original_due_at", "next_check_at")
	promise.db_set({field: promise.get(field) - earlier for field in moved}, update_modified=False)
	frappe.db.commit()


def the_ladder_hears_rung_by_rung(made, folio, night) -> None:
	"""At any hour: no rung before its time, none left out."""
	for minutes, hears, not_yet in RUNGS:
		with at(night + timedelta(minutes=minutes)):
			sweep.run()
			notices.run()
		frappe.db.commit()
		assert bells(made.people[hears], folio), f"{hears} after {minutes} minutes"
		assert not (not_yet and bells(made.people[not_yet], folio)), f"{not_yet} after {minutes} minutes"


def bells(user, folio) -> int:
	# Calidad gets the claim as its task, too, which is no alarm
	alarm = {"for_user": user, "document_name": folio, "type": ("!=", "Assignment")}
	return frappe.db.count("Notification Log", alarm)


def the_person_on_call_helps(page, made, folio) -> None:
	"""On a telephone: whom to call stands first; the batch that is learnt there is held; help is written down, then the rest is asked."""
	steps.open_form(page, "Service Folio", folio)
	banner = page.locator(".nervion-safety:visible")
	banner.wait_for()
	assert LINE in banner.inner_text()
	alike = page.locator(".nervion-duplicate-offer:visible")
	alike.wait_for()
	assert alike.bounding_box()["y"] > banner.bounding_box()["y"]
	assert people.overflow(page) <= 0
	complaint = no_question_before_help(page)
	steps.open_form(page, "Service Folio", folio)
	form = page.locator(".page-container:visible")
	people.choose(page, form, "product", made.item)
	people.choose(page, form, "batch", made.batch)
	page.evaluate("cur_frm.save()")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	# the product's safety data sheet, as soon as it is known which product it was
	banner.locator(f"a[href$='{SHEET}']").wait_for()
	people.press(banner, "Atender ahora")
	dialog = people.visible_dialog(page)
	assert SHEET in dialog.inner_html()
	people.fill(
		dialog, "what_was_done", "Salieron al aire libre, van al médico; el derrame se contuvo con arena."
	)
	people.press(dialog, "Ya se dio la ayuda")
	banner.wait_for(state="detached", timeout=60_000)
	frappe.db.rollback()
	folio = frappe.get_doc("Service Folio", folio)
	assert folio.safety_attended_by == made.people["guard"]
	promise = {"case_name": folio.name, "kind": "Safety"}
	assert frappe.db.get_value("Service Commitment", promise, "status") == "Fulfilled Late"
	assert complaint and frappe.db.get_value("Service Complaint", complaint, "stage") == "Received"


def no_question_before_help(page) -> str:
	"""K1: the complaint may be registered, but nothing is asked of whoever may need help; returns its number."""
	people.press(steps.head(page), "Registrar queja")
	page.wait_for_function("() => cur_frm.doctype === 'Service Complaint'")
	steps.head(page)
	people.quiet(page)
	complaint = page.evaluate("cur_frm.doc.name")
	if not steps.head(page).get_by_role("button", name="Preguntar al cliente").is_visible():
		people.press(steps.head(page), "Más")
	people.press(steps.head(page), "Preguntar al cliente")
	dialog = page.locator(".modal.show", has=page.locator(".ql-editor[contenteditable=true]"))
	dialog.locator(".ql-editor[contenteditable=true]").get_by_text("Para atender").wait_for()
	dialog.locator('[data-fieldname="means"] select').select_option("Phone")
	people.settle(page)
	people.press(dialog.locator(".modal-footer"), "Enviar")
	page.get_by_text("Puede que alguien necesite ayuda").last.wait_for()
	frappe.db.rollback()
	assert frappe.db.get_value("Service Complaint", complaint, "stage") == "Received"
	page.keyboard.press("Escape")
	return complaint


def the_batch_does_not_leave(page, made) -> None:
	"""Held at the first case; who delivers reads why, and the delivery stays a draft."""
	hold = None
	for _attempt in range(30):
		frappe.db.rollback()
		if hold := frappe.db.get_value("Service Batch Hold", {"batch": made.batch}, "name"):
			break
		page.wait_for_timeout(500)
	assert hold
	steps.open_form(page, "Delivery Note", made.draft)
	# its promise ends with the answer to the question that comes next
	page.evaluate("() => { cur_frm.savesubmit(); }")
	people.press(page.locator(".modal.show", has_text="Confirmar").last, "Sí")
	refusal = page.locator(".msgprint-dialog.show, .modal.show", has_text="está retenido").last
	refusal.wait_for(timeout=60_000)
	assert hold in refusal.inner_text() and made.batch in refusal.inner_text()
	frappe.db.rollback()
	assert frappe.db.get_value("Delivery Note", made.draft, "docstatus") == 0
