"""Rectification: one wrong name, address or number, made right in every record of the person that says it today (I3).

A value is corrected where it stands whole, a number in whichever spelling. Letters, signatures and history stay as they were given.
It writes past the controllers, since sealed fields are among what is corrected; invoices, users and customers have ERPNext's own ways.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import validate_email_address

from nervion_service.domain.personal_data import PLACES
from nervion_service.services import personal_data_answers, personal_data_doubts, phones, system
from nervion_service.services.personal_data_checks import PERSON
from nervion_service.services.personal_data_rows import present, rows_of
from nervion_service.services.personal_data_scope import REQUEST

E164 = "phone_e164"
# names that are put together from parts
_PUT_TOGETHER = ("full_name", "lead_name")


@dataclass(frozen=True)
class Correction:
	"""What one record says, and what it is to say."""

	doctype: str
	name: str
	field: str
	old: str
	new: str


@frappe.whitelist()
def preview(request: str, old: str, new: str) -> list[dict[str, Any]]:
	"""What would change: [{"doctype", "name", "label", "old", "new"}], so that somebody looks at it before."""
	doc = _correctable(request)
	return [
		{
			"doctype": found.doctype,
			"name": found.name,
			"label": _(frappe.get_meta(found.doctype).get_label(found.field)),
			"old": found.old,
			"new": found.new,
		}
		for found in _corrections(doc, *_checked(old, new))
	]


@frappe.whitelist(methods=["POST"])
def correct(request: str, old: str, new: str) -> int:
	"""Write the new value wherever the old one stands; returns how many values changed. The request keeps what was done."""
	doc = _correctable(request)
	personal_data_doubts.refuse_undecided(doc)
	old, new = _checked(old, new)
	found = list(_corrections(doc, old, new))
	if not found:
		frappe.throw(
			_("None of the person's records says {0}.").format(frappe.bold(old)), title=_("Not Found")
		)
	for one in found:
		_write(one)
	for name in PERSON:
		# the answer goes to the new address
		if name != "customer" and _says(doc.get(name), old):
			doc.set(name, new)
	line = _("{0} → {1}: {2} values corrected").format(old, new, len(found))
	doc.outcome = "\n".join(filter(None, (doc.outcome, line)))
	personal_data_answers.moved(doc, doc.status)
	return len(found)


def _correctable(request: str):
	doc = system.permitted(REQUEST, request, "write")
	if doc.right != "Rectification" or doc.status != "Identity Verified":
		frappe.throw(
			_("Only for a rectification of a person whose identity was verified."), title=_("Not Now")
		)
	return doc


def _checked(old: str, new: str) -> tuple[str, str]:
	old, new = (old or "").strip(), (new or "").strip()
	if not old or not new or old == new:
		frappe.throw(_("Write what is wrong, and how it should read."), title=_("Missing"))
	if "@" in old and not validate_email_address(new):
		frappe.throw(_("{0} is no e-mail address.").format(frappe.bold(new)), title=_("E-mail"))
	if _is_number(old) and not phones.normalise(new):
		frappe.throw(_("{0} is no telephone number.").format(frappe.bold(new)), title=_("Phone"))
	return old, new


def _corrections(doc, old: str, new: str) -> Iterator[Correction]:
	scope = personal_data_doubts.scope_of(doc)
	for place in (place for place in PLACES if place.identity):
		columns = present(place.doctype, place.identity)
		# as in `pluck`: of the person's own records
		rows = frappe.get_all(
			place.doctype,
			{"name": ("in", rows_of(place, scope) or [""])},
			["name", *columns],
			order_by="name",
			limit_page_length=0,
		)
		for row in rows:
			for column in columns:
				if _says(row[column], old):
					value = phones.normalise(new) if column == E164 else new
					yield Correction(place.doctype, row.name, column, row[column], value)


def _says(value: str | None, old: str) -> bool:
	if not value:
		return False
	return " ".join(value.lower().split()) == " ".join(old.lower().split()) or (
		_is_number(old) and phones.same(value, old)
	)


def _is_number(text: str) -> bool:
	return "@" not in text and bool(phones.normalise(text))


def _write(one: Correction) -> None:
	values = {one.field: one.new}
	if one.field in _PUT_TOGETHER:
		first, _space, last = one.new.partition(" ")
		values |= {"first_name": first, "middle_name": None, "last_name": last or None}
	frappe.db.set_value(one.doctype, one.name, values, update_modified=False)
