"""The memory of what set-up created on this site.

It answers two questions. Uninstalling asks what in DocTypes of others is ours: a role or a workflow state that the site
already had is not in it, and stays. Updating asks what was offered before: a shipped channel or promise that the customer
deleted is in it, and does not come back. One global default holds it, since it must outlive our own DocTypes.
"""

import json

import frappe

KEY = "nervion_service_created"


def names(doctype: str) -> list[str]:
	"""The names of the documents of `doctype` that set-up offered, in the order of their creation."""
	return _load().get(doctype, [])


def remember(doctype: str, name: str) -> None:
	"""Note that set-up created this document; noting it twice changes nothing."""
	memory = _load()
	if name not in memory.setdefault(doctype, []):
		memory[doctype].append(name)
		frappe.db.set_global(KEY, json.dumps(memory))


def create_missing(doctype: str, name: str, values: dict) -> bool:
	"""Insert what the app cannot work without (a role, a workflow state), unless one of that name exists.

	Returns whether it was inserted; never overwrites.
	"""
	if frappe.db.exists(doctype, name):
		return False
	_insert(doctype, values)
	remember(doctype, name)
	return True


def offer_once(doctype: str, name: str, values: dict) -> bool:
	"""Insert a shipped record the first time only: what the customer changes or deletes afterwards stays so.

	Returns whether it was inserted.
	"""
	if name in names(doctype):
		return False
	remember(doctype, name)
	if frappe.db.exists(doctype, name):
		return False
	_insert(doctype, values)
	return True


def forget_all() -> None:
	"""Drop the memory itself; the last act of an uninstall."""
	frappe.defaults.clear_default(key=KEY, parent="__global")


def _insert(doctype: str, values: dict) -> None:
	# set-up runs as the installer, before any role of ours can hold a permission
	frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def _load() -> dict[str, list[str]]:
	return json.loads(frappe.db.get_global(KEY) or "{}")
