"""What the books say of remedies: a document that is submitted proves those that name it, one that is cancelled proves nothing (K3).

It runs inside the submission or cancellation of ERPNext's own document, whoever does that; documents that no remedy names cost
one look into an index.
"""

from collections.abc import Callable, Sequence
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from nervion_service.domain import remedies as domain
from nervion_service.domain.complaint_words import COMPLAINT_ENDED, ComplaintStage
from nervion_service.domain.remedies import Problem, RemedyStage
from nervion_service.domain.taxonomy import CommitmentKind, Events
from nervion_service.services import clock, commitments, events, languages, stages, system
from nervion_service.services.complaints import people
from nervion_service.services.remedies import costs, owing, proofs

DOCTYPE, COMPLAINT = owing.DOCTYPE, owing.COMPLAINT


def submitted(doc) -> None:
	"""A Delivery Note or Sales Invoice was submitted: remedies that name it, or what it was amended from, may be done by it."""
	if doc.get("amended_from"):
		_follow(doc)
	settle(doc.doctype, doc.name)


def cancelled(doc) -> None:
	"""It was cancelled: what it proved is not done any more, its costs are taken back, and whoever has the complaint hears it."""
	for remedy in _naming(doc.doctype, doc.name, (RemedyStage.DONE,)):
		_undo(remedy)


def settle(doctype: str, name: str) -> None:
	"""Ask the document what it proves of the remedies that name it, and write down what it says."""
	remedies = _naming(doctype, name, (*domain.OPEN_STAGES, RemedyStage.DONE))
	proof = remedies and proofs.load(doctype, name)
	if not proof:
		return
	complaints = {one.complaint: frappe.get_doc(COMPLAINT, one.complaint) for one in remedies}
	asked = [proofs.of_remedy(one, complaints[one.complaint].received_at) for one in remedies]
	found = domain.settle(proof, asked)
	for remedy in remedies:
		_apply(remedy, complaints[remedy.complaint], proof, found[remedy.name])


def keep_promise(complaint) -> None:
	"""The promise that a complaint's remedies are done is kept with the last of them, and lapses when none is left."""
	if owing.of(complaint):
		return
	case = (complaint.doctype, complaint.name)
	last = frappe.db.get_value(
		DOCTYPE, {"complaint": complaint.name, "stage": RemedyStage.DONE}, "name", order_by="done_at desc"
	)
	if last:
		commitments.fulfil(*case, (CommitmentKind.REMEDY,), clock.now(), (DOCTYPE, last))
	else:
		commitments.lapse_kinds(*case, (CommitmentKind.REMEDY,), clock.now())


def promise(complaint, due_date: date | str | None = None) -> None:
	"""One promise a complaint: its remedies are done by then; a later one moves no date that the customer was told."""
	case = {"case_type": complaint.doctype, "case_name": complaint.name, "kind": CommitmentKind.REMEDY}
	if not frappe.db.exists(commitments.DOCTYPE, {**case, "status": ("in", commitments.OPEN_STATUSES)}):
		due = getdate(due_date) if due_date else None
		commitments.start(complaint, (CommitmentKind.REMEDY,), clock.now(), due)


def _naming(doctype: str, name: str, stages: Sequence[str]) -> list:
	# the books change what a remedy is, whoever submits them; locked, since two documents may be submitted at once
	names = frappe.get_all(
		DOCTYPE,
		filters={"reference_type": doctype, "reference": name, "stage": ("in", stages)},
		pluck="name",
		order_by="name",
	)
	return [frappe.get_doc(DOCTYPE, one, for_update=True) for one in names]


def _apply(remedy, complaint, proof, problem: str | None) -> None:
	if remedy.stage == RemedyStage.DONE:
		# what was proved stays proved: the one that came later finds nothing left for it
		return
	if problem or remedy.stage != RemedyStage.APPROVED:
		_write(remedy, problem=problem)
		return
	_write(remedy, stage=RemedyStage.DONE, done_at=clock.now(), problem=None)
	reference = (DOCTYPE, remedy.name)
	events.record(complaint, Events.REMEDY_DONE, reference=reference, details={"document": proof.name})
	costs.book_remedy(remedy, proof)
	keep_promise(complaint)
	if domain.is_charged(proofs.of_remedy(remedy, complaint.received_at), proof):
		_ring(
			complaint,
			remedy,
			lambda: _("{0} charges the customer for {1}, the remedy of {2}: see whether it should"),
		)


def _undo(remedy) -> None:
	complaint = frappe.get_doc(COMPLAINT, remedy.complaint, for_update=True)
	_write(remedy, stage=RemedyStage.APPROVED, done_at=None, problem=Problem.NOT_SUBMITTED)
	reference = (DOCTYPE, remedy.name)
	events.record(
		complaint, Events.REMEDY_UNDONE, reference=reference, details={"document": remedy.reference}
	)
	costs.take_back_remedy(remedy)
	if complaint.stage == ComplaintStage.CLOSED:
		_reopen(complaint, remedy)
	if complaint.stage not in COMPLAINT_ENDED:
		promise(complaint)
	_tell(complaint, remedy)


def _reopen(complaint, remedy) -> None:
	"""What was closed with everything made good is owed something again: it is taken up, whoever cancelled the document."""
	with system.as_system(), languages.speaking():
		complaint.reopen_reason = _("{0}, which proved the remedy {1}, was cancelled.").format(
			remedy.reference, remedy.name
		)
		complaint.workflow_state = stages.state_of(ComplaintStage.REOPENED, COMPLAINT)
		complaint.flags.owed_again = True
		complaint.save()


def _follow(doc) -> None:
	"""What named a document that was cancelled and amended names the new one."""
	for remedy in _naming(doc.doctype, doc.amended_from, domain.OPEN_STAGES):
		_write(remedy, reference=doc.name)


def _write(remedy, **values) -> None:
	# derived facts, written beside the document: whoever submits an invoice need not be permitted to edit remedies
	remedy.db_set(values)


def _tell(complaint, remedy) -> None:
	"""What counted as done is owed again."""
	_ring(complaint, remedy, lambda: _("{0} was cancelled: the remedy {1} of {2} is not done any more"))


def _ring(complaint, remedy, sentence: Callable[[], str]) -> None:
	"""The bell of whoever has the complaint, and of Quality; sentence: the words in the language spoken when it is called."""
	for user, language in people.concerned(complaint):
		with languages.speaking(language):
			words = sentence().format(remedy.reference, remedy.name, complaint.name)
		people.ring(complaint, user, words)
