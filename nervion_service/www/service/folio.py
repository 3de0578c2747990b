"""/servicio/folio/<name>: the story of one request."""

from urllib.parse import quote

import frappe
from frappe import _

from nervion_service.services import portal

no_cache = 1


def get_context(context):
	"""The story; a folio of somebody else is answered like one that does not exist."""
	if frappe.session.user == "Guest":
		portal.sign_in_first()
	try:
		story = portal.story(frappe.form_dict.get("name") or "")
	except frappe.DoesNotExistError:
		# said on the page itself, in words and with a way on
		frappe.clear_messages()
		context.update({"story": None, "title": _("Folio not found")})
		return
	context.update(
		portal.story_page(
			story,
			lambda name: portal.file_address(story["folio"], name),
			report_address=portal.report_address(story["folio"]),
			doors={
				"api": "nervion_service.api.portal",
				"name": "folio",
				"value": story["folio"],
				"reader": frappe.session.user,
				"elsewhere": f"/servicio/nueva?folio={quote(story['folio'])}",
			},
		)
	)
