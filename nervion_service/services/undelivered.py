"""Letters of ours that never arrived: nobody was answered by them, and nobody was reached (D16, D18).

A report of the customer's mail server says so, or our own server's refusal. The history keeps both lines, that it was sent and
that it did not arrive; the promises that it had kept run on by their own due times. A letter that is sent once more and goes
out then counts from that moment.
"""

import frappe
from frappe import _

from nervion_service.domain import commitments as domain
from nervion_service.domain import mail
from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.taxonomy import ANSWER_KINDS, ENDED_STAGES, CommitmentKind, Events, Stage
from nervion_service.services import (
	answers,
	bells,
	calendars,
	clock,
	commitment_rows,
	commitments,
	daily_figures,
	events,
	languages,
	our_addresses,
	system,
)
from nervion_service.services.complaints import progress

FOLIO, MESSAGE = answers.DOCTYPE, "Communication"
# an answer about personal data is a letter to its person (I3)
REQUEST = "Personal Data Request"
BOUNCED = "Bounced"
# as Frappe says of a letter that its queue gave up
GIVEN_UP = ("Error", "Expired")


def bounced(message_name: str, report) -> None:
	"""A report (an e-mail message) says that this letter did not arrive; what is still on its way stays as it is.

	A person hears of every report. Only one that can be believed, and that names whom we wrote to, takes the letter back: anybody
	who has read it can write such a report, and a mailbox that it was forwarded to may be full.
	"""
	failed = mail.not_delivered(report)
	if failed is None:
		return
	message = frappe.get_doc(MESSAGE, message_name)
	if not _is_letter(message):
		return
	_ring(message)
	if mail.failed_checks(report) or not _reached_nobody(message, set(failed)) or _was_replied_to(message):
		return
	# a fact about a stored letter, in Frappe's own words
	frappe.db.set_value(MESSAGE, message.name, "delivery_status", BOUNCED)
	_lose(message)


def follow(message) -> None:
	"""What the queue has just said of a letter about a case: given up, or gone out after all."""
	if not _is_letter(message) or message.communication_type != "Communication":
		return
	if message.delivery_status in GIVEN_UP and not _was_sent_to_somebody(message):
		if _lose(message):
			_ring(message)
	elif message.delivery_status == "Sent" and message.reference_doctype == FOLIO:
		_count_again(message)


def _is_letter(message) -> bool:
	return message.reference_doctype in (FOLIO, REQUEST) and message.sent_or_received == "Sent"


def _lose(message) -> bool:
	"""The letter did not arrive; whether that is news."""
	return take_back(message) if message.reference_doctype == FOLIO else _note(message)


def _note(message) -> bool:
	"""Say on the request that its answer did not arrive."""
	told = frappe.db.get_value(REQUEST, message.reference_name, ["answer_message", "hold"], as_dict=True)
	with languages.speaking():
		words = _("The letter to the person could not be sent: tell them in another way.")
	if not told or told.answer_message != message.name or told.hold == words:
		return False
	# the machine's own note: whoever has the request open can save it all the same
	frappe.db.set_value(REQUEST, message.reference_name, "hold", words, update_modified=False)
	return True


def take_back(message) -> bool:
	"""Count a letter to the customer as not arrived; whether it had counted until now."""
	folio = frappe.get_doc(FOLIO, message.reference_name, for_update=True)
	if not _counts(folio, message):
		return False
	evidence = (message.doctype, message.name)
	events.record(folio, Events.UNDELIVERED, reference=evidence)
	if folio.stage == Stage.ANSWERED:
		attempts = answers.contacts(folio.name).attempts_since(folio.answered_at, folio.company)
		folio.db_set("closing_attempts", attempts)
	if folio.complaint:
		_owe_progress_again(folio.complaint, evidence)
	# what has ended owes nobody an answer any more
	if folio.stage not in ENDED_STAGES and not folio.is_history:
		_owe_answer_again(folio, evidence)
	return True


def _count_again(message) -> None:
	history = _history(message.reference_name)
	mine = [row for row in history if row.reference_name == message.name]
	if any(row.event == Events.UNDELIVERED for row in mine) and not _has_outbound(answers.arrived(mine)):
		answers.sent_once_more(message, clock.now())


def _counts(folio, message) -> bool:
	mine = [row for row in _history(folio.name) if row.reference_name == message.name]
	return _has_outbound(answers.arrived(mine))


def _has_outbound(rows) -> bool:
	return any(row.event == Events.OUTBOUND for row in rows)


def _history(folio: str) -> list:
	# what became of a letter is asked by the system, whoever may see its folio
	return frappe.get_all(
		events.DOCTYPE,
		{
			"case_type": FOLIO,
			"case_name": folio,
			"event": ("in", (Events.OUTBOUND, Events.UNDELIVERED)),
		},
		["event", "happened_at", "creation", "reference_type", "reference_name"],
		order_by="happened_at, creation",
		limit_page_length=0,
	)


