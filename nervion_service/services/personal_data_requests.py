"""What a person asks about their data, from the reception to the answer: access, rectification, opposition, erasure (I3, X12).

The legal term is a promise like any other. Nothing is handed over or erased before the identity was verified; an erasure also
needs an approver, and waits while a case of the person is open. Afterwards the request keeps no word about the person.
"""

import io
import json
import zipfile

import frappe
from frappe import _

from nervion_service.domain.personal_data import PLACES
from nervion_service.domain.taxonomy import ENDED_STAGES, CommitmentKind, Events, Role
from nervion_service.services import (
	clock,
	commitments,
	events,
	personal_data_doubts,
	personal_data_erasure,
	personal_data_export,
	personal_data_rows,
	system,
)
from nervion_service.services.personal_data_checks import OVER, PERSON
from nervion_service.services.personal_data_doubts import scope_of
from nervion_service.services.personal_data_scope import FOLIO, REQUEST, Scope, pluck

DOCTYPE = REQUEST
APPROVERS = (Role.ADMINISTRATOR, Role.COMMERCIAL_DIRECTOR, "System Manager")


# What people do ----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def verify(request: str, means: str) -> str:
	"""Note how the person proved to be who they say, without copying the proof; returns the status."""
	doc = _open(request, "Received")
	if not (means or "").strip():
		frappe.throw(_("Say how the identity was verified."), title=_("Missing"))
	at = clock.now()
	doc.update({"identity_means": means.strip()[:140], "identity_by": frappe.session.user, "identity_at": at})
	return _moved(doc, "Identity Verified")


@frappe.whitelist()
def preview(request: str) -> dict[str, int]:
	"""How many rows each place holds of the person: {DocType: rows}, for whoever approves; and how many were left out, and why."""
	doc = system.permitted(DOCTYPE, request, "write")
	scope, found = scope_of(doc), {}
	for place in PLACES:
		count = len(personal_data_rows.rows_of(place, scope))
		if count:
			found[place.doctype] = max(count, found.get(place.doctype, 0))
	return {**found, **_left_out(scope)}


@frappe.whitelist(methods=["POST"])
def prepare_export(request: str) -> str:
	"""Put everything that is stored about the person into one private ZIP on the request; returns its address."""
	doc = _open(request, "Identity Verified")
	personal_data_doubts.refuse_undecided(doc)
	contents, files = personal_data_export.export(scope_of(doc))
	doc.export_file = _attached(doc, _zipped(contents, files))
	_moved(doc, doc.status)
	events.record(doc, Events.DATA_EXPORTED)
	return doc.export_file


@frappe.whitelist(methods=["POST"])
def approve(request: str) -> str:
	"""Approve an erasure, which then runs by itself; returns the status."""
	doc = _open(request, "Identity Verified")
	system.require_role(APPROVERS, _("Erasures are approved by one of these roles: {0}."))
	if doc.right != "Erasure":
		frappe.throw(_("Only an erasure needs approval: answer this request instead."), title=_("Not Needed"))
	personal_data_doubts.refuse_undecided(doc)
	doc.update({"approved_by": frappe.session.user, "approved_at": clock.now(), "hold": hold_of(doc)})
	_moved(doc, "Approved")
	system.after_commit(run, queue="long", request=doc.name)
	return doc.status


@frappe.whitelist(methods=["POST"])
def answer(request: str, text: str) -> str:
	"""Tell what was done about an access, a rectification or an opposition: it is over; returns the status."""
	doc = _open(request, "Identity Verified")
	if doc.right == "Erasure":
		frappe.throw(_("An erasure is answered by itself when it is done: approve it."), title=_("Not Yet"))
	if doc.right == "Access" and not doc.export_file:
		frappe.throw(_("Prepare the export first: it is what the person asks for."), title=_("Not Yet"))
	return _end(doc, "Done", text)


@frappe.whitelist(methods=["POST"])
def refuse(request: str, reason: str) -> str:
	"""Refuse a request, with the reason that the person is told; returns the status."""
	return _end(_open(request, "Received", "Identity Verified", "Approved"), "Refused", reason)


# The erasure -------------------------------------------------------------------------------------------------


def hold_of(request) -> str | None:
	"""Why an erasure has to wait: what is open needs its facts. None when nothing stands in its way."""
	scope = scope_of(request)
	open_folios = pluck(
		FOLIO,
		{"name": ("in", scope.folios or [""]), "stage": ("not in", ENDED_STAGES)},
	)
	others = pluck(
		DOCTYPE,
		{
			"name": ("in", [name for name in scope.requests if name != request.name] or [""]),
			"status": ("not in", OVER),
		},
	)
	if not (open_folios or others):
		return None
	return _(
		"These are still open and need the data: {0}. The erasure runs by itself once they have ended."
	).format(", ".join((*open_folios, *others)))


