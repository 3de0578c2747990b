"""Who sees which case: one predicate feeds the list query and the document check (G7, W8).

Frappe's role permissions and User Permissions (companies) apply before and beside these; hooks can only narrow them.
Every check returns a strict bool, since the engines read anything else differently.
"""

from dataclasses import dataclass

import frappe

from nervion_service.domain.taxonomy import TECHNICAL_ROLES, Role
from nervion_service.services import clock
from nervion_service.services.auditing import access

FOLIO = "Service Folio"
COMPLAINT = "Service Complaint"
CASE_FILE = "Case File"
# what hangs on cases, and the columns that name them: seen by whoever sees one of those, and by who has it
THROUGH = {
	"Service Technical Visit": {"complaint": COMPLAINT, "folio": FOLIO},
	"Technical Analysis Report": {"complaint": COMPLAINT, "folio": FOLIO},
	"Service Sample": {"complaint": COMPLAINT},
	"Complaint Remedy": {"complaint": COMPLAINT},
}
# what a laboratory works on whoever has the case: to test, to review what another wrote (K4), to look for precedents (K9)
LABORATORY = ("Technical Analysis Report", "Service Sample")
# cases that are no folios: seen by whoever may read their DocType, and their promises and events with them
OTHER_CASES = (
	"Personal Data Request",
	"Service Corrective Action",
	"Service Batch Hold",
	"Service Indicator Review",
)
ALL_ROWS = ""
NO_ROWS = "1 = 0"

# Whoever coordinates, receives, or answers for the process sees every case of their companies.
SEE_ALL = frozenset(
	{
		"System Manager",
		Role.ADMINISTRATOR,
		Role.COORDINATOR,
		Role.COMMERCIAL_DIRECTOR,
		Role.EXECUTIVE,
		Role.QUALITY,
		Role.MANAGEMENT,
		Role.SYSTEMS,
		Role.COMMUNITY_MANAGER,
		Role.DIGITAL_COORDINATOR,
	}
)
# These see what is routed to a role that they hold, besides their own; everybody else, such as an agency, only their own.
SEE_ROUTED = frozenset({Role.TECHNICIAN, Role.ENGINEER, Role.PRODUCTION, Role.SALES})


@dataclass(frozen=True)
class Sight:
	"""What a user may see: every case, or those that are theirs or routed to one of `roles`, or none."""

	user: str
	everything: bool
	nothing: bool
	roles: tuple[str, ...]

	def covers(self, case) -> bool:
		"""Whether this case is seen. Kept beside `condition`: the two say the same."""
		if self.everything or self.nothing:
			return self.everything
		return (
			self.user in (case.get("owner"), case.get("assigned_to")) or case.get("route_role") in self.roles
		)

	def condition(self, doctype: str = FOLIO) -> str:
		"""The same as SQL over the table of folios, or of another DocType whose rows are routed and had by somebody."""
		if self.everything:
			return ALL_ROWS
		if self.nothing:
			return NO_ROWS
		table, user = f"`tab{doctype}`", frappe.db.escape(self.user)
		parts = [f"{table}.`owner` = {user}", f"{table}.`assigned_to` = {user}"]
		if self.roles:
			parts.append(f"{table}.`route_role` IN ({', '.join(frappe.db.escape(r) for r in self.roles)})")
		return f"({' OR '.join(parts)})"


def sight(user: str | None = None) -> Sight:
	"""What `user` (the session's by default) may see. Website users see nothing here: the portal asks by itself."""
	user = user or frappe.session.user
	roles = set(frappe.get_roles(user))
	everything = user == "Administrator" or bool(roles & SEE_ALL)
	nothing = not everything and not _is_staff(user)
	return Sight(user, everything, nothing, tuple(sorted(roles & SEE_ROUTED)))


def folio_query(user: str | None = None, doctype: str | None = None) -> str:
	"""The condition that every list, report and search of folios gets."""
	return sight(user).condition()


