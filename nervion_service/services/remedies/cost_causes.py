"""The root cause of a cost as it is known by now: it is often found after the cost was written (K3)."""

import frappe

COMPLAINT, HOLD, ACTION = "Service Complaint", "Service Batch Hold", "Service Corrective Action"


def known(rows) -> dict[str, str]:
	"""{row: the root cause of its complaint, or of its held batch}; "" where nobody has found it. rows: name, complaint, hold."""
	complaints = _by(COMPLAINT, "name", {row.complaint for row in rows})
	holds = _of_holds({row.hold for row in rows if row.hold and not row.complaint})
	return {row.name: complaints.get(row.complaint) or holds.get(row.hold) or "" for row in rows}


def _of_holds(names: set[str]) -> dict[str, str]:
	"""The cause of the complaint by which a batch was held, or of the action that was opened out of the hold."""
	if not names:
		return {}
	# of what the reader may see the cost of
	rows = frappe.get_all(
		HOLD, {"name": ("in", sorted(names))}, ["name", "complaint"], order_by="name", limit_page_length=0
	)
	complaints = _by(COMPLAINT, "name", {row.complaint for row in rows})
	found = {row.name: complaints[row.complaint] for row in rows if complaints.get(row.complaint)}
	return {**_by(ACTION, "source", names), **found}


def _by(doctype: str, column: str, names: set) -> dict[str, str]:
	"""{value of the column: root cause}, of the rows that have one."""
	# the cause of what the reader may see the cost of
	rows = frappe.get_all(
		doctype,
		filters={column: ("in", sorted(filter(None, names)) or [""]), "root_cause": ("is", "set")},
		fields=[column, "root_cause"],
		order_by="creation",
		limit_page_length=0,
	)
	return {row[column]: row.root_cause for row in rows}
