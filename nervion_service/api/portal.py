"""Endpoints of the customer portal: for signed-in users, by POST with Frappe's CSRF token. The rules live in `services.portal`."""

import frappe
from frappe.utils import cint

from nervion_service.services import file_response, portal, transactions, uploads


@frappe.whitelist(methods=["POST"])
def create(key: str | None = None, customer: str | None = None) -> dict[str, str]:
	"""Register a request out of the form's values and files; {"folio"}."""
	return {"folio": portal.register(frappe.form_dict, uploads.from_request(), key, customer)}


@frappe.whitelist(methods=["POST"])
def reply(folio: str, text: str = "", key: str | None = None) -> str:
	"""Send a message, with files, about a folio of the user's; the message's name."""
	files = uploads.from_request()
	# two that write at the same moment lock the same gap while they look for what was sent before
	return transactions.from_the_start(lambda: portal.reply(folio, text, files, key))


@frappe.whitelist(methods=["POST"])
def confirm(folio: str, satisfied: str, comment: str = "") -> str:
	"""Say whether the answer solved it ("1") or not ("0"); the stage."""
	return portal.confirm(folio, bool(cint(satisfied)), comment)


@frappe.whitelist(methods=["POST"])
def reopen(folio: str, reason: str = "") -> str:
	"""Take up an ended folio again; the stage."""
	return portal.reopen(folio, reason)


@frappe.whitelist(methods=["POST"])
def withdraw(folio: str, reason: str = "") -> str:
	"""End an open folio; the stage."""
	return portal.withdraw(folio, reason)


@frappe.whitelist(methods=["GET"])
def download(folio: str, file: str):
	"""A file of a folio of the user's, as bytes."""
	return file_response.of(portal.file(folio, file))
