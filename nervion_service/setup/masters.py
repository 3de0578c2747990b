"""What our roles may look up in masters that are not ours, without which nobody could fill in a folio, a rule or a promise.

ERPNext lets its own roles read customers, and hardly anybody choose a batch. So each of ours gets what the folio links to:
to choose it, or to read it where a person needs to know whom they talk to. An outside agency (W8) chooses no customers. A
permission is granted once: what an administrator takes back in the Role Permissions Manager stays taken.
"""

import frappe
from frappe.permissions import setup_custom_perms

from nervion_service.domain.taxonomy import ROLES, Role
from nervion_service.setup import created

# who sets up where cases go and what is promised
IN_CHARGE = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR)
# an auditor is shown what was drawn, and looks nothing up (K12)
OURS = tuple(role for role in ROLES if role != Role.AUDITOR)
STAFF = tuple(role for role in OURS if role != Role.AGENCY)
# DocType → (the right, the roles that get it)
GRANTS = {
	"Company": ("select", OURS),
	"Department": ("select", OURS),
	"Batch": ("select", STAFF),
	"Customer": ("read", STAFF),
	"Lead": ("read", STAFF),
	"Contact": ("read", STAFF),
	"Role": ("select", IN_CHARGE),
	"Holiday List": ("select", IN_CHARGE),
}
GRANTED = "Custom DocPerm"
COPIED = "DocPerm"
# what two permission rows are compared by
RIGHTS = (
	"role",
	"permlevel",
	"if_owner",
	"select",
	"read",
	"write",
	"create",
	"delete",
	"submit",
	"cancel",
	"amend",
	"report",
	"export",
	"import",
	"share",
	"print",
	"email",
)


def install() -> None:
	"""Grant what was not granted before; a role that already has permissions on a master keeps those."""
	for doctype, (right, roles) in GRANTS.items():
		missing = [role for role in roles if _key(doctype, role) not in created.names(GRANTED)]
		if missing:
			_grant(doctype, right, missing)


def uninstall() -> None:
	"""Take the grants back; where nothing else differs from ERPNext's own permissions, those count again."""
	ours = set(created.names(GRANTED))
	for doctype, (_right, roles) in GRANTS.items():
		granted = [role for role in roles if _key(doctype, role) in ours]
		frappe.db.delete(GRANTED, {"parent": doctype, "role": ["in", granted or [""]]})
		if doctype in created.names(COPIED) and _rows(GRANTED, doctype) == _rows(COPIED, doctype):
			frappe.db.delete(GRANTED, {"parent": doctype})
		frappe.clear_cache(doctype=doctype)


def _grant(doctype: str, right: str, roles: list[str]) -> None:
	# Frappe reads either the standard rows or the custom ones: the standard ones are copied first
	if setup_custom_perms(doctype):
		created.remember(COPIED, doctype)
	for role in roles:
		created.remember(GRANTED, _key(doctype, role))
		if not frappe.db.exists(GRANTED, {"parent": doctype, "role": role, "permlevel": 0}):
			row = {"doctype": GRANTED, "parent": doctype, "role": role, "permlevel": 0, "read": 0, right: 1}
			# set-up runs as the installer
			frappe.get_doc(row).insert(ignore_permissions=True)
	frappe.clear_cache(doctype=doctype)


def _key(doctype: str, role: str) -> str:
	return f"{doctype}: {role}"


def _rows(table: str, doctype: str) -> list[tuple]:
	# set-up compares permission rows, which hold no data of anybody
	rows = frappe.get_all(table, {"parent": doctype}, list(RIGHTS))
	return sorted(tuple(str(row[right] or 0) for right in RIGHTS) for row in rows)
