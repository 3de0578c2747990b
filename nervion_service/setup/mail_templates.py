"""The company's words to its customers: offered once, in the site's language, and the administrator's afterwards."""

import frappe

from nervion_service.services import acknowledgement_text, languages
from nervion_service.setup import created

TEMPLATE = acknowledgement_text.TEMPLATE
DOCTYPE = "Email Template"


def install() -> None:
	"""Offer the template of the acknowledgement, unless it was offered before."""
	subject, page = _shipped(_site_language())
	values = {"__newname": TEMPLATE, "subject": subject, "use_html": 1, "response_html": page}
	created.offer_once(DOCTYPE, TEMPLATE, values)


def speak_the_language_of_the_site() -> None:
	"""Put the template into the site's language where nobody has changed the words that it was shipped with."""
	stored = frappe.db.get_value(DOCTYPE, TEMPLATE, ["subject", "response_html"])
	if stored and tuple(stored) == _shipped("en"):
		subject, page = _shipped(_site_language())
		frappe.db.set_value(
			DOCTYPE, TEMPLATE, {"subject": subject, "response_html": page}, update_modified=False
		)
		frappe.clear_document_cache(DOCTYPE, TEMPLATE)


def uninstall() -> None:
	"""Take the template along that set-up made: its words name what goes with the app."""
	for name in created.names(DOCTYPE):
		# uninstalling runs as the site's administrator
		frappe.delete_doc(DOCTYPE, name, force=True, ignore_permissions=True, ignore_missing=True)


def _shipped(language: str) -> tuple[str, str]:
	with languages.speaking(language):
		return acknowledgement_text.shipped()


def _site_language() -> str:
	return frappe.db.get_single_value("System Settings", "language") or "en"
