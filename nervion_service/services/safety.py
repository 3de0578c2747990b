"""Safety first (K1): the question of every way in, what to do at once, and the alarm that rings at any hour.

Yes starts a promise that somebody helps in minutes, by the clock and not by the calendar. Words of a mail that may speak of an
accident start a promise that a person asks. Neither waits for evidence, for a route or for the morning.
"""

from typing import Any

import frappe
from frappe import _
from frappe.utils import get_url

from nervion_service.domain import safety as domain

DOCTYPE = "Service Folio"


def question() -> dict[str, Any]:
	"""The question for every form, in the reader's language: {"question", "answers", "kinds"}; options are {"value", "label"}."""
	return {
		"question": _("Was somebody hurt or exposed to the product, or was there fire or a spill?"),
		"answers": _options(domain.ANSWERS),
		"kinds": _options(domain.KINDS),
	}


def instructions(folio=None, product: str | None = None) -> dict[str, Any]:
	"""What to read out at once: {"emergency_line", "text", "data_sheets": [{"item", "url"}]}.

	folio: a document or a number, for its product; or the product alone, where there is no folio yet. People outside are given
	data sheets that everybody may open only.
	"""
	settings = frappe.get_cached_doc("Service Settings")
	line = settings.emergency_line or ""
	return {
		"emergency_line": line,
		"text": settings.emergency_instructions or _usual_instructions(line),
		"data_sheets": _data_sheets(product or _product(folio)),
	}


def needs_help_first(folio) -> bool:
	"""Whether somebody may still need help, so that nothing else is asked of the customer. folio: a document or a number."""
	if isinstance(folio, str):
		# whether help is still owed is no secret of the case
		answer, attended_at = frappe.db.get_value(DOCTYPE, folio, ["safety", "safety_attended_at"])
		return domain.is_open(answer, attended_at)
	return domain.is_open(folio.safety, folio.safety_attended_at)


def _options(values) -> list[dict[str, str]]:
	return [{"value": value, "label": _(value)} for value in values]


def _usual_instructions(line: str) -> str:
	text = _("Get away from the product, the smoke or the spill, and into fresh air. Keep its label at hand.")
	if line:
		return _("If anybody is in danger, call {0} first.").format(line) + " " + text
	return text


def _product(folio) -> str | None:
	if isinstance(folio, str):
		# the product's safety data sheet is meant for everybody who handles it
		return frappe.db.get_value(DOCTYPE, folio, "product")
	return folio.product if folio else None


def _data_sheets(product: str | None) -> list[dict[str, str]]:
	# the Item's own field, which set-up adds; a site that is being updated may not have it yet
	if not (product and frappe.get_meta("Item").has_field("safety_data_sheet")):
		return []
	# as in `_product`
	sheet = frappe.db.get_value("Item", product, "safety_data_sheet")
	if not sheet or (sheet.startswith("/private/") and not _at_the_desk()):
		return []
	return [{"item": product, "url": get_url(sheet)}]


def _at_the_desk() -> bool:
	user = frappe.session.user
	return user != "Guest" and frappe.get_cached_value("User", user, "user_type") == "System User"