def folio_has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The same rule for one folio; a new one is nobody's yet, so the role's permission to create decides.

	What counts is the folio as it is stored: a save that names the user as responsible would otherwise open a foreign
	folio, and one that hands the case to somebody else would be refused to the person who has it.
	"""
	seen = sight(user)
	if seen.everything or seen.nothing:
		return seen.everything
	return bool(doc.is_new() or seen.covers(_stored(doc.name)))


def folio_has_website_permission(doc, ptype: str | None = None, user: str | None = None, **_kwargs) -> bool:
	"""No page of Frappe's website shows a folio to anybody: the portal has its own."""
	return False


def complaint_query(user: str | None = None, doctype: str | None = None) -> str:
	"""The condition that every list, report and search of complaints gets.

	Besides who has a complaint or its role: an account manager sees those of his customers, who visits for one sees it, and
	Production what it was told of.
	"""
	seen = sight(user)
	if seen.everything or seen.nothing:
		return seen.condition(COMPLAINT)
	table, who = f"`tab{COMPLAINT}`", frappe.db.escape(seen.user)
	parts = [
		seen.condition(COMPLAINT),
		f"{table}.`name` IN (SELECT complaint FROM `tabService Technical Visit` WHERE assigned_to = {who})",
	]
	roles = set(frappe.get_roles(seen.user))
	if Role.SALES in roles:
		parts.append(f"{table}.`customer` IN (SELECT name FROM `tabCustomer` WHERE account_manager = {who})")
	if Role.PRODUCTION in roles:
		parts.append(
			f"{table}.`name` IN (SELECT parent FROM `tabComplaint Feedback` WHERE area = 'Production')"
		)
	return f"({' OR '.join(parts)})"


def visit_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Visits are seen through their complaint or folio, and by who made or has them."""
	return _through("Service Technical Visit", user)


def report_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Technical analysis reports are seen through their complaint or folio, by who made them, and by the technical area."""
	return _through("Technical Analysis Report", user)


def sample_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Samples are seen through their complaint, by who made them, and by the technical area."""
	return _through("Service Sample", user)


def remedy_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Remedies are seen through their complaint, and by who promised them."""
	return _through("Complaint Remedy", user)


def case_file_query(user: str | None = None, doctype: str | None = None) -> str:
	"""A file holds what its maker could read: others have it through its case, and with costs in it only who may read those (K12)."""
	seen = sight(user)
	if seen.nothing:
		return NO_ROWS
	table = f"`tab{CASE_FILE}`"
	parts = []
	if not frappe.has_permission("Complaint Cost", "read", user=seen.user):
		parts.append(f"{table}.`with_costs` = 0")
	if not seen.everything:
		readable = [
			f"({table}.`case_type` = {frappe.db.escape(case)} AND {table}.`case_name` IN ({_names(case, user)}))"
			for case in (FOLIO, COMPLAINT)
		]
		parts.append(f"({' OR '.join(readable)})")
	if not parts:
		return ALL_ROWS
	return f"({table}.`made_by` = {frappe.db.escape(seen.user)} OR ({' AND '.join(parts)}))"


def _through(doctype: str, user: str | None) -> str:
	seen = sight(user)
	if seen.everything or seen.nothing:
		return seen.condition(doctype)
	if doctype in LABORATORY and set(TECHNICAL_ROLES) & set(frappe.get_roles(seen.user)):
		return ALL_ROWS
	table, who = f"`tab{doctype}`", frappe.db.escape(seen.user)
	columns = THROUGH[doctype]
	parts = [f"{table}.`owner` = {who}"]
	if frappe.get_meta(doctype).has_field("assigned_to"):
		parts.append(f"{table}.`assigned_to` = {who}")
	parts += [f"{table}.`{column}` IN ({_names(case, user)})" for column, case in columns.items()]
	# what belongs to no case, as a retained sample, is seen by whoever may read its kind
	parts.append("(" + " AND ".join(f"IFNULL({table}.`{column}`, '') = ''" for column in columns) + ")")
	return f"({' OR '.join(parts)})"


