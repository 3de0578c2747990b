"""/servicio: the requests of the user's company."""

import frappe
from frappe import _

from nervion_service.services import customer_story, portal, portal_list

no_cache = 1


def get_context(context):
	"""Cards by what the address asks; a guest signs in first."""
	if frappe.session.user == "Guest":
		portal.sign_in_first()
	context.update(portal_list.requests(frappe.form_dict))
	context.update({"title": _("My requests"), "moment": customer_story.moment})
