"""What a customer brings to a complaint: told before it is asked, kept by its kind, and the wait for it ended (G5, D19, X3)."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain.complaint_words import COMPLAINT, COMPLAINT_ENDED, ComplaintKind
from nervion_service.services import bells, clock, customer_actions, system, uploads
from nervion_service.services.complaints import customer_terms, evidence, evidence_files, settings

# (name, content) pairs by the kind of evidence that they are
Brought = Mapping[str, Iterable[tuple[str, bytes]]]
# how the files of a form say of which kind they are
FIELD = "evidence:"


# What is asked ------------------------------------------------------------------------------------------------


def of_defect(defect: str | None) -> list[dict[str, Any]]:
	"""What a customer is asked for with such a defect: {"kind", "title", "hint", "minimum"}; the label, which tells the batch, last."""
	return of_defects((defect or "",))[defect or ""]


def of_defects(defects: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
	"""The same for many defects, by their names; "" stands for none."""
	own, has_label = settings.own_kinds(), frappe.db.exists("Evidence Kind", settings.LABEL_KIND)
	found = {}
	for defect in defects:
		required = settings.required_evidence(defect or None)
		wanted = {kind: minimum for kind, minimum in required.items() if kind not in own}
		if has_label:
			wanted.setdefault(settings.LABEL_KIND, 0)
		found[defect] = [_asked(kind, minimum) for kind, minimum in wanted.items()]
	return found


def of_complaint(complaint) -> list[dict[str, Any]]:
	"""The same for a complaint, each with "given" and "owed"; but for products nothing is owed, and the usual kinds are welcome."""
	owed = {dict(one.values).get("kind") for one in evidence.owed_by_customer(complaint)}
	is_product = complaint.kind == ComplaintKind.PRODUCT
	found = of_defect(complaint.defect)
	for row in found:
		row["minimum"] = row["minimum"] if is_product else 0
		row["given"] = evidence.number_given(complaint, row["kind"])
		row["owed"] = row["kind"] in owed
		if is_product and row["kind"] == settings.LABEL_KIND and _needs_label(complaint, row["given"]):
			row.update({"owed": True, "minimum": max(row["minimum"], 1)})
	return found


def missing(complaint) -> list[str]:
	"""What only the customer can bring and has not, a sentence each, in words for the customer."""
	texts = [_sentence(row) for row in of_complaint(complaint) if row["owed"]]
	if complaint.kind == ComplaintKind.PRODUCT:
		if not any(line.item for line in complaint.lines):
			texts.insert(0, _("Which product it is: write its name as on the can."))
		if not complaint.defect:
			texts.insert(0, _("What happens with the product: describe it in a few words."))
	return texts


def _needs_label(complaint, given: int) -> bool:
	return not given and any(line.item and not line.batch for line in complaint.lines)


def _asked(kind: str, minimum: int) -> dict[str, Any]:
	return {"kind": kind, "title": _(kind), "hint": customer_terms.asked(kind), "minimum": minimum}


def _sentence(row: Mapping[str, Any]) -> str:
	still = row["minimum"] - row["given"]
	return _("{0}: {1} still needed").format(row["title"], still)


# What is brought ----------------------------------------------------------------------------------------------


def checked(brought: Brought) -> dict[str, list[tuple[str, bytes]]]:
	"""The files by kind, once all of them may be taken; ValidationError before anything is stored."""
	found = {kind: list(files) for kind, files in brought.items()}
	uploads.check_all(file for files in found.values() for file in files)
	own = settings.own_kinds()
	for kind in found:
		if kind in own or not frappe.db.exists("Evidence Kind", {"name": kind, "disabled": 0}):
			frappe.throw(_("We do not ask customers for this kind of evidence."), title=_("Please Check"))
	for kind in evidence_files.PICTURE_KINDS:
		for name, content in found.get(kind, ()):
			if not uploads.check(name, content).startswith("image/"):
				frappe.throw(
					_("{0} is a document: send a photograph (JPG, PNG, WEBP, HEIC).").format(
						frappe.bold(escape_html(name))
					),
					title=_("File Not Accepted"),
				)
	return {kind: files for kind, files in found.items() if files}


def receive(complaint, folio: str, brought: Brought, text: str, by: str, key: str | None) -> None:
	"""Keep what a customer sends to a complaint, and tell who has it; the wait for it ends as by any word of the customer's.

	folio: the one by which it comes. by: the portal user's address, or the name of who writes. key: the same for a repeated sending.
	Raises ValidationError before anything is stored.
	"""
	brought = checked(brought)
	if complaint.stage in COMPLAINT_ENDED:
		frappe.throw(_("This complaint has ended, so nothing more is needed."), title=_("Not Now"))
	if not brought and not (text or "").strip():
		frappe.throw(_("Choose a photograph, or write something."), title=_("Please Check"))
	told = "\n".join(filter(None, ((text or "").strip(), _summary(brought))))
	customer_actions.reply(folio, told, (), by, key=key)
	add(complaint.name, brought, by)


def add(complaint: str, brought: Brought, by: str) -> int:
	"""Attach files to a complaint as evidence of their kinds, each content once; returns how many are new.

	The caller has made sure that whoever brings them may.
	"""
	doc = frappe.get_doc(COMPLAINT, complaint, for_update=True)
	known = {(row.evidence_kind, row.file) for row in doc.evidence}
	new = []
	for kind, files in brought.items():
		for name, content in files:
			row = (kind, uploads.attach(doc, name, content).file_url)
			if row not in known:
				known.add(row)
				new.append(row)
	if new:
		_store(doc, new, by)
		bells.ring_for_holder(doc, _came)
	return len(new)


def _store(doc, new: list[tuple[str, str]], by: str) -> None:
	for kind, file in new:
		doc.append(
			"evidence",
			{"evidence_kind": kind, "file": file, "provided_by": by[:140], "provided_at": clock.now()},
		)
	doc.flags.by_service = True
	# on behalf of the customer, who holds no permission on complaints and whose own the caller made sure that it is
	with system.as_system():
		doc.save()


def _came(language: str | None) -> str:
	return _("The customer sent evidence for {0}", language)


def _summary(brought: Brought) -> str:
	told = [f"{_(kind)} ({len(list(files))})" for kind, files in brought.items()]
	return _("Sent: {0}").format(", ".join(told)) if told else ""
