"""What a person asks about their data, from the reception to the answer: access, rectification, opposition, erasure (I3, X12).

The legal term is a promise like any other. Nothing is handed over or erased before the identity was verified; an erasure also
needs an approver, and waits while a case of the person is open. Afterwards the request keeps no word about the person.
"""

import frappe
from frappe import _

from nervion_service.domain.personal_data import PLACES
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import (
	clock,
	events,
	oppositions,
	personal_data_answers,
	personal_data_doubts,
	personal_data_export,
	personal_data_rows,
	personal_data_runs,
	system,
)
from nervion_service.services.personal_data_doubts import scope_of
from nervion_service.services.personal_data_scope import REQUEST

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
	return personal_data_answers.moved(doc, "Identity Verified")


@frappe.whitelist()
def preview(request: str) -> dict[str, int]:
	"""How many rows each place holds of the person: {DocType: rows}, for whoever approves; and how many were left out, and why."""
	doc = system.permitted(DOCTYPE, request, "write")
	scope, found = scope_of(doc), {}
	# what is others' as well is told apart
	for place in (place for place in PLACES if not place.masked):
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
	doc.export_file = personal_data_export.attached(doc, contents, files)
	personal_data_answers.moved(doc, doc.status)
	events.record(doc, Events.DATA_EXPORTED)
	return doc.export_file


@frappe.whitelist(methods=["POST"])
def approve(request: str, means: str | None = None) -> str:
	"""Approve an erasure, which then runs by itself; returns the status.

	means: how the person is told of it, by e-mail unless it says something else.
	"""
	doc = _open(request, "Identity Verified")
	system.require_role(APPROVERS, _("Erasures are approved by one of these roles: {0}."))
	if doc.right != "Erasure":
		frappe.throw(_("Only an erasure needs approval: answer this request instead."), title=_("Not Needed"))
	personal_data_doubts.refuse_undecided(doc)
	doc.answer_means = personal_data_answers.means_of(doc, means)
	doc.update(
		{
			"approved_by": frappe.session.user,
			"approved_at": clock.now(),
			"hold": personal_data_runs.hold_of(doc),
		}
	)
	personal_data_answers.moved(doc, "Approved")
	system.after_commit(personal_data_runs.run, queue="long", request=doc.name)
	return doc.status


@frappe.whitelist(methods=["POST"])
def answer(request: str, text: str, means: str | None = None) -> str:
	"""Tell the person what was done about an access, with its export, a rectification or an opposition; returns the status: done.

	means: E-mail, which sends a letter, Phone, In Person or Letter.
	"""
	doc = _open(request, "Identity Verified")
	if doc.right == "Erasure":
		frappe.throw(_("An erasure is answered by itself when it is done: approve it."), title=_("Not Yet"))
	if doc.right == "Access" and not doc.export_file:
		frappe.throw(_("Prepare the export first: it is what the person asks for."), title=_("Not Yet"))
	personal_data_answers.tell(doc, text, means, doc.export_file if doc.right == "Access" else None)
	if doc.right == "Opposition":
		_oppose(doc)
	return personal_data_answers.end(doc, "Done")


@frappe.whitelist(methods=["POST"])
def refuse(request: str, reason: str, means: str | None = None) -> str:
	"""Refuse a request, and tell the person the reason; returns the status. means: as in `answer`."""
	doc = _open(request, "Received", "Identity Verified", "Approved")
	if doc.progress:
		frappe.throw(_("The erasure has begun: it can no longer be refused."), title=_("Not Now"))
	personal_data_answers.tell(doc, reason, means)
	return personal_data_answers.end(doc, "Refused")


@frappe.whitelist(methods=["POST"])
def tell_otherwise(request: str, means: str) -> str:
	"""Note that the person was told of the erasure in another way, since the letter did not arrive; the erasure then goes on."""
	doc = _open(request, "Approved")
	if not doc.answer_message or doc.progress:
		frappe.throw(_("Only where the letter about an erasure has not gone out."), title=_("Not Needed"))
	if means == personal_data_answers.EMAIL:
		frappe.throw(_("Say how the person was told."), title=_("Missing"))
	personal_data_answers.tell(doc, doc.answer, means)
	doc.hold = None
	personal_data_answers.moved(doc, doc.status)
	system.after_commit(personal_data_runs.run, queue="long", request=doc.name)
	return doc.status


# Pieces ------------------------------------------------------------------------------------------------------


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


def _oppose(doc) -> None:
	"""Mark every address and number that is the person's alone, also where Frappe's own mailings look."""
	scope = scope_of(doc)
	oppositions.note((*scope.emails, *scope.phones), doc.name)
	for doctype, names in (("Contact", scope.contacts), ("Lead", scope.leads)):
		if frappe.db.has_column(doctype, "unsubscribed"):
			for name in names:
				frappe.db.set_value(doctype, name, "unsubscribed", 1, update_modified=False)
