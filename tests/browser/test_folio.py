"""A folio's life as an executive lives it in the browser, in Spanish, on a screen and on a phone (S1.7-S1.12, D16)."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import answer_templates, intake
from tests import factories
from tests.browser import people
from tests.browser.conftest import free_port
from tests.browser.people import FOLIO, press
from tests.browser.test_payloads import LATER_THAN_A_SCRIPT
from tests.site import letters

HARMFUL = "<img src=x onerror=window.harmed=1>Pinturas"
REPORT = "/api/method/frappe.desk.query_report.run"


@pytest.fixture
def made(site):
	"""Lists of what a test makes, taken away afterwards: `made["folios"]`."""
	lists = {"folios": []}
	yield lists
	people.take_away(lists["folios"], [])


@pytest.fixture
def executive(made, staff):
	return staff(Role.EXECUTIVE)


@pytest.fixture
def routed(made):
	"""`routed(subject=…)`: the name of a committed folio that was routed."""

	def make(**values):
		base = {
			"company": factories.make_company().name,
			"request_type": "General Information",
			"channel": "Phone",
			"safety": "No",
		}
		base |= {"subject": factories.unique("Color de catálogo"), "party_name": "Recubrimientos del Norte"}
		folio = frappe.get_doc(
			{"doctype": FOLIO, "received_at": frappe.utils.now_datetime(), **base, **values}
		).insert()
		made["folios"].append(folio.name)
		frappe.db.commit()
		intake.follow_up(folio.name)
		frappe.db.commit()
		return folio.name

	return make


def period():
	"""A week around today: what comes in on a Saturday evening counts from Monday on."""
	today = frappe.utils.getdate()
	return {"from_date": str(today - timedelta(days=1)), "to_date": str(today + timedelta(days=6))}


def share_answered(page):
	wanted = {"report_name": "Service Indicators", "filters": json.dumps(period())}
	answer = page.context.request.get(REPORT, params=wanted)
	assert answer.ok, answer.text()[:300]
	rows = answer.json()["message"]["result"]
	return next(row for row in rows if row.get("code") == "S1.12-share")


def open_folio(desk_page, user, name, width="desktop"):
	page = desk_page(user, f"service-folio/{name}", width=width)
	page.wait_for_selector(".nervion-head")
	return page


def test_an_executive_takes_a_call_answers_with_a_template_closes_and_sees_it_counted(
	desk_page, executive, made, template, mailbox
):
	page = desk_page(executive, "service-folio")
	before = share_answered(page)
	take_a_call(page, made)
	# the worker routes it; the form follows by itself
	people.wait_for_state(page, "Routed")
	press(page.locator(".nervion-actions"), "Aceptar")
	people.wait_for_state(page, "In Attention")
	answer_with_a_template(page, template)
	marked_as_the_evidence(made["folios"][0], template)
	ask_by_telephone(page)
	page.locator(".nervion-head").get_by_role("button", name="Marcar como contestado").first.click()
	people.wait_for_state(page, "Answered")
	close_only_with_the_customers_word(page)
	assert counted_since(page, before) == (1, 1)
	see_it_counted(page)


@pytest.fixture
def template(site):
	"""An approved answer template, taken away afterwards."""
	doc = factories.insert(
		"Answer Template",
		{
			"title": factories.unique("Rendimiento"),
			"body": "<p>{{ party_name }}: rinde diez metros por litro. Folio {{ folio }}.</p>",
		},
	)
	frappe.get_doc("User", "Administrator").add_roles(Role.COORDINATOR)
	answer_templates.approve(doc.name)
	frappe.db.commit()
	yield doc
	frappe.db.rollback()
	frappe.db.delete("Answer Template", {"name": doc.name})
	frappe.db.commit()
	frappe.clear_document_cache("Answer Template", doc.name)


@pytest.fixture
def mailbox(site):
	"""An account by which the site sends; what it would send stays in the queue and is taken away with it."""
	account = letters.mailbox(enable_incoming=0, use_imap=0, imap_folder=[], smtp_port=free_port())
	frappe.db.commit()
	yield account
	frappe.db.rollback()
	queued = frappe.get_all("Email Queue", {"email_account": account.name}, pluck="name")
	for doctype, fieldname in (("Email Queue Recipient", "parent"), ("Email Queue", "name")):
		frappe.db.delete(doctype, {fieldname: ("in", queued or ["none"])})
	frappe.db.delete("Email Account", {"name": account.name})
	frappe.db.commit()
	frappe.clear_document_cache("Email Account", account.name)


def take_a_call(page, made):
	"""F2, who calls, what about; and on to the folio."""
	page.wait_for_selector(".nervion-phone-button")
	people.quiet(page)
	page.keyboard.press("F2")
	page.fill("#nervion-party_name", "Pinturas del Bajío")
	page.fill("#nervion-email", "compras@bajio.test")
	page.locator(".nervion-choice", has_text="No").first.click()
	page.locator(".nervion-choice", has_text="Información general").click()
	page.fill("#nervion-text", factories.unique("Pregunta por el rendimiento del esmalte."))
	page.keyboard.press("Control+Enter")
	made["folios"].append(page.locator(".nervion-phone-number").inner_text())
	press(people.visible_dialog(page), "Abrir el folio")
	page.wait_for_selector(".nervion-head")


def answer_with_a_template(page, template):
	head = page.locator(".nervion-head")
	page.wait_for_selector(".nervion-hint:has-text('Primero envíe una respuesta')")
	press(head, "Más")
	press(head, "Responder con plantilla")
	dialog = people.visible_dialog(page)
	dialog.locator('[data-fieldname="chosen"] select').select_option(template.name)
	dialog.locator(".nervion-template", has_text="Pinturas del Bajío: rinde diez metros").wait_for()
	press(dialog, "Escribir con ella")
	written = page.locator(".ql-editor[contenteditable=true]", has_text="rinde diez metros por litro")
	written.wait_for()
	press(page.locator(".modal.show", has=written), "Enviar")
	kept(page, "Primera respuesta").wait_for(timeout=60_000)


def kept(page, promise):
	return page.locator(".nervion-promises li", has_text=promise).filter(has_text="Cumplido")


def marked_as_the_evidence(folio, template):
	"""The letter that was sent says of which template it was made, and is what keeps the promise of the first answer (S1.5)."""
	frappe.db.rollback()
	letter = {"reference_name": folio, "communication_medium": "Email", "service_template": template.name}
	[sent] = frappe.get_all("Communication", {**letter, "sent_or_received": "Sent"}, ["name", "content"])
	assert folio in sent.content
	promise = {"case_name": folio, "kind": "First Answer"}
	assert frappe.db.get_value("Service Commitment", promise, ["status", "evidence"]) == (
		"Fulfilled",
		sent.name,
	)


def ask_by_telephone(page):
	"""And whether it helped, the executive asks by telephone."""
	press(page.locator(".nervion-head"), "Registrar llamada")
	dialog = people.visible_dialog(page)
	people.fill(dialog, "content", "Dice que con eso le alcanza.")
	press(dialog, "Registrar llamada")
	page.locator(".timeline-content", has_text="Dice que con eso le alcanza").first.wait_for()


def close_only_with_the_customers_word(page):
	press(page.locator(".nervion-actions"), "Cerrar")
	dialog = page.locator(".modal.show", has_text="Satisfacción")
	people.fill(dialog, "resolution", "Se explicó el rendimiento.")
	press(dialog.locator(".modal-footer"), "Cerrar")
	refusal = page.locator(
		".msgprint-dialog.show, .modal.show", has_text="Registre la confirmación del cliente"
	).last
	refusal.wait_for()
	assert page.evaluate("cur_frm.doc.stage") == "Answered"
	refusal.locator(".btn-modal-close").click()
	# what was typed before the refusal is still there
	assert (
		dialog.locator('[data-fieldname="resolution"] textarea').input_value() == "Se explicó el rendimiento."
	)
	dialog.locator('[data-fieldname="satisfaction"] select').select_option("Satisfied")
	dialog.locator('[data-fieldname="satisfaction_means"] select').select_option("Phone")
	page.wait_for_function("() => cur_dialog && cur_dialog.get_value('satisfaction_means') === 'Phone'")
	people.settle(page)
	people.fill(dialog, "satisfaction_by", "Ana Ruiz")
	page.wait_for_function("() => cur_dialog.get_value('satisfaction_by') === 'Ana Ruiz'")
	press(dialog.locator(".modal-footer"), "Cerrar")
	people.wait_for_state(page, "Closed")
	assert page.evaluate("[cur_frm.doc.satisfaction_by, cur_frm.doc.resolution]") == [
		"Ana Ruiz",
		"Se explicó el rendimiento.",
	]


def counted_since(page, before):
	"""How many more cases were answered in time, and how many more there are, than before."""
	after = share_answered(page)
	return tuple(int(after[part] or 0) - int(before[part] or 0) for part in ("numerator", "denominator"))


def see_it_counted(page):
	after = share_answered(page)
	page.goto(f"/app/query-report/Service Indicators?{urlencode(period())}")
	row = page.locator(".dt-row", has_text="Contestadas dentro de 4 horas hábiles")
	row.filter(has_text=after["value"]).first.wait_for()
	assert people.english_lines(page) == []


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_the_folio_says_at_a_glance_who_waits_since_when_and_for_what(desk_page, executive, routed, width):
	page = open_folio(desk_page, executive, routed(request_type="Claim", severity="Major"), width)
	head = page.locator(".nervion-head").inner_text()
	for words in ("Recubrimientos del Norte", "Reclamo", "Recibido", "Responder al cliente antes de"):
		assert words in head
	assert page.locator(".nervion-actions .btn-primary").count() == 1
	assert page.locator(".nervion-promises li").count() >= 3
	assert people.english_lines(page) == []
	assert people.overflow(page) <= 0


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_the_list_leads_each_folio_by_its_time_left(desk_page, executive, routed, width):
	name = routed()
	page = desk_page(executive, "service-folio", width=width)
	pill = page.locator(f'[data-promise-of="{name}"]')
	pill.filter(has_text="h").wait_for()
	assert "Primera respuesta" in pill.get_attribute("title")
	assert people.english_lines(page) == []
	assert people.overflow(page) <= 0


def test_the_list_of_promises_leads_to_the_case(desk_page, executive, routed):
	name = routed()
	page = desk_page(executive, f"service-commitment?case_name={name}")
	page.locator(".list-row .list-subject a", has_text=name).first.click()
	page.wait_for_selector(".nervion-head")
	assert page.evaluate("[cur_frm.doctype, cur_frm.doc.name]") == [FOLIO, name]


def test_what_is_typed_survives_that_somebody_else_changes_the_folio_meanwhile(desk_page, executive, routed):
	name = routed()
	page = open_folio(desk_page, executive, name)
	people.fill(page, "description", "Escrito mientras tanto.")
	folio = frappe.get_doc(FOLIO, name)
	folio.priority = "Urgent"
	folio.save()
	frappe.db.commit()
	page.keyboard.press("Control+s")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	frappe.db.rollback()
	assert frappe.db.get_value(FOLIO, name, ["description", "priority"]) == (
		"Escrito mientras tanto.",
		"Urgent",
	)


def test_what_a_customer_writes_is_shown_and_never_run(desk_page, executive, routed):
	name = routed(party_name=HARMFUL, subject=HARMFUL, phone="+52 55 5555 0101")
	page = open_folio(desk_page, executive, name)
	stored = frappe.db.get_value(FOLIO, name, "party_name")
	assert "<img" in stored
	assert stored in page.locator(".nervion-head").inner_text()
	page.goto("/app/service-folio")
	page.wait_for_selector(f'[data-promise-of="{name}"]')
	page.evaluate(LATER_THAN_A_SCRIPT)
	assert page.evaluate("window.harmed") is None


def test_the_head_is_reached_and_used_by_keyboard(desk_page, executive, routed):
	page = open_folio(desk_page, executive, routed())
	button = page.locator(".nervion-actions .btn-primary")
	button.focus()
	page.keyboard.press("Enter")
	people.wait_for_state(page, "In Attention")
	row = page.locator(".nervion-promises li").first
	row.focus()
	assert "Vence" in row.get_attribute("aria-label")
