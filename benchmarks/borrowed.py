"""Empty tables in the place of a site's own, and a plain DocType: both gone when the run ends, however it ends.

The site's rows are neither counted nor touched: its table is renamed, an empty one of the same shape stands in for it, and
afterwards the stand-in is dropped and the table gets its name back. A run that was killed is mended by the next.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

_KEPT = "kept by the benchmark "
_NEW = "made by the benchmark"


@contextmanager
def empty_tables(*doctypes: str) -> Iterator[None]:
	"""Inside the block these DocTypes have no rows; nobody else may use the site meanwhile."""
	frappe.db.commit()
	try:
		for doctype in doctypes:
			_put_aside(doctype)
		yield
	finally:
		frappe.db.rollback()
		for doctype in doctypes:
			_give_back(doctype)


def mend() -> None:
	"""Give tables that a run put aside their names back."""
	# the database's own list: no DocType names these tables
	for (kept,) in frappe.db.sql("SHOW TABLES LIKE %s", (f"{_KEPT}%",)):
		_give_back(kept.removeprefix(_KEPT))


def _give_back(doctype: str) -> None:
	if not frappe.db.sql("SHOW TABLES LIKE %s", (_KEPT + doctype,)):
		return
	frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `tab{doctype}`")
	frappe.db.sql_ddl(f"RENAME TABLE `{_KEPT}{doctype}` TO `tab{doctype}`")


def _put_aside(doctype: str) -> None:
	table = f"tab{doctype}"
	frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `{_NEW}`")
	frappe.db.sql_ddl(f"CREATE TABLE `{_NEW}` LIKE `{table}`")
	# one statement: at no moment is there no table of that name
	frappe.db.sql_ddl(f"RENAME TABLE `{table}` TO `{_KEPT}{doctype}`, `{_NEW}` TO `{table}`")


@contextmanager
def plain_doctype(like: str, name: str) -> Iterator[str]:
	"""A custom DocType with the fields of `like` and nothing else: no controller, workflow or rule."""
	drop_doctype(name)
	meta = frappe.get_meta(like)
	fields = [_field(field) for field in meta.fields]
	frappe.get_doc(
		{
			"doctype": "DocType",
			"name": name,
			"module": "Custom",
			"custom": 1,
			"autoname": "hash",
			"track_changes": meta.track_changes,
			"title_field": meta.title_field,
			"fields": fields,
			"permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1}],
		}
	).insert()
	frappe.db.commit()
	try:
		yield name
	finally:
		frappe.db.rollback()
		drop_doctype(name)


def drop_doctype(name: str) -> None:
	"""Take the DocType and its table away, if they are there."""
	if frappe.db.exists("DocType", name):
		frappe.delete_doc("DocType", name, force=True)
	frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `tab{name}`")
	# what its documents left behind
	for doctype, field in (("Version", "ref_doctype"), ("Deleted Document", "deleted_name")):
		frappe.db.delete(doctype, {field: name})
	frappe.db.commit()
	frappe.clear_cache(doctype=name)


_COPIED = (
	"fieldname",
	"fieldtype",
	"label",
	"options",
	"reqd",
	"unique",
	"search_index",
	"default",
	"length",
	"fetch_from",
	"fetch_if_empty",
)


def _field(field) -> dict:
	return {key: field.get(key) for key in _COPIED if field.get(key)}
