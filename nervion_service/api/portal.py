"""Endpoints of the customer portal: for signed-in users, by POST with Frappe's CSRF token. The rules live in `services.portal`."""

import frappe
from frappe.utils import cint

from nervion_service.services import file_response, portal, transactions, uploads
from nervion_service.services.complaints import customer_evidence


@frappe.whitelist(methods=["POST"])
def create(key: str | None = None, customer: str | None = None) -> dict[str, str]:
	"""Register a request out of the form's values and files, a complaint with its evidence; {"folio"}."""
	files, evidence = uploads.from_request(), uploads.from_request_by_kind(customer_evidence.FIELD)
	values = frappe._dict(frappe.form_dict)
	# as in `reply`
	return {
		"folio": transactions.from_the_start(lambda: portal.register(values, files, key, customer, evidence))
	}


@frappe.whitelist(methods=["POST"])
def goods(delivery_type: str, delivery: str) -> list[dict]:
	"""What a delivery of the user's company brought: [{"item", "title", "batch", "qty", "uom", "unit", "claimable"}]."""
	return portal.goods(delivery_type, delivery)


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


@frappe.whitelist(methods=["POST"])
def send_evidence(folio: str, text: str = "", key: str | None = None) -> None:
	"""Send evidence, files by kind, for the complaint of a folio of the user's."""
	brought = uploads.from_request_by_kind(customer_evidence.FIELD)
	# as in `reply`
	transactions.from_the_start(lambda: portal.send_evidence(folio, brought, text, key))


@frappe.whitelist(methods=["POST"])
def appeal(folio: str, reason: str = "") -> None:
	"""Object to the verdict on the complaint of a folio of the user's."""
	portal.appeal(folio, reason)


@frappe.whitelist(methods=["GET"])
def report(folio: str):
	"""The report that was released about a folio of the user's, as a PDF."""
	return file_response.pdf(*portal.report(folio))


@frappe.whitelist(methods=["GET"])
def download(folio: str, file: str):
	"""A file of a folio of the user's, as bytes."""
	return file_response.of(portal.file(folio, file))
