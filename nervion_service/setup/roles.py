"""The roles of G18, S1.15 and S7.16: created when missing, the customer's afterwards."""

import frappe

from nervion_service.domain.taxonomy import OUTSIDE_ROLES, ROLES
from nervion_service.setup import created
from nervion_service.setup.custom_fields import MODULE


def install() -> None:
	"""Create the roles that are missing. Ours work on the desk, programs do not; a role that exists is left as it is."""
	for role in (*ROLES, *OUTSIDE_ROLES):
		desk = int(role not in OUTSIDE_ROLES)
		created.create_missing("Role", role, {"role_name": role, "desk_access": desk})


def uninstall(our_doctypes: list[str]) -> None:
	"""Take our roles from everybody and delete those that no permission, page or workflow of others names."""
	ours = [*our_doctypes, *_our_pages()]
	for role in created.names("Role"):
		if not _named_by_others(role, ours):
			frappe.db.delete("Has Role", {"role": role})
			# force: what still links to the role is leaving together with it
			frappe.delete_doc("Role", role, force=True, ignore_permissions=True)


def _named_by_others(role: str, ours: list[str]) -> bool:
	elsewhere = {"role": role, "parent": ["not in", ours]}
	holders = ["User", "Role Profile"]
	return bool(
		frappe.db.exists("DocPerm", elsewhere)
		or frappe.db.exists("Custom DocPerm", elsewhere)
		or frappe.db.exists("Has Role", {**elsewhere, "parenttype": ["not in", holders]})
		or frappe.db.exists("Workflow Transition", {"allowed": role})
		or frappe.db.exists("Workflow Document State", {"allow_edit": role})
	)


def _our_pages() -> list[str]:
	"""What our module shows and restricts to roles."""
	# set-up reads names of our own module, whoever runs it
	return [
		name
		for doctype in ("Page", "Report", "Workspace", "Dashboard Chart")
		for name in frappe.get_all(doctype, {"module": MODULE}, pluck="name")
	]
