"""/servicio/nueva: a new request."""

import frappe
from frappe import _

from nervion_service.services import portal

no_cache = 1


def get_context(context):
	"""What the form offers; a guest signs in first."""
	if frappe.session.user == "Guest":
		portal.sign_in_first()
	context.update(portal.form())
	context.update({"title": _("New request"), "reference": (frappe.form_dict.get("folio") or "")[:140]})
