"""The memory of what set-up created on this site.

It answers two questions. Uninstalling asks what in DocTypes of others is ours: a role or a workflow state that the site
already had is not in it, and stays. Updating asks what was offered before: a shipped channel or promise that the customer
deleted is in it, and does not come back.

One row of Frappe's default values holds it, since it must outlive our own DocTypes. It is read and written directly:
Frappe's functions for defaults answer from a cache that is not renewed during an installation.
"""

import json

import frappe

ROW = {"parent": "nervion_service", "defkey": "created_by_setup"}


def names(doctype: str) -> list[str]:
	"""The names of the documents of `doctype` that set-up offered, in the order of their creation."""
	return _load().get(doctype, [])


def remember(doctype: str, name: str) -> None:
	"""Note that set-up created this document; noting it twice changes nothing."""
	memory = _load()
	if name not in memory.setdefault(doctype, []):
		memory[doctype].append(name)
		_store(memory)


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
	frappe.db.delete("DefaultValue", ROW)


def _insert(doctype: str, values: dict) -> None:
	document = frappe.get_doc({"doctype": doctype, **values})
	for link in document.meta.get_link_fields():
		if not link.reqd and document.get(link.fieldname) is None:
			# else Frappe fills in the installer's own defaults: what is for every company would be for one
			document.set(link.fieldname, "")
	# set-up runs as the installer, before any role of ours can hold a permission
	document.insert(ignore_permissions=True)


def _load() -> dict[str, list[str]]:
	return json.loads(frappe.db.get_value("DefaultValue", ROW, "defvalue") or "{}")


def _store(memory: dict[str, list[str]]) -> None:
	text = json.dumps(memory, ensure_ascii=False)
	if frappe.db.exists("DefaultValue", ROW):
		frappe.db.set_value("DefaultValue", ROW, "defvalue", text)
	else:
		frappe.get_doc({"doctype": "DefaultValue", **ROW, "defvalue": text}).db_insert()
