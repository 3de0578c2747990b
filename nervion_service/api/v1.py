"""The REST interface for programs, version 1; docs/api.md shows how it is used."""

import frappe
from frappe import _

from nervion_service.services import programs, rest_answers


@frappe.whitelist(methods=["POST"])
def create_request(**values):
	"""Register a request; the header Idempotency-Key makes sending it again safe. 201, or 200 for a repetition."""
	return rest_answers.answered(lambda: _create(values))


@frappe.whitelist(methods=["GET"])
def request_status(**asked):
	"""Where the request `folio` stands, if this account registered it or may read it."""
	return rest_answers.answered(lambda: _status(asked.get("folio")))


def after_request(response=None, request=None, **_others):
	"""What Frappe refused in our place is told in the form of this interface."""
	rest_answers.tidy(response, request)


def _create(values):
	user = frappe.session.user
	programs.check_may(user)
	rest_answers.check_type()
	key = frappe.request.headers.get("Idempotency-Key")
	made = programs.create(values, rest_answers.uploaded_files(), key, user)
	return 200 if made["repeated"] else 201, made


def _status(folio):
	user = frappe.session.user
	programs.check_may(user)
	found = programs.status(folio, user)
	if not found:
		raise rest_answers.Missing(_("There is no such folio."))
	return 200, found
