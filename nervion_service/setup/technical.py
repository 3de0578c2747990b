"""What a site is offered for technical visits: the points of their checklist, an assumption to confirm (D11, G10)."""

import frappe
from frappe import _

SETTINGS, FIELD = "Complaint Settings", "visit_checklist"


def points(language: str) -> list[str]:
	"""The points of a visit, in a language."""
	return [
		_("The label of the batch is legible and photographed", lang=language),
		_("Cans were stored closed, dry and below 35 °C", lang=language),
		_("Surface preparation as the data sheet says", lang=language),
		_("Product stirred and diluted with the thinner of the data sheet", lang=language),
		_("Drying and recoat times were kept", lang=language),
		_("Photographs of the whole surface and of the detail", lang=language),
		_("Sample taken, sealed and labelled", lang=language),
	]


def install() -> None:
	"""Give the settings the checklist where it is empty, or as it was shipped in another language than the site's."""
	language = frappe.db.get_single_value("System Settings", "language") or "en"
	wanted, shipped = "\n".join(points(language)), "\n".join(points("en"))
	present = frappe.db.get_single_value(SETTINGS, FIELD)
	if present != wanted and present in (None, "", shipped):
		frappe.db.set_single_value(SETTINGS, FIELD, wanted)
