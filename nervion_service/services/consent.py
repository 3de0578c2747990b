"""What people are told about their data, and that they agreed: version, moment and means stand on the folio (I3)."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import escape_html, get_datetime, md_to_html

from nervion_service.domain.taxonomy import Events
from nervion_service.services import clock, customer_messages, events

DOCTYPE = "Service Privacy Notice"
# what of a notice is part of what was consented to
FROZEN = ("company", "version", "text", "effective_from", "published", "is_assumption")


class Means:
	"""How consent reached us."""

	WEB_PAGE = "Web Page"
	PORTAL = "Portal"
	PROGRAM = "Program"
	PHONE = "Phone"
	E_MAIL = "E-mail"
	IN_PERSON = "In Person"


def current_notice(company: str):
	"""The published notice of that company which is in force now, or None."""
	# public by its nature: a guest reads it before anything else
	found = frappe.get_all(
		DOCTYPE,
		filters={"company": company, "published": 1, "effective_from": ("<=", clock.now())},
		pluck="name",
		order_by="effective_from desc, name desc",
		limit=1,
	)
	return frappe.get_cached_doc(DOCTYPE, found[0]) if found else None


def as_html(notice) -> str:
	"""The text of a notice as markup that a page can show; markup that does not belong there is taken out."""
	return customer_messages.clean(str(md_to_html(notice.text or "") or ""))


def record(folio, notice: str, means: str, at: datetime | None = None) -> None:
	"""Write on a registered folio which notice the person agreed to, by which means and when; a first consent stays.

	notice: the name of a published Service Privacy Notice. Raises ValidationError for any other, or for another company's.
	"""
	if folio.get("privacy_notice"):
		return
	check_published(notice, folio.company)
	values = {"privacy_notice": notice, "consent_means": means, "consent_at": at or clock.now()}
	# fields that only this service writes, on a folio that the caller has just stored or may write
	frappe.db.set_value(folio.doctype, folio.name, values, update_modified=False)
	folio.update(values)
	events.record(folio, Events.CONSENT_GIVEN, happened_at=values["consent_at"], reference=(DOCTYPE, notice))


def notice_name(company: str, version: str) -> str:
	"""The name of a notice: the company's abbreviation and the version, such as "PN-AVISO-2"."""
	return f"{frappe.get_cached_value('Company', company, 'abbr')}-AVISO-{(version or '').strip()}"


def check_frozen(notice) -> None:
	"""Refuse any change of a published notice."""
	before = notice.get_doc_before_save()
	if before is None or not before.published:
		return
	for fieldname in FROZEN:
		if _plain(notice, fieldname) != _plain(before, fieldname):
			frappe.throw(
				_(
					"{0}: a published privacy notice does not change, people have consented to it. Make a new version."
				).format(frappe.bold(_(notice.meta.get_label(fieldname)))),
				title=_("Not Allowed"),
			)


def check_published(notice: str, company: str) -> None:
	"""Raise ValidationError unless this is a published notice of that company."""
	found = frappe.db.get_value(DOCTYPE, notice, ["published", "company"], as_dict=True)
	if not found or not found.published or found.company != company:
		frappe.throw(
			_("There is no published privacy notice {0} of this company.").format(
				frappe.bold(escape_html(str(notice)))
			),
			title=_("Privacy Notice"),
		)


def _plain(notice, fieldname: str):
	value = notice.get(fieldname)
	if fieldname == "effective_from":
		return get_datetime(value).replace(microsecond=0) if value else None
	return value or None