def run(request: str) -> bool:
	"""Erase, place by place, each stored by itself; True once all of it is done. Goes on where a killed run stopped."""
	doc = frappe.get_doc(DOCTYPE, request, for_update=True)
	if doc.status != "Approved" or doc.right != "Erasure":
		return doc.status == "Done"
	if not doc.progress and _is_held(doc):
		return False
	progress = json.loads(doc.progress) if doc.progress else _first_progress(doc)
	scope = Scope.load(progress["scope"])
	for place in PLACES:
		# the request's own words go with the last step: until then they say whose data it is
		if place.code not in progress["done"]:
			progress["rows"] += personal_data_erasure.erase(place, scope, kept=(doc.name,))
			progress["done"].append(place.code)
			_note(doc, progress)
	_finish(doc, scope, progress)
	return True


def run_waiting() -> None:
	"""The daily job: erasures that were held back, or that a killed worker left half done."""
	waiting = pluck(DOCTYPE, {"status": "Approved", "right": "Erasure"})
	for name in waiting:
		try:
			run(name)
		except Exception:
			# tomorrow tries again; the others must not wait for this one
			frappe.db.rollback()
			frappe.log_error(title="Erasure of personal data", reference_doctype=DOCTYPE, reference_name=name)
		frappe.db.commit()


def _is_held(doc) -> bool:
	hold = hold_of(doc)
	if hold != (doc.hold or None):
		doc.hold = hold
		_moved(doc, doc.status)
		frappe.db.commit()
	return bool(hold)


def _first_progress(doc) -> dict:
	progress = {"scope": scope_of(doc).dump(), "done": [], "rows": 0}
	_note(doc, progress)
	return progress


def _note(doc, progress) -> None:
	# a job's own notes, each with the place that it has done
	doc.db_set("progress", json.dumps(progress, ensure_ascii=False), update_modified=False)
	frappe.db.commit()


def _finish(doc, scope, progress) -> None:
	personal_data_erasure.finish(scope)
	now = clock.now()
	events.record_many(
		{
			"case_type": FOLIO,
			"case_name": folio,
			"event": Events.REDACTED,
			"happened_at": now,
			"reference_type": DOCTYPE,
			"reference_name": doc.name,
			"company": doc.company,
		}
		for folio in scope.folios
	)
	# its own words first: what is found after that stands elsewhere
	doc.db_set(
		{name: None for name in (*PERSON, "correction", "progress", "hold", "export_file")},
		update_modified=False,
	)
	for row in doc.doubts:
		# erased in the table already; the document would write its own copy back
		row.update({"document": None, "reason": None})
	kept = personal_data_erasure.kept_elsewhere(scope)
	doc.rows_changed = progress["rows"]
	_end(doc, "Done", _told(progress["rows"], kept), by="Administrator")
	frappe.db.commit()


def _told(rows: int, kept: dict[str, int]) -> str:
	text = _("{0} rows were cleared of personal data.").format(rows)
	if kept:
		where = ", ".join(f"{_(doctype)} ({count})" for doctype, count in kept.items())
		text += " " + _("Kept elsewhere, for a person to judge by the law: {0}.").format(where)
	return text


def _left_out(scope) -> dict[str, int]:
	"""What may be somebody else's: a request that gives another address or number takes it in."""
	left = {
		_("Letters of others as well: only the person's name, address and number are taken out"): len(
			scope.shared
		),
		_("Same name, not included"): len(scope.namesakes),
		_("Same number as other people, not included"): len(scope.sharers),
	}
	return {reason: count for reason, count in left.items() if count}


# Pieces ------------------------------------------------------------------------------------------------------


def _open(name: str, *statuses: str):
	"""The request, if the user may change it and it is in one of the statuses."""
	doc = system.permitted(DOCTYPE, name, "write")
	if doc.status not in statuses:
		frappe.throw(
			_("This request is {0}; the step needs: {1}.").format(
				_(doc.status), ", ".join(_(status) for status in statuses)
			),
			title=_("Not Now"),
		)
	return doc


def _moved(doc, status: str) -> str:
	doc.flags.by_service = True
	# a record that was decided about may be gone by now
	doc.flags.ignore_links = True
	doc.status = status
	# the right to do so was asked by the action; an erasure is finished by the system
	doc.save(ignore_permissions=True)
	return doc.status


def _end(doc, status: str, text: str, by: str | None = None) -> str:
	if not (text or "").strip():
		frappe.throw(_("Write what the person is told."), title=_("Missing"))
	now = clock.now()
	doc.update(
		{"answer": text.strip(), "answered_at": now, "answered_by": by or frappe.session.user, "hold": None}
	)
	_moved(doc, status)
	case = (DOCTYPE, doc.name)
	commitments.fulfil(*case, (CommitmentKind.PERSONAL_DATA,), now, case)
	events.record(doc, Events.CLOSED)
	return doc.status


def _attached(doc, content: bytes) -> str:
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{doc.name}.zip",
			"content": content,
			"is_private": 1,
			"attached_to_doctype": DOCTYPE,
			"attached_to_name": doc.name,
			"attached_to_field": "export_file",
		}
	)
	# whoever may change the request, which was asked, may have its export
	return file.insert(ignore_permissions=True).file_url


def _zipped(contents, files) -> bytes:
	packed = io.BytesIO()
	with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
		archive.writestr("data.json", json.dumps(contents, ensure_ascii=False, indent=1, default=str))
		for name, content in files:
			archive.writestr(f"files/{name.replace('/', '_')}", content)
	return packed.getvalue()
