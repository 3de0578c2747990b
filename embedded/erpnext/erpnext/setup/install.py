"""What a new site holds before its set-up wizard has run: roles, and how customers are named."""

import frappe

# named by ERPNext but by no DocType of the stand-in, so that syncing does not create them
OTHER_DESK_ROLES = (
	"Quality Manager",
	"Support Team",
	"Purchase Master Manager",
	"Projects User",
	"Analytics",
)
PORTAL_ROLES = ("Customer", "Supplier")


def after_install():
	"""Create the roles that are missing; safe to run again. Tree roots wait for the wizard, which knows the language."""
	for role in OTHER_DESK_ROLES:
		ensure_role(role, desk_access=1)
	for role in PORTAL_ROLES:
		ensure_role(role, desk_access=0)
	frappe.db.set_default("cust_master_name", "Customer Name")


def ensure_role(role, desk_access):
	"""Create a role if missing; syncing gives desk access to every role it creates, so set it here."""
	if frappe.db.exists("Role", role):
		frappe.db.set_value("Role", role, "desk_access", desk_access)
		return
	frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": desk_access}).insert()
