"""/servicio: the requests of the user's company."""

import frappe
from frappe import _

from nervion_service.services import customer_story, portal

no_cache = 1


def get_context(context):
	"""Cards by status and search; a guest signs in first."""
	if frappe.session.user == "Guest":
		portal.sign_in_first()
	asked = frappe.form_dict
	context.update(portal.requests(asked.get("estado"), asked.get("buscar"), asked.get("pagina")))
	context.update({"title": _("My requests"), "moment": customer_story.moment})
