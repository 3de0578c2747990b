"""/seguimiento/<token>: a request as the holder of its link follows it."""

import frappe

from nervion_service.services import access_tokens, guest_intake, portal, token_pages

no_cache = 1


def get_context(context):
	"""The story behind the token; any other token, whatever is wrong with it, gets one and the same page with status 404."""
	token, story = token_pages.behind(context, "story", guest_intake.story)
	if not story:
		return
	context.update(
		portal.story_page(
			story,
			lambda name: guest_intake.file_address(token, name),
			is_new=bool(frappe.form_dict.get("nuevo")),
			address=access_tokens.address(token),
			report_address=guest_intake.report_address(token),
			doors={
				"api": "nervion_service.api.public",
				"name": "token",
				"value": token,
				"reader": "guest",
				"elsewhere": "/solicitud",
			},
		)
	)
