"""/aviso-lote/<token>: what a customer is told about a batch, and where the notice is acknowledged (K6)."""

import frappe
from frappe import _

from nervion_service.services import customer_words
from nervion_service.services.batches import recall

no_cache = 1


def get_context(context):
	"""The notice behind the token; any other token, whatever is wrong with it, gets one and the same page with status 404."""
	# scripts of the website may tell the address to others: it is a secret
	context.web_include_js = []
	token = str(frappe.form_dict.get("token") or "")
	try:
		notice = recall.notice(token)
	except frappe.TooManyRequestsError as error:
		frappe.clear_messages()
		context.update(
			{"notice": None, "title": _("Please Wait"), "wait": str(error), "http_status_code": 429}
		)
		return
	context.update({"notice": notice, "token": token, "wait": None, "moment": customer_words.moment})
	if notice:
		context.title = _("Notice about batch {0}").format(notice["batch"])
	else:
		context.update({"title": _("Not Found"), "http_status_code": 404})
