"""/seguimiento/<token>: a request as the holder of its link follows it."""

import frappe
from frappe import _

from nervion_service.services import access_tokens, guest_intake, portal

no_cache = 1


def get_context(context):
	"""The story behind the token; any other token, whatever is wrong with it, gets one and the same page with status 404."""
	# scripts of the website may tell the address to others: it is a secret
	context.web_include_js = []
	token = str(frappe.form_dict.get("token") or "")
	try:
		story = guest_intake.story(token)
	except frappe.TooManyRequestsError as error:
		frappe.clear_messages()
		context.update(
			{"story": None, "title": _("Please Wait"), "wait": str(error), "http_status_code": 429}
		)
		return
	if not story:
		context.update({"story": None, "title": _("Not Found"), "wait": None, "http_status_code": 404})
		return
	context.update(
		portal.story_page(
			story,
			lambda name: guest_intake.file_address(token, name),
			is_new=bool(frappe.form_dict.get("nuevo")),
			address=access_tokens.address(token),
			doors={
				"api": "nervion_service.api.public",
				"name": "token",
				"value": token,
				"reader": "guest",
				"elsewhere": "/solicitud",
			},
		)
	)
