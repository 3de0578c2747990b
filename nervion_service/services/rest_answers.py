"""How the REST interface answers: JSON always, with a status, a code, a sentence and the field that is wrong.

What Frappe answers before our code is reached (an unreadable body, a wrong key) is put into the same form by `tidy`, which runs
after every request and looks at our own addresses only.
"""

import json
from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import strip_html
from werkzeug.wrappers import Response

from nervion_service.services import outside_intake, rate_limit, uploads

PREFIX = "nervion_service.api.v1."
_JSON = "application/json"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# marks an answer of ours, so that `tidy` leaves it alone
_OURS = "X-Nervion-API"

# what a program knows under another name than the house
_NAMES = {"external_id": "Idempotency-Key"}
CODES = {
	400: "malformed",
	401: "not_signed_in",
	403: "not_permitted",
	404: "not_found",
	405: "method_not_allowed",
	409: "conflict",
	413: "too_large",
	415: "unsupported_type",
	422: "invalid",
	429: "too_many_requests",
	500: "internal",
}


def answered(work: Callable[[], tuple[int, Any]]) -> Response:
	"""Run `work`, which gives (status, content), and answer its content; a refusal is answered as an error.

	What was refused leaves nothing behind. A failure of ours is logged and told without its insides.
	"""
	try:
		rate_limit.programs(frappe.session.user)
		status, content = work()
		return _response(status, {"message": content})
	except tuple(_STATUS_OF) as error:
		frappe.db.rollback()
		return _refused(error)
	except Exception:
		frappe.db.rollback()
		frappe.log_error(title="REST")
		return _error(500, _internal())


class Missing(frappe.ValidationError):
	"""There is no such folio for this account."""


class TooLarge(frappe.ValidationError):
	"""More bytes than are taken."""

	field = "files"


class UnsupportedType(frappe.ValidationError):
	"""A body that is neither JSON nor a form."""


# the first kind that fits decides: the general ones come last
_STATUS_OF = {
	frappe.TooManyRequestsError: 429,
	frappe.PermissionError: 403,
	outside_intake.Conflict: 409,
	Missing: 404,
	TooLarge: 413,
	UnsupportedType: 415,
	frappe.ValidationError: 422,
}


def check_type() -> None:
	"""Raise UnsupportedType unless the request's body is JSON or a form."""
	mimetype = frappe.request.mimetype
	if mimetype and mimetype != _JSON and mimetype not in _FORMS:
		raise UnsupportedType(_("Send the request as JSON (application/json) or as a form."))


def uploaded_files() -> list[tuple[str, bytes]]:
	"""(name, content) of the files of a multipart request, under any name; raises TooLarge before reading too much."""
	megabytes = uploads.limits()["mb"]
	found = []
	for _name, file in frappe.request.files.items(multi=True):
		content = file.read(megabytes * uploads.MEGABYTE + 1)
		if len(content) > megabytes * uploads.MEGABYTE:
			raise TooLarge(_("A file may have {0} MB at most.").format(megabytes))
		if content or file.filename:
			found.append((file.filename or "", content))
	return found


def tidy(response: Response | None = None, request=None, **_kwargs) -> None:
	"""Give the form of our errors to what Frappe answered in our place."""
	if response is None or request is None or not _is_ours(request.path):
		return
	if response.headers.pop(_OURS, None) or response.status_code < 400:
		return
	status = _status_behind(response.status_code, request)
	response.status_code = status
	response.mimetype = _JSON
	response.data = _body(_envelope(status, _SENTENCES[status]() if status in _SENTENCES else _internal()))


def _is_ours(path: str) -> bool:
	return path.startswith("/api/") and f"/method/{PREFIX}" in path


def _status_behind(status: int, request) -> int:
	"""What is really the matter, since Frappe calls most of it 403, 417 or 500."""
	if not _is_readable(request):
		return 400
	if status in (401, 403) and frappe.session.user in (None, "", "Guest"):
		return 401
	if status == 403 and not _method_allowed(request):
		return 405
	if status == 417:
		# it could be read, so it is the address that Frappe does not know
		return 404
	return status if status in CODES else 500


def _is_readable(request) -> bool:
	if request.mimetype != _JSON:
		return True
	try:
		return isinstance(json.loads(request.get_data(as_text=True) or "{}"), dict)
	except (ValueError, RecursionError):
		return False


def _method_allowed(request) -> bool:
	reads = request.path.rstrip("/").endswith("request_status")
	return request.method == ("GET" if reads else "POST")


def _refused(error: Exception) -> Response:
	status = next(status for kind, status in _STATUS_OF.items() if isinstance(error, kind))
	wait = getattr(error, "retry_after", None)
	headers = {"Retry-After": str(wait)} if wait else None
	field = getattr(error, "field", None)
	return _error(status, str(error), _NAMES.get(field, field), headers)


def _error(status: int, message: str, field: str | None = None, headers: dict | None = None) -> Response:
	# Frappe collects its messages for the desk: here the answer itself says it
	frappe.clear_messages()
	return _response(status, _envelope(status, message, field), headers)


def _envelope(status: int, message: str, field: str | None = None) -> dict:
	return {
		"error": {"status": status, "code": CODES[status], "message": strip_html(message), "field": field}
	}


def _response(status: int, content: Any, headers: dict | None = None) -> Response:
	response = Response(_body(content), status=status, mimetype=_JSON)
	response.headers[_OURS] = "1"
	response.headers["Cache-Control"] = "no-store"
	response.headers["X-Content-Type-Options"] = "nosniff"
	response.headers.extend(headers or {})
	return response


def _body(content: Any) -> bytes:
	return json.dumps(content, ensure_ascii=False).encode()


def _internal() -> str:
	return _("Something went wrong on our side. Please try again with the same idempotency key.")


_SENTENCES = {
	400: lambda: _("The body cannot be read: send one JSON object, in UTF-8."),
	401: lambda: _("Sign in with an API key and its secret."),
	403: lambda: _("This account may not use the programming interface."),
	404: lambda: _("There is no such address."),
	405: lambda: _("Use POST to register a request and GET to ask for its status."),
	413: lambda: _("The request is too large."),
	429: lambda: _("There were too many attempts from your network. Please try again later."),
}