# What it had kept ---------------------------------------------------------------------------------------------


def _owe_answer_again(folio, evidence: tuple[str, str]) -> None:
	"""The first answer is the first that arrived; promises that this letter had kept are kept by the next one, or run on."""
	others = [row for row in answers.arrived(_history(folio.name)) if row.event == Events.OUTBOUND]
	if folio.first_answer == evidence[1]:
		daily_figures.release(FOLIO, [folio.name])
		first = others[0] if others else frappe._dict()
		folio.db_set(
			{
				"first_answered_at": first.get("happened_at"),
				"first_answer_type": first.get("reference_type"),
				"first_answer": first.get("reference_name"),
			}
		)
	_run_on(FOLIO, folio.name, ANSWER_KINDS, evidence)
	exchanged = answers.contacts(folio.name)
	for row in others:
		if exchanged.is_since_reopening(row.happened_at):
			proof = (row.reference_type, row.reference_name)
			commitments.fulfil(FOLIO, folio.name, ANSWER_KINDS, row.happened_at, proof)
			break


def _owe_progress_again(name: str, evidence: tuple[str, str]) -> None:
	complaint = frappe.get_doc(COMPLAINT, name)
	if progress.is_owed(complaint):
		progress.untold(complaint, _run_on(COMPLAINT, name, (CommitmentKind.PROGRESS,), evidence))


def _run_on(case_type: str, case_name: str, kinds, evidence: tuple[str, str]) -> list:
	"""What the letter had kept is owed again; returns the rows as they were."""
	of_evidence = {
		"case_type": case_type,
		"case_name": case_name,
		"kind": ("in", tuple(kinds)),
		"evidence_type": evidence[0],
		"evidence": evidence[1],
	}
	# promises follow their case, whoever may read them
	names = frappe.get_all(commitments.DOCTYPE, of_evidence, pluck="name", order_by="name")
	daily_figures.release(commitments.DOCTYPE, names)
	rows = [_locked(name) for name in names]
	system.update_rows(commitments.DOCTYPE, [_running(row) for row in rows])
	now = clock.now()
	events.record_many(
		commitment_rows.event_row(row, Events.COMMITMENT_TAKEN_BACK, now, {"status": row.status})
		for row in rows
	)
	return rows


def _locked(name: str):
	return frappe.db.get_value(
		commitments.DOCTYPE, name, commitment_rows.ROW_COLUMNS, as_dict=True, for_update=True
	)


def _running(row) -> dict:
	promise = domain.take_back(commitment_rows.snapshot(row), calendars.get(row.calendar))
	return {
		"name": row.name,
		"modified": clock.now(),
		**commitment_rows.row_values(promise),
		"evidence_type": None,
		"evidence": None,
	}


# Whom it reached ----------------------------------------------------------------------------------------------


def _reached_nobody(message, failed: set[str]) -> bool:
	"""Whether every reader outside is named as not reached; a report that names none of them speaks of somebody else."""
	readers = _outside(message)
	return bool(readers) and readers <= failed


def _was_replied_to(message) -> bool:
	"""Whether somebody outside has answered the letter: then it was read."""
	cases = [message.reference_name]
	if message.reference_doctype == FOLIO:
		# where the reply is found after a merge
		cases.append(frappe.db.get_value(FOLIO, message.reference_name, "merged_into") or cases[0])
	# whoever may see the folio: that it was read is a fact
	replies = frappe.get_all(
		MESSAGE,
		{
			"reference_doctype": message.reference_doctype,
			"reference_name": ("in", cases),
			"in_reply_to": message.name,
			"sent_or_received": "Received",
			"service_automatic": ("is", "not set"),
		},
		pluck="sender",
	)
	return bool(_without_us(mail.addresses(*replies)))


def _was_sent_to_somebody(message) -> bool:
	# the queue of this very letter
	queues = frappe.get_all("Email Queue", {"communication": message.name}, pluck="name")
	# the queue of this very letter, as above
	sent = frappe.get_all(
		"Email Queue Recipient", {"parent": ("in", queues or [""]), "status": "Sent"}, pluck="recipient"
	)
	return bool(_outside(message) & set(mail.addresses(*sent)))


def _outside(message) -> set[str]:
	return _without_us(mail.addresses(message.recipients, message.cc, message.bcc))


def _without_us(addresses) -> set[str]:
	return set(addresses) - our_addresses.of_staff(addresses)


def _ring(message) -> None:
	bells.ring_for_holder(
		frappe.get_doc(message.reference_doctype, message.reference_name),
		lambda language: _("An e-mail about {0} could not be delivered", language),
	)
