"""Pages that a secret in their address opens: what is behind it, or one and the same page for whatever is wrong with it (X5)."""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _


def behind(context, key: str, read: Callable[[str], Any]) -> tuple[str, Any]:
	"""(token, what `read` finds behind it); where there is nothing, the page says so as 404, or 429 for who asks too often.

	key: what the template calls what was found; None there means that nothing was.
	"""
	# scripts of the website may tell the address to others: it is a secret
	context.web_include_js = []
	token = str(frappe.form_dict.get("token") or "")
	try:
		found = read(token)
	except frappe.TooManyRequestsError as error:
		frappe.clear_messages()
		context.update({key: None, "title": _("Please Wait"), "wait": str(error), "http_status_code": 429})
		return token, None
	if not found:
		context.update({key: None, "title": _("Not Found"), "wait": None, "http_status_code": 404})
	return token, found
