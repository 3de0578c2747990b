"""/servicio/folio/<name>: the story of one request."""

import frappe
from frappe import _

from nervion_service.services import customer_story, portal

no_cache = 1


def get_context(context):
	"""The story; a folio of somebody else is answered like one that does not exist."""
	if frappe.session.user == "Guest":
		portal.sign_in_first()
	story = portal.story(frappe.form_dict.get("name") or "")
	context.update(
		{
			"story": story,
			"title": _("Folio {0}").format(story["folio"]),
			"moment": customer_story.moment,
			"limits": portal.upload_limits(),
			"file_address": lambda name: portal.file_address(story["folio"], name),
		}
	)
