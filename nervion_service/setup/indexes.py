"""Indexes on tables of others that our pages ask on every request.

By a property of the field, as Frappe's own recorder adds them: an index without one is dropped again by the next migration.
"""

import frappe

from nervion_service.setup import created

SETTER = "Property Setter"
# the portal looks up whose contact its user is, and Frappe keeps no index of it: 38 ms instead of 0.3 ms among 50,000 contacts
INDEXES = (("Contact", "user"),)


def install() -> None:
	"""Add what is missing; a field that somebody has indexed already is left as it is."""
	for doctype, fieldname in INDEXES:
		if not frappe.get_meta(doctype).get_field(fieldname).search_index:
			created.create_missing(SETTER, _name(doctype, fieldname), _values(doctype, fieldname))
			_follow(doctype)


def uninstall() -> None:
	"""Take back those that we added."""
	for doctype, fieldname in INDEXES:
		name = _name(doctype, fieldname)
		if name in created.names(SETTER) and frappe.db.exists(SETTER, name):
			# uninstalling runs as the site's administrator
			frappe.delete_doc(SETTER, name, force=True, ignore_permissions=True)
			_follow(doctype)


def _name(doctype: str, fieldname: str) -> str:
	return f"{doctype}-{fieldname}-search_index"


def _values(doctype: str, fieldname: str) -> dict:
	return {
		"doctype_or_field": "DocField",
		"doc_type": doctype,
		"field_name": fieldname,
		"property": "search_index",
		"property_type": "Check",
		"value": "1",
		"is_system_generated": 1,
	}


def _follow(doctype: str) -> None:
	frappe.clear_cache(doctype=doctype)
	frappe.db.updatedb(doctype)
