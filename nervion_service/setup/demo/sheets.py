"""Technical data sheets of the demo's products: the limits of their application, and the page that goes into a complaint."""

import frappe
from frappe.utils import escape_html

from nervion_service.services import pdf, uploads

DOCTYPE = "Technical Data Sheet"
VERSION, VALID_FROM = "3", "2024-01-15"


def make(item: dict, limits: list[list[str]]) -> None:
	"""The data sheet of a product, {"code", "name"}, in force since long; limits: [quantity, minimum, maximum] each."""
	if frappe.db.exists(DOCTYPE, {"item": item["code"]}):
		return
	rows = [dict(zip(("quantity", "minimum", "maximum"), row, strict=True)) for row in limits]
	sheet = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"item": item["code"],
			"version": VERSION,
			"valid_from": VALID_FROM,
			"limits": rows,
		}
	).insert()
	file = uploads.attach(sheet, f"ficha-{item['code']}.pdf", pdf.of(_page(item, rows)))
	# the company's own paper
	file.db_set(uploads.FROM_CUSTOMER, 0)
	sheet.file = file.file_url
	sheet.save()


def _page(item: dict, rows: list[dict]) -> str:
	lines = "".join(
		f"<tr><td>{frappe._(row['quantity'], 'es')}</td><td>{row['minimum'] or '–'}</td><td>{row['maximum'] or '–'}</td></tr>"
		for row in rows
	)
	return f"""<html lang="es"><style>
		@page {{ size: letter; margin: 25mm; @bottom-right {{ content: "Versión {VERSION}"; font: 9pt sans-serif }} }}
		body {{ font: 11pt sans-serif }} table {{ border-collapse: collapse; width: 100% }}
		td, th {{ border: 0.5pt solid #888; padding: 2mm; text-align: left }}</style>
		<h1>{escape_html(item["name"])}</h1><p>Ficha técnica, clave {escape_html(item["code"])}</p>
		<table><tr><th>Condición de aplicación</th><th>Mínimo</th><th>Máximo</th></tr>{lines}</table></html>"""
