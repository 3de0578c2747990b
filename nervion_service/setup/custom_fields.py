"""Fields that the app adds to DocTypes of others, as data: installing and uninstalling read the same list."""

import frappe

from nervion_service.domain.complaint_words import EVERY_STAGE
from nervion_service.domain.taxonomy import AUTOMATIC_KINDS

MODULE = "Nervion Service"

CUSTOM_FIELDS = {
	"Communication": (
		{
			"fieldname": "service_automatic",
			"label": "Written by a Machine",
			"fieldtype": "Select",
			"options": "\n".join(("", *AUTOMATIC_KINDS)),
			"insert_after": "communication_type",
			"read_only": 1,
			"no_copy": 1,
			"depends_on": "service_automatic",
			"description": "Such a message is no answer and no word of the customer",
		},
		{
			"fieldname": "service_template",
			"label": "Answer Template",
			"fieldtype": "Link",
			"options": "Answer Template",
			"insert_after": "service_automatic",
			"read_only": 1,
			"no_copy": 1,
			"depends_on": "service_template",
		},
		{
			"fieldname": "service_thread",
			"label": "First Message of the Thread",
			"fieldtype": "Data",
			"insert_after": "message_id",
			"read_only": 1,
			"hidden": 1,
			"no_copy": 1,
			"search_index": 1,
		},
	),
	"Email Account": (
		{
			"fieldname": "service_company",
			"label": "Company of Its Folios",
			"fieldtype": "Link",
			"options": "Company",
			"insert_after": "append_to",
			"description": "Empty: the default company of the Service Settings",
		},
		{
			"fieldname": "service_machines",
			"label": "Machines Whose Mail Is a Request",
			"fieldtype": "Small Text",
			"insert_after": "service_company",
			"description": "One address a line, or a whole domain such as @example.com: systems of customers that order by e-mail. "
			"Other automatic mail is kept and makes no folio",
		},
		{
			"fieldname": "service_addresses",
			"label": "Other Addresses of Ours",
			"fieldtype": "Small Text",
			"insert_after": "service_machines",
			"description": "One address a line: groups and aliases whose mail is delivered into this account. "
			"A group's mail looks like that of a mailing list, which makes no folio",
		},
	),
	"File": (
		{
			"fieldname": "service_from_customer",
			"label": "Brought by the Customer",
			"fieldtype": "Check",
			"insert_after": "attached_to_field",
			"read_only": 1,
			"no_copy": 1,
			"depends_on": "service_from_customer",
			"description": "The customer sees it on the folio's page",
		},
	),
	"IMAP Folder": (
		{
			"fieldname": "service_fetched",
			"label": "Fetched Up To",
			"fieldtype": "Data",
			"insert_after": "append_to",
			"read_only": 1,
			"hidden": 1,
			"no_copy": 1,
		},
	),
	"Workflow Document State": (
		{
			"fieldname": "service_stage",
			"label": "Service Stage",
			"fieldtype": "Select",
			"options": "\n".join(("", *EVERY_STAGE)),
			"insert_after": "state",
			"in_list_view": 1,
			"description": "What this state means to the promises and indicators, whatever the state is called",
		},
	),
	"Item": (
		{
			"fieldname": "safety_data_sheet",
			"label": "Safety Data Sheet",
			"fieldtype": "Attach",
			"insert_after": "description",
			"description": "Shown at once to whoever reports an accident with this product. Upload it as a public file",
		},
	),
	"Workflow": (
		{
			"fieldname": "service_fingerprint",
			"label": "Fingerprint as Shipped",
			"fieldtype": "Data",
			"insert_after": "workflow_state_field",
			"read_only": 1,
			"hidden": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "service_update_waiting",
			"label": "Shipped Update Not Applied",
			"fieldtype": "Data",
			"insert_after": "service_fingerprint",
			"read_only": 1,
			"no_copy": 1,
			"depends_on": "service_update_waiting",
			"description": "This workflow was edited on this site, so a newer shipped version was not applied",
		},
	),
}


def install() -> None:
	"""Create the fields that are missing and correct those whose definition has changed."""
	for doctype, fields in CUSTOM_FIELDS.items():
		for field in fields:
			_install(doctype, field)


def uninstall() -> None:
	"""Remove the fields together with their columns, which Frappe alone would leave behind."""
	for doctype, fields in CUSTOM_FIELDS.items():
		for field in fields:
			_uninstall(doctype, field["fieldname"])


def _install(doctype: str, field: dict) -> None:
	name = frappe.db.get_value("Custom Field", {"dt": doctype, "fieldname": field["fieldname"]})
	document = frappe.get_doc("Custom Field", name) if name else frappe.new_doc("Custom Field")
	wanted = {"dt": doctype, "module": MODULE, **field}
	if all(document.get(key) == value for key, value in wanted.items()):
		return
	document.update(wanted)
	# set-up runs as the installer
	document.save(ignore_permissions=True)


def _uninstall(doctype: str, fieldname: str) -> None:
	name = frappe.db.get_value("Custom Field", {"dt": doctype, "fieldname": fieldname})
	if name:
		# uninstalling runs as the site's administrator
		frappe.delete_doc("Custom Field", name, force=True, ignore_permissions=True)
	if frappe.db.has_column(doctype, fieldname):
		frappe.db.sql_ddl(f"ALTER TABLE `tab{doctype}` DROP COLUMN `{fieldname}`")
	frappe.clear_cache(doctype=doctype)
