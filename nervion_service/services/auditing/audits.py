"""An audit as a record: opened by Quality for somebody else, for a time, with its sample drawn and sealed (K12)."""

from secrets import token_hex

import frappe
from frappe import _
from frappe.utils import cast, get_datetime, getdate

from nervion_service.domain.taxonomy import Role
from nervion_service.services import bells, clock, languages
from nervion_service.services.auditing import access, sampling
from nervion_service.services.complaints import records

# what people change afterwards; everything else is what the audit was opened with
CHANGEABLE = frozenset({"title", "access_until"})
MOST_CASES = 200


def prepare(audit) -> None:
	"""What a new audit begins with, whatever was sent: its seed, who opened it, and the cases that the seed draws."""
	_check_terms(audit)
	audit.update({"seed": token_hex(8), "opened_by": frappe.session.user, "opened_at": clock.now()})
	audit.update(dict.fromkeys(("revoked_at", "revoked_by", "conclusion")))
	audit.update({"cases": [], "findings": []})
	sampling.draw(audit)


def check(audit) -> None:
	"""Refuse a window that makes no sense, and changes of what the audit was opened with."""
	_check_terms(audit)
	if not audit.is_new() and not audit.flags.by_service:
		_check_sealed(audit)


def tell(audit) -> None:
	"""The auditor hears of it."""
	with languages.speaking(frappe.db.get_value("User", audit.auditor, "language")):
		subject = _("You may look at the audit {0} until {1}").format(
			audit.name, frappe.utils.format_datetime(audit.access_until)
		)
	bells.ring(audit.auditor, subject, access.DOCTYPE, audit.name)


@frappe.whitelist(methods=["POST"])
def revoke(audit: str) -> None:
	"""End the auditor's access at once; what was found stays."""
	doc = access.for_leading(audit)
	if not doc.revoked_at:
		doc.update({"revoked_at": clock.now(), "revoked_by": frappe.session.user})
		access.saved(doc)


def _check_terms(audit) -> None:
	if get_datetime(audit.access_until) <= get_datetime(audit.access_from):
		_refuse(_("The access must end after it begins."))
	if getdate(audit.period_to) < getdate(audit.period_from):
		_refuse(_("The period must end on or after the day on which it begins."))
	counts = [audit.get(field) or 0 for field in sampling.KINDS.values()]
	if min(counts) < 0 or not 0 < sum(counts) <= MOST_CASES:
		_refuse(_("Draw between 1 and {0} cases.").format(MOST_CASES))
	if audit.is_new():
		_check_auditor(audit)


def _check_auditor(audit) -> None:
	if audit.auditor == frappe.session.user:
		_refuse(_("Nobody audits what they opened: choose another person as auditor."))
	enabled = frappe.db.get_value("User", audit.auditor, "enabled")
	if not enabled or Role.AUDITOR not in frappe.get_roles(audit.auditor):
		_refuse(
			_("{0} is no auditor: an administrator gives the role {1} to an enabled user first.").format(
				audit.auditor, _(Role.AUDITOR)
			)
		)


def _check_sealed(audit) -> None:
	before = audit.get_doc_before_save()
	sealed = [df for df in audit.meta.fields if df.fieldname not in CHANGEABLE and df.fieldtype != "Table"]
	changed = any(_value(audit, df) != _value(before, df) for df in sealed)
	if changed or _rows(audit) != _rows(before):
		records.refuse_typing(audit)


def _value(audit, df):
	value = audit.get(df.fieldname)
	return cast(df.fieldtype, value) if value else None


def _rows(audit) -> list[list]:
	rows = [row for table in ("cases", "findings") for row in audit.get(table)]
	return [[row.name, *(_value(row, df) for df in row.meta.fields)] for row in rows]


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Not Possible"))
