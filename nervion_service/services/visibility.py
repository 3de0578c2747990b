"""The permissions of lists for statements that Frappe does not build: a report counts what its reader could list."""

from frappe.model.db_query import DatabaseQuery


def tail(doctype: str, alias: str) -> str:
	"""The conditions that a list of `doctype` would get for this user, as a tail for WHERE; empty for who sees all.

	alias: how the statement calls the table. Raises PermissionError when the user may list none.
	"""
	conditions = DatabaseQuery(doctype).build_match_conditions()
	if not conditions:
		return ""
	table = f"`tab{doctype}`"
	# the names are looked up in a subquery, where the conditions' own table name stands
	return f" AND {alias}.name IN (SELECT {table}.name FROM {table} WHERE {conditions})".replace("%", "%%")
