"""Records that only share a name or a number with a person: somebody decides of each one whose it is (I3, X12).

Juan García is many people, and a switchboard has one number. Such records are in no export and no erasure by themselves; before
either is made, whoever attends the request includes or leaves out each of them, and says why.
"""

from typing import Any

import frappe
from frappe import _
from frappe.utils import format_datetime

from nervion_service.services import clock, personal_data, system
from nervion_service.services.personal_data_checks import PERSON
from nervion_service.services.personal_data_crowd import BOOKS

DOCTYPE = personal_data.REQUEST
INCLUDED, LEFT_OUT = "Included", "Left Out"
NAME, NUMBER = "Name", "Number"
# as long as nothing was handed over or erased
OPEN_STATUSES = ("Received", "Identity Verified")
# what a person decides by, beside names, numbers and addresses
_BESIDES = {
	"Service Folio": ("subject", "customer", "received_at"),
	"Contact": ("company_name", "designation"),
	"Lead": ("company_name",),
	DOCTYPE: ("right", "received_at"),
}


def scope_of(request) -> personal_data.Scope:
	"""Everything of the person that a request names, with what was included and without what was left out."""
	decided = {INCLUDED: [], LEFT_OUT: []}
	for row in request.doubts:
		decided[row.decision].append((row.document_type, row.document))
	person = {name: request.get(name) or "" for name in PERSON}
	return personal_data.find(**person, included=decided[INCLUDED], left_out=decided[LEFT_OUT])


def undecided(request) -> dict[tuple[str, str], str]:
	"""The records that nobody has decided about yet, (DocType, name) each, with what they share; in order."""
	scope = scope_of(request)
	known = {(row.document_type, row.document) for row in request.doubts}
	found = {**_kinds(scope.sharers, NUMBER), **_kinds(scope.namesakes, NAME)}
	return {record: found[record] for record in sorted(found) if record not in known}


def refuse_undecided(request) -> None:
	"""Refuse to go on while a record waits for its decision."""
	if waiting := len(undecided(request)):
		frappe.throw(
			_(
				"{0} records share the name or the number with the person: decide first whose they are."
			).format(waiting),
			title=_("Not Yet"),
		)


@frappe.whitelist()
def waiting(request: str) -> list[dict[str, Any]]:
	"""The records to decide about: [{"doctype", "name", "doubt", "told": [[label, value]]}]."""
	doc = system.permitted(DOCTYPE, request, "write")
	if doc.status not in OPEN_STATUSES:
		return []
	return [
		{"doctype": doctype, "name": name, "doubt": doubt, "told": _told(doctype, name)}
		for (doctype, name), doubt in undecided(doc).items()
	]


@frappe.whitelist(methods=["POST"])
def decide(request: str, doctype: str, name: str, decision: str, reason: str) -> int:
	"""Include one record or leave it out, with the reason; returns how many wait still. A new decision takes the older one's place."""
	doc = _changeable(request, decision, reason)
	decided = {(row.document_type, row.document): row for row in doc.doubts}
	record = (doctype, name)
	found = undecided(doc)
	if record not in decided and record not in found:
		frappe.throw(_("{0} is not among the records in doubt.").format(name), title=_("Not Found"))
	if record in decided:
		doc.remove(decided[record])
	_note(doc, record, found.get(record) or decided[record].doubt, decision, reason)
	return _stored(doc)


@frappe.whitelist(methods=["POST"])
def leave_out_the_rest(request: str, reason: str) -> int:
	"""Leave out every record that waits, for one reason; returns how many wait still: none."""
	doc = _changeable(request, LEFT_OUT, reason)
	for record, doubt in undecided(doc).items():
		_note(doc, record, doubt, LEFT_OUT, reason)
	return _stored(doc)


def _changeable(request: str, decision: str, reason: str):
	doc = system.permitted(DOCTYPE, request, "write")
	if doc.status not in OPEN_STATUSES:
		frappe.throw(
			_("Whose a record is can be decided until the data is handed over or erased."), title=_("Not Now")
		)
	if decision not in (INCLUDED, LEFT_OUT):
		frappe.throw(_("Say whether the record is included or left out."), title=_("Missing"))
	if not (reason or "").strip():
		frappe.throw(_("Say why: the reason is missing."), title=_("Reason Missing"))
	return doc


def _note(doc, record: tuple[str, str], doubt: str, decision: str, reason: str) -> None:
	doc.append(
		"doubts",
		{
			"document_type": record[0],
			"document": record[1],
			"doubt": doubt,
			"decision": decision,
			"reason": reason.strip(),
			"decided_by": frappe.session.user,
			"decided_at": clock.now(),
		},
	)


def _stored(doc) -> int:
	if doc.export_file:
		# it was packed under another decision
		url, doc.export_file = doc.export_file, None
		for name in personal_data.pluck("File", {"file_url": url, "attached_to_name": doc.name}):
			# whoever may change the request, which was asked, may take back its export
			frappe.delete_doc(
				"File", name, ignore_permissions=True, delete_permanently=True, flags={"erasure": True}
			)
	doc.flags.by_service = True
	# a record that was decided about earlier may be gone by now
	doc.flags.ignore_links = True
	doc.save()
	return len(undecided(doc))


def _kinds(names: tuple[str, ...], doubt: str) -> dict[tuple[str, str], str]:
	return {
		(doctype, name): doubt
		for doctype in BOOKS
		for name in (personal_data.pluck(doctype, {"name": ("in", names)}) if names else ())
	}


def _told(doctype: str, name: str) -> list[list[str]]:
	book, meta = BOOKS[doctype], frappe.get_meta(doctype)
	wanted = (*book.names, book.email, *book.numbers, *_BESIDES[doctype])
	fields = [fieldname for fieldname in dict.fromkeys(wanted) if meta.has_field(fieldname)]
	# shown to whoever may change the request, which was asked: whose the record is cannot be told without
	values = frappe.db.get_value(doctype, name, fields, as_dict=True) or {}
	return [[_(meta.get_label(field)), _shown(field, value)] for field, value in values.items() if value]


def _shown(fieldname: str, value: Any) -> str:
	return format_datetime(value) if fieldname.endswith("_at") else str(value)
