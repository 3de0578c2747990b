"""Which documents a portal user sees: those of the customers that list the user."""

import frappe
from frappe import _


def get_parents_for_user(parenttype):
	"""Names of the customers (`parenttype`) whose portal users include the session's user."""
	# get_all: portal users hold no permission on Customer, and the filter is their own identity
	return frappe.get_all(
		"Portal User",
		filters={"user": frappe.session.user, "parenttype": parenttype},
		pluck="parent",
		order_by="parent",
	)


def has_website_permission(doc, ptype, user, verbose=False):
	"""True when the document's customer lists the session's user."""
	return doc.customer in get_parents_for_user("Customer")


def add_role_for_portal_user(portal_user, role):
	"""Give a newly listed portal user the role, if the session's user may give roles; else ask for it."""
	if not portal_user.is_new():
		return
	user = frappe.get_doc("User", portal_user.user)
	if role in {row.role for row in user.roles}:
		return
	if "System Manager" not in frappe.get_roles():
		frappe.msgprint(_("User {0} still needs the role {1}.").format(portal_user.user, role), alert=True)
		return
	user.add_roles(role)