def row_has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The rule of the list for one stored complaint, visit, report, sample, remedy or file; of a new one the role decides."""
	condition = _condition(doc.doctype, user)
	if condition == ALL_ROWS or doc.is_new():
		return condition != NO_ROWS
	# who may see the row is asked here, by the very condition of the list
	found = frappe.db.sql(f"SELECT 1 FROM `tab{doc.doctype}` WHERE name = %s AND {condition}", doc.name)
	return bool(found)


def audit_query(user: str | None = None, doctype: str | None = None) -> str:
	"""An audit is seen by who answers for it or reads what came of it, and by its auditor while it is open (K12)."""
	user = user or frappe.session.user
	if access.reads_all(user):
		return ALL_ROWS
	table, now = "`tabService Audit`", frappe.db.escape(str(clock.now()))
	return (
		f"({table}.`auditor` = {frappe.db.escape(user)} AND {table}.`revoked_at` IS NULL"
		f" AND {table}.`access_from` <= {now} AND {table}.`access_until` > {now})"
	)


def audit_has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The same rule for one audit."""
	user = user or frappe.session.user
	return access.reads_all(user) or bool(doc.auditor == user and access.is_open(doc))


def commitment_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Promises are seen through their case."""
	return _through_case("Service Commitment", user)


def event_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Events are seen through their case."""
	return _through_case("Service Event", user)


def case_row_has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""A promise or an event is seen by whoever may read its case."""
	user = user or frappe.session.user
	if doc.get("case_type") in (*OTHER_CASES, *THROUGH) and not frappe.has_permission(
		doc.case_type, "read", user=user
	):
		return False
	if doc.get("case_type") in OTHER_CASES or sight(user).everything:
		return True
	if not (doc.get("case_type") and doc.get("case_name")):
		return False
	return bool(frappe.has_permission(doc.case_type, "read", doc=doc.case_name, user=user))


def _through_case(doctype: str, user: str | None) -> str:
	seen, rows = sight(user), f"`tab{doctype}`"
	if seen.nothing:
		return NO_ROWS
	apart = (*OTHER_CASES, *THROUGH)
	hidden = [case for case in apart if not frappe.has_permission(case, "read", user=user)]
	if seen.everything:
		# a row without a case is nobody's secret
		return f"IFNULL({rows}.`case_type`, '') NOT IN ({_listed(hidden)})" if hidden else ALL_ROWS
	open_to_role = [case for case in OTHER_CASES if case not in hidden]
	parts = [f"{rows}.`case_type` IN ({_listed(open_to_role)})"] if open_to_role else []
	parts += [
		f"({rows}.`case_type` = {frappe.db.escape(case)} AND {rows}.`case_name` IN ({_names(case, user)}))"
		for case in (FOLIO, COMPLAINT, *THROUGH)
		if case not in hidden
	]
	# a role may read none of these, as an auditor's
	return f"({' OR '.join(parts)})" if parts else NO_ROWS


def _condition(doctype: str, user: str | None) -> str:
	if doctype == FOLIO:
		return folio_query(user)
	if doctype == CASE_FILE:
		return case_file_query(user)
	return complaint_query(user) if doctype == COMPLAINT else _through(doctype, user)


def _names(doctype: str, user: str | None) -> str:
	"""The names that a user may see, as SQL."""
	table, condition = f"`tab{doctype}`", _condition(doctype, user)
	return f"SELECT {table}.`name` FROM {table}" + (f" WHERE {condition}" if condition else "")


def _listed(names) -> str:
	return ", ".join(frappe.db.escape(name) for name in names)


def _stored(name: str) -> dict:
	# who may see the folio is asked here, so nobody can have been asked before
	return frappe.db.get_value(FOLIO, name, ["owner", "assigned_to", "route_role"], as_dict=True) or {}


def _is_staff(user: str) -> bool:
	return frappe.get_cached_value("User", user, "user_type") == "System User"
