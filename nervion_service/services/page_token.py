"""The token that the pages of a signed-in customer carry and their forms send back, so that no other site writes in their name (X4).

Frappe compares the token of a session once there is one; it makes one for the desk's page and for none of the website. So our pages
make theirs, and what is sent to the portal out of a session that has none is refused. Guests have no session to be misused: what
opens a tracking page stands in its address and in each form.
"""

import frappe
from frappe import _
from frappe.sessions import get_csrf_token

# the endpoints of signed-in customers, whichever way Frappe is asked for them
ENDPOINTS = "nervion_service.api.portal."
_WRITING = ("POST", "PUT", "PATCH", "DELETE")


def make() -> str:
	"""The token of the session for which a page is made, stored with it; empty for a guest."""
	return get_csrf_token() if frappe.session.user != "Guest" else ""


def check() -> None:
	"""Refuse, with CSRFTokenError, what is sent to the portal out of a session whose pages have no token yet."""
	request = getattr(frappe.local, "request", None)
	if not request or request.method not in _WRITING or frappe.session.user == "Guest":
		return
	# a key in a header is nothing that a browser adds by itself
	if frappe.conf.ignore_csrf or frappe.get_request_header("Authorization"):
		return
	if (
		ENDPOINTS in f"{request.path} {frappe.form_dict.get('cmd') or ''}"
		and not frappe.session.data.csrf_token
	):
		# as Frappe does for a wrong one: the refusal says all
		frappe.flags.disable_traceback = True
		frappe.throw(_("Open the page again and send it from there."), frappe.CSRFTokenError)
