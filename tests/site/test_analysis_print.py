"""The RAT and the label on paper: for the customer, for the house, with nothing internal where it does not belong (G11, K5, X6)."""

import io

import frappe
import pytest
from pypdf import PdfReader

from nervion_service.domain.taxonomy import Role
from nervion_service.services.analysis import labels, report_print
from tests import engine, factories
from tests.site import visit_factories as visits
from tests.site.folio_factories import cast, everybody  # noqa: F401 (a fixture)

CAST = (Role.TECHNICIAN, Role.ENGINEER, Role.QUALITY, Role.EXECUTIVE)
SECRET = "Fórmula 17-B: más dispersante"
HARMFUL = "Brillo <img src=x onerror=alert(1)> {{ 7*7 }}"


@pytest.fixture
def report():
	frappe.local.lang = "es"
	three = cast(Role.TECHNICIAN), cast(Role.ENGINEER), cast(Role.QUALITY)
	sample, retained = (
		visits.make_sample(company=factories.make_company().name, is_retained=kept) for kept in (0, 1)
	)
	folio = visits.folios.make_folio(routed=False, company=sample.company)
	draft = visits.make_report(
		by=three[0],
		folio=folio.name,
		company=folio.company,
		subject=HARMFUL,
		internal_notes=SECRET,
		samples=[{"sample": name} for name in (sample.name, retained.name)],
	)
	return visits.approved(draft, *three)


def text(report, internal=False):
	pages = PdfReader(io.BytesIO(report_print.content(report, internal))).pages
	return pages, " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_customers_version_holds_the_result_and_nothing_internal(report):
	pages, words = text(report)
	for said in (
		report.name,
		"Versión para el cliente",
		"El producto cumple su especificación",
		"ASTM D523",
		"80 – 95",
		"No cumple",
		"Solo la muestra reclamada fuera de límites",
		report.samples[0].sample,
		"MPC-SER-005 · versión",
		"Página 1 de",
		"Brillo <img",
		"{{ 7*7 }}",
	):
		assert said in words, said
	for kept in (
		SECRET,
		"humedad durante el secado",
		"El lote cumple; la aplicación no",
		"Brillómetro",
		"Borrador",
	):
		assert kept not in words, kept
	assert [round(float(side)) for side in pages[0].mediabox[2:]] == [612, 792]
	assert (
		frappe.get_print(report.doctype, report.name, "Analysis Report for the Customer").count(SECRET) == 0
	)


def test_the_internal_version_is_for_who_may_see_formulas(report):
	with engine.run_as(cast(Role.QUALITY)):
		frappe.local.lang = "es"
		_pages, words = text(report, internal=True)
		for said in (SECRET, "Brillómetro BG-2, calibrado hasta", "humedad durante el secado", "Tomada"):
			assert said in words, said
	for how in (
		lambda: report_print.download(report.name, internal=1),
		# what the print format of that name asks
		lambda: report_print.service_analysis_report(report.name, internal=True),
	):
		with engine.run_as(cast(Role.EXECUTIVE)), pytest.raises(frappe.PermissionError):
			how()
	with engine.run_as(cast(Role.EXECUTIVE)):
		report_print.download(report.name)
	assert frappe.local.response.filecontent.startswith(b"%PDF")


def test_a_draft_says_that_it_is_one():
	frappe.local.lang = "es"
	assert "BORRADOR" in text(visits.make_report())[1].upper()


def test_the_label_leads_staff_to_its_sample_and_gives_nothing_away():
	frappe.local.lang = "es"
	sample = visits.make_sample(item=factories.make_item().name)
	label = labels.service_sample_label(sample.name)
	assert label["qr"].startswith("<svg") and label["qr"].count("M") > 200
	assert sample.name not in labels.address(sample.label_code)
	found = frappe.get_list(visits.SAMPLE, {"label_code": sample.label_code}, pluck="name")
	assert found == [sample.name]
	page = frappe.get_print(visits.SAMPLE, sample.name, "Sample Label")
	assert sample.name in page and "<svg" in page


@pytest.mark.parametrize(("role", "shown"), [(Role.EXECUTIVE, False), (Role.QUALITY, True)])
def test_frappes_own_print_keeps_the_laboratorys_words_from_who_does_not_work_there(report, role, shown):
	with engine.run_as(cast(role)):
		page = frappe.get_print("Technical Analysis Report", report.name, "Standard")
	assert (visits.FINDINGS["diagnosis"] in page) is shown
	assert (visits.TEST["instrument"] in page) is shown
	assert visits.FINDINGS["customer_conclusion"][:30] in page
