"""The label of a sample: its number, what it is, and a QR code that leads staff to it and nobody else (K5)."""

import frappe
import pyqrcode
from frappe import _
from frappe.utils import cint, get_url

from nervion_service.services import folio_print, system
from nervion_service.services.analysis.samples import DOCTYPE

# modules of white around a code, as its standard asks for
QUIET = 4


def service_sample_label(sample: str) -> dict[str, str]:
	"""What the label of a sample shows: {"number", "qr" (SVG), "kind", "item", "batch", "taken", "seal", "company"}.

	Raises PermissionError without the right to read it.
	"""
	doc = system.permitted(DOCTYPE, sample, "read")
	# the name of the product, for whoever may read its sample
	item = doc.item and frappe.db.get_value("Item", doc.item, "item_name")
	return {
		"number": doc.name,
		"qr": qr(address(doc.label_code)),
		"kind": _("Retained Sample") if cint(doc.is_retained) else _("Sample of the customer"),
		"item": item or doc.item or "",
		"batch": doc.batch or "",
		"taken": folio_print.moment(doc.taken_at),
		"seal": doc.seal_number or "",
		"complaint": doc.complaint or "",
		"company": doc.company,
	}


def address(code: str) -> str:
	"""Where a scanned label leads: the list of samples with this one in it, after signing in. The code cannot be guessed."""
	return get_url(f"/app/service-sample?label_code={code}")


def qr(text: str) -> str:
	"""A QR code as SVG that any printer draws sharp; error correction M, since labels get dirty."""
	rows = pyqrcode.create(text, error="M").code
	side = len(rows) + 2 * QUIET
	dark = "".join(
		f"M{column + QUIET} {line + QUIET}h1v1h-1z"
		for line, row in enumerate(rows)
		for column, is_dark in enumerate(row)
		if is_dark == 1
	)
	return (
		f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" role="img">'
		f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
	)
