"""Who may look through an audit's door, and when: it opens and shuts by the clock, on the server (K12)."""

import frappe
from frappe import _

from nervion_service.domain.taxonomy import Role
from nervion_service.services import clock, system

DOCTYPE = "Service Audit"
# who opens audits and answers for them
LEADERS = frozenset({"System Manager", Role.ADMINISTRATOR, Role.QUALITY})
# who reads what came of them besides
READERS = frozenset({*LEADERS, Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, Role.MANAGEMENT})


def reads_all(user: str) -> bool:
	"""Whether this user sees every audit of their companies, whenever it is."""
	return user == "Administrator" or bool(READERS.intersection(frappe.get_roles(user)))


def is_open(audit, at=None) -> bool:
	"""Whether the auditor's time runs at this moment, and was not ended before."""
	at = at or clock.now()
	begins, ends = (frappe.utils.get_datetime(audit.get(field)) for field in ("access_from", "access_until"))
	return not audit.get("revoked_at") and begins <= at < ends


def companies_open_to(user: str) -> list[str]:
	"""The companies of the audits that are open to this auditor at this moment."""
	now = clock.now()
	# an audit says itself to whom it is open
	return frappe.get_all(
		DOCTYPE,
		filters=[
			["auditor", "=", user],
			["revoked_at", "is", "not set"],
			["access_from", "<=", now],
			["access_until", ">", now],
		],
		pluck="company",
		distinct=True,
		order_by="company",
	)


def for_reading(audit: str):
	"""The audit, for its auditor while it is open and for who reads all; PermissionError otherwise."""
	return system.permitted(DOCTYPE, audit, "read")


def for_auditing(audit: str):
	"""The audit, locked, for its own auditor while it is open: nobody else writes findings. PermissionError otherwise."""
	system.permitted(DOCTYPE, audit, "read")
	# whoever may read it was asked; findings are the auditor's although the role writes no document
	doc = frappe.get_doc(DOCTYPE, audit, for_update=True)
	if doc.auditor != frappe.session.user or not is_open(doc):
		_refuse(_("Only the auditor writes here, while the audit is open."))
	return doc


def for_leading(audit: str):
	"""The audit, locked, for who answers for it; PermissionError otherwise."""
	return system.permitted(DOCTYPE, audit, "write")


def drawn(audit, case_type: str, case_name: str):
	"""The row of a case that was drawn; what was not drawn is refused in the same words as what does not exist (X1)."""
	row = next((one for one in audit.cases if (one.case_type, one.case_name) == (case_type, case_name)), None)
	if not row:
		_refuse(_("This case was not drawn for the audit."))
	return row


def saved(audit) -> None:
	"""Store what a service wrote in an audit."""
	audit.flags.by_service = True
	# the callers above asked who it is; the auditor's role writes no document by itself
	audit.save(ignore_permissions=True)


def _refuse(message: str) -> None:
	frappe.throw(message, frappe.PermissionError, title=_("Not Permitted"))
