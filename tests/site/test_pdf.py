"""Pages become PDFs: letter size, running feet, and no address of anybody's is fetched (X10)."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from nervion_service.services import pdf

PAGE = """<html><head><style>@page { size: letter; @bottom-right { content: "Hoja " counter(page) " de " counter(pages) } }
h1 { break-before: page }</style></head><body><p>Queja por descascarado: añil</p><h1>Dictamen</h1>%s</body></html>"""


def read(content):
	return PdfReader(io.BytesIO(content))


def dot():
	content = io.BytesIO()
	Image.new("L", (1, 1), 128).save(content, "PNG")
	return content.getvalue()


def test_a_page_is_printed_on_letter_paper_with_its_numbers():
	printed = read(pdf.of(PAGE % ""))
	assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] == [612, 792]
	assert "Hoja 2 de 2" in printed.pages[1].extract_text()
	assert "añil" in printed.pages[0].extract_text()


def test_a_picture_is_shown_only_if_it_was_given(monkeypatch):
	asked = []
	monkeypatch.setattr("socket.socket.connect", lambda *address: asked.append(address))
	forged = '<img src="http://127.0.0.1:1/x"><img src="file:///etc/hostname"><img src="picture:2">'
	printed = read(pdf.of(PAGE % f'{forged}<img src="picture:1">', {"picture:1": dot()}))
	assert len(printed.pages[1].images) == 1
	assert asked == []


def test_where_nothing_can_print_it_is_said(monkeypatch):
	def missing(*_arguments):
		raise OSError("cannot load library 'libpango'")

	monkeypatch.setattr(pdf, "_weasyprint", lambda: None)
	monkeypatch.setattr("frappe.utils.pdf.get_pdf", missing)
	with pytest.raises(pdf.NoPrinter, match="WeasyPrint"):
		pdf.of(PAGE % "")
	monkeypatch.setattr("frappe.utils.pdf.get_pdf", lambda page: b"%PDF-other")
	assert pdf.of(PAGE % "") == b"%PDF-other"
