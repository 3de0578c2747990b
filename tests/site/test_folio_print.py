"""The record of a folio on paper: complete, escaped, in Spanish, in pages that say how many they are (S1.16, X6)."""

import shutil
import subprocess

import frappe
import pytest
from pypdf import PdfReader

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import clock, events, folio_print, folio_view
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.SALES)
FORMAT = "Service Folio Record"
HARMFUL = "Ana <img src=x onerror=alert(1)> {{ 7*7 }}"


def printed(folio, language="es"):
	frappe.local.lang = language
	return frappe.get_print("Service Folio", folio.name, FORMAT)


def test_the_record_holds_what_was_asked_promised_said_and_done():
	folio = folios.close(folios.make_folio(description="Quiere el rendimiento por litro."))
	page = printed(folio)
	for words in (
		folio.name,
		"Quiere el rendimiento por litro.",
		"Expediente del folio",
		"Primera respuesta",
		"Le explicamos el rendimiento por litro.",
		"Satisfecho",
		"Ana Ruiz",
		"MPC-SER-001",
		"Cerrado",
	):
		assert words in page, words


def test_a_reader_in_english_gets_it_in_english():
	page = printed(folios.make_folio(), "en")
	assert "Record of the folio" in page and "Expediente" not in page


def test_what_a_customer_wrote_is_printed_as_words():
	folio = folios.make_folio(
		party_name=HARMFUL, complainant_name=HARMFUL, description=f"<p>Hola</p>{HARMFUL}"
	)
	folios.hear_from_customer(folio)
	frappe.db.set_value("Communication", {"reference_name": folio.name}, "content", HARMFUL)
	frappe.db.set_value("Communication", {"reference_name": folio.name}, "sender_full_name", HARMFUL)
	page = printed(folio)
	assert "<img src" not in page
	assert "&lt;img" in page
	assert "{{ 7*7 }}" in page


def test_a_long_record_is_printed_from_its_registration_to_its_last_word():
	folio = folios.make_folio()
	for number in range(40):
		folios.make_mail(folio, content=f"Recado número {number}.")
	for _number in range(70):
		events.record(
			folio, Events.STAGE_CHANGED, from_stage="Routed", to_stage="In Attention", happened_at=clock.now()
		)
	page = printed(folio)
	assert page.count("Recado número") == 40
	assert len(folio_print.service_folio_record(folio.name)["history"]) > folio_view.HISTORY_LINES
	assert "Registrado" in page


def test_what_was_said_among_ourselves_is_not_printed_as_said_to_the_customer():
	folio = folios.make_folio()
	folios.make_mail(folio, content="Le llega el martes.")
	folios.make_mail(folio, content="¿Tienen ya el resultado?", recipients="laboratorio@example.org")
	between = {
		row["text"]: row["between"] for row in folio_print.service_folio_record(folio.name)["messages"]
	}
	assert between == {"Le llega el martes.": "We said", "¿Tienen ya el resultado?": "Not with the customer"}


def test_a_duplicate_that_was_taken_over_is_in_the_survivors_record():
	first = folios.make_folio(
		phone="951 333 5001", received_at=frappe.utils.add_to_date(frappe.utils.now_datetime(), hours=-2)
	)
	second = folios.make_folio(phone="951 333 5001")
	from nervion_service.services import duplicates

	duplicates.merge(second.name, first.name)
	assert second.name in printed(first)


def test_a_template_cannot_read_a_folio_that_is_not_the_readers():
	folio = folios.make_folio(request_type="Claim")
	with folios.engine.run_as(folios.cast(Role.SALES)), pytest.raises(frappe.PermissionError):
		folio_print.service_folio_record(folio.name)


def test_the_pages_are_letter_size_and_say_how_many_they_are(tmp_path):
	chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
	if not chromium:
		pytest.skip("needs Chromium to print a PDF")
	folio = folios.make_folio(description="Renglón de la descripción.\n" * 120)
	(tmp_path / "folio.html").write_text(printed(folio), encoding="utf-8")
	words = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile")
	subprocess.run(
		[
			chromium,
			*words,
			f"--print-to-pdf={tmp_path}/folio.pdf",
			"--no-pdf-header-footer",
			tmp_path / "folio.html",
		],
		check=True,
		timeout=120,
		capture_output=True,
	)
	pages = [page.extract_text() for page in PdfReader(tmp_path / "folio.pdf").pages]
	assert len(pages) >= 2
	for number, page in enumerate(pages, 1):
		assert f"Página {number} de {len(pages)}" in " ".join(page.split())
