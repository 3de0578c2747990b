"""Where a customer lands after signing in: the list of requests, unless the site has a home for its portal already."""

import frappe

from nervion_service.setup import created

SETTINGS, FIELD = "Portal Settings", "default_portal_home"
HOME = "/servicio"


def install() -> None:
	"""Offer our page once as the portal's home; what the site chose, before or after, stays."""
	if HOME in created.names(SETTINGS):
		return
	if not frappe.db.get_single_value(SETTINGS, FIELD):
		frappe.db.set_single_value(SETTINGS, FIELD, HOME)
	created.remember(SETTINGS, HOME)


def uninstall() -> None:
	"""Take the home back if it is still ours."""
	if frappe.db.get_single_value(SETTINGS, FIELD) == HOME:
		frappe.db.set_single_value(SETTINGS, FIELD, "")
