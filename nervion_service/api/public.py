"""Endpoints of the public page and of the tracking page: the only ones of ours that a guest may call (X4, X9).

Each is limited by the caller's address; what a token opens is all that its holder reaches. The rules live in
`services.guest_intake`.
"""

import frappe
from frappe.utils import cint

from nervion_service.services import file_response, guest_intake, page_headers, transactions, uploads
from nervion_service.services.batches import recall
from nervion_service.services.complaints import customer_evidence, upload_link


@frappe.whitelist(allow_guest=True, methods=["POST"])
def register(**values) -> dict[str, str]:
	"""Register a request out of the form's values and files; {"folio", "token"}."""
	return guest_intake.register(values, uploads.from_request())


@frappe.whitelist(allow_guest=True, methods=["POST"])
def reply(token: str = "", text: str = "", key: str | None = None) -> None:
	"""Send a message, with files, about the folio that the token opens."""
	files = uploads.from_request()
	# as in the portal
	transactions.from_the_start(lambda: guest_intake.reply(token, text, files, key))


@frappe.whitelist(allow_guest=True, methods=["POST"])
def confirm(token: str = "", satisfied: str = "", comment: str = "") -> None:
	"""Say whether the answer solved it ("1") or not ("0")."""
	guest_intake.confirm(token, bool(cint(satisfied)), comment)


@frappe.whitelist(allow_guest=True, methods=["POST"])
def reopen(token: str = "", reason: str = "") -> None:
	"""Take up an ended folio again."""
	guest_intake.reopen(token, reason)


@frappe.whitelist(allow_guest=True, methods=["POST"])
def withdraw(token: str = "", reason: str = "") -> None:
	"""End an open folio."""
	guest_intake.withdraw(token, reason)


@frappe.whitelist(allow_guest=True, methods=["POST"])
def send_evidence(token: str = "", text: str = "", key: str | None = None) -> None:
	"""Send evidence, files by kind, for the complaint of the folio that the token opens."""
	brought = uploads.from_request_by_kind(customer_evidence.FIELD)
	# as in the portal
	transactions.from_the_start(lambda: guest_intake.send_evidence(token, brought, text, key))


@frappe.whitelist(allow_guest=True, methods=["POST"])
def appeal(token: str = "", reason: str = "") -> None:
	"""Object to the verdict on the complaint of the folio that the token opens."""
	guest_intake.appeal(token, reason)


@frappe.whitelist(allow_guest=True, methods=["GET"])
def report(token: str = ""):
	"""The report that was released about the folio that the token opens, as a PDF."""
	return file_response.pdf(*guest_intake.report(token))


@frappe.whitelist(allow_guest=True, methods=["POST"])
def upload_evidence(token: str = "", text: str = "", key: str | None = None) -> None:
	"""Send evidence, files by kind, by a link that opens one complaint for that alone."""
	brought = uploads.from_request_by_kind(customer_evidence.FIELD)
	# as in the portal
	transactions.from_the_start(lambda: upload_link.send(token, brought, text, key))


@frappe.whitelist(allow_guest=True, methods=["POST"])
def acknowledge_batch(token: str = "", by: str = "", kept_qty: str = "") -> None:
	"""Confirm that a notice about a batch was read, with the quantity that is left."""
	recall.acknowledge(token, by, kept_qty)


@frappe.whitelist(allow_guest=True, methods=["GET"])
def download(token: str = "", file: str = ""):
	"""A file of the folio that the token opens, as bytes."""
	return file_response.of(guest_intake.file(token, file))


def after_request(response=None, request=None, **_others):
	"""What browsers are told about the pages for guests."""
	page_headers.secure(response, request)
