"""A folio as its customer is told it (K11): what happened, what comes next, who, by when, and a delay before anything else.

Plain words, first names, nothing internal: no notes, no other cases, no promises among ourselves. Whoever calls has made
sure that the reader may follow the folio.
"""

from typing import Any

import frappe
from frappe import _

from nervion_service.domain.taxonomy import (
	ENDED_STAGES,
	CommitmentKind,
	Nature,
	Stage,
)
from nervion_service.services import (
	commitments,
	customer_messages,
	customer_next,
	customer_steps,
	customer_words,
	duplicates,
	gates,
	safety,
)
from nervion_service.services.complaints import customer_view

DOCTYPE = "Service Folio"
# a second term for the same answer: what we can still say by when, once the first was missed
SECOND_TERM = CommitmentKind.CORPORATE_ANSWER


def story(folio) -> dict[str, Any]:
	"""Everything a customer reads about a folio (a document).

	{"folio", "subject", "description", "state", "stage", "open", "received_at", "steps", "next", "messages", "files", "todo",
	"can", "complaint"}. steps: {"at", "title", "text", "kind"} with kind done, late or ended. next: {"title", "by", "who", "late",
	"admission"} or None. messages and files: see `customer_messages`. todo: {"kind", "text", "upload"}. can: reply, confirm,
	reopen, withdraw. complaint: as `customer_view.panel` gives it; None without.
	"""
	complaint = customer_view.complaint_of(folio)
	files = customer_messages.own_files(folio)
	messages = customer_messages.messages(folio)
	promises = promises_of([folio.name]).get(folio.name, [])
	told = {
		**summary(folio, promises),
		"description": folio.description or "",
		"steps": customer_steps.steps(folio, complaint),
		"messages": messages,
		"files": files,
		"todo": _todo(folio, files, messages, complaint),
		"can": _can(folio, complaint),
		"complaint": customer_view.panel(complaint) if complaint else None,
	}
	return {**told, **_going_on(folio)} if folio.merged_into else told


def _going_on(folio) -> dict[str, Any]:
	"""What a merged folio's reader is told instead: what comes next with the one that goes on for it, and that they may write."""
	# what is promised there is the answer to both; nothing else of it is told
	survivor = frappe.get_doc(DOCTYPE, duplicates.survivor_of(folio))
	is_open = survivor.stage not in ENDED_STAGES
	return {
		"state": _state(folio) if is_open else state(Stage.CLOSED),
		"complaint": None,
		"open": is_open,
		"next": _next_of_survivor(survivor) if is_open else None,
		"can": {"reply": is_open, "confirm": False, "reopen": False, "withdraw": False},
	}


def _next_of_survivor(survivor) -> dict[str, Any]:
	step = customer_next.step_of_ours(survivor, promises_of([survivor.name]).get(survivor.name, []))
	if survivor.stage == Stage.ANSWERED:
		return {**step, "title": _("We have answered it: write to us below if something is missing")}
	return step


def summary(folio, promises) -> dict[str, Any]:
	"""What a card of the list shows; `folio` a document or a row with the fields of SUMMARY_FIELDS."""
	complaint = customer_view.complaint_of(folio) if folio.stage not in ENDED_STAGES else None
	return {
		"folio": folio.name,
		"subject": folio.subject,
		"stage": folio.stage,
		"state": _state(folio, complaint),
		"open": folio.stage not in ENDED_STAGES,
		"received_at": folio.received_at,
		"next": customer_next.following(folio, promises, complaint),
	}


SUMMARY_FIELDS = (
	"name",
	"merged_into",
	"customer",
	"complaint",
	"subject",
	"stage",
	"satisfaction",
	"withdrawal_reason",
	"received_at",
	"assigned_to",
	"first_answered_at",
	"closed_at",
)


def promises_of(folios: list[str]) -> dict[str, list]:
	"""By folio, its open promises that a customer hears of, by due time."""
	# promises of folios that the reader may follow, which the caller made sure
	rows = frappe.get_all(
		commitments.DOCTYPE,
		filters={
			"case_type": DOCTYPE,
			"case_name": ("in", folios or [""]),
			"kind": ("in", (*customer_next.OWN, SECOND_TERM)),
			"status": ("in", commitments.OPEN_STATUSES),
		},
		fields=["case_name", "kind", "status", "due_at"],
		order_by="due_at, name",
		limit_page_length=0,
	)
	found: dict[str, list] = {}
	for row in rows:
		found.setdefault(row.case_name, []).append(row)
	for name, theirs in customer_view.promises_of(folios).items():
		found[name] = sorted((*found.get(name, ()), *theirs), key=lambda row: row.due_at)
	return found


def state(stage: str) -> str:
	"""Where a request stands, in the customer's words."""
	return {
		Stage.REGISTERED: _("We have received it"),
		Stage.ROUTED: _("With our team"),
		Stage.IN_ATTENTION: _("We are attending it"),
		Stage.WAITING: _("We are waiting for your answer"),
		Stage.ANSWERED: _("Answered, please confirm"),
		Stage.CLOSED: _("It is closed"),
		Stage.WITHDRAWN: _("Withdrawn at your request"),
		Stage.REOPENED: _("Taken up again"),
	}.get(stage, _("We have received it"))


def _state(folio, complaint=None) -> str:
	if folio.get("merged_into"):
		return _("Joined with another folio")
	if customer_next.has_spoken(folio):
		return _("We have your word")
	# an ended folio has ended, whatever became of the complaint that it was linked to
	told = customer_view.state(complaint) if complaint and folio.stage not in ENDED_STAGES else None
	return told or state(folio.stage)


# What the reader can do --------------------------------------------------------------------------------------


def _todo(folio, files, messages, complaint=None) -> list[dict[str, Any]]:
	if folio.stage in ENDED_STAGES or customer_next.has_spoken(folio):
		return []
	todo = []
	if folio.stage == Stage.WAITING:
		todo.append({"kind": "answer", "text": _("Answer the question that we asked you."), "upload": True})
	if _can(folio, complaint)["confirm"]:
		todo.append({"kind": "confirm", "text": _("Tell us whether it is solved."), "upload": False})
	elif complaint:
		todo += [
			{"kind": "evidence", "text": text, "upload": True} for text in customer_view.missing(complaint)
		]
	# K1: help comes before evidence
	elif _is_claim(folio) and not safety.needs_help_first(folio):
		todo += _missing_evidence(folio, files, messages)
	return todo


def _missing_evidence(folio, files, messages) -> list[dict[str, Any]]:
	"""What a claim must carry (G5) and only the customer can bring."""
	missing = []
	# whoever was asked and has sent photographs since has sent what was asked for, the label among them
	if any(message["files"] for message in messages if message["mine"]):
		return []
	if not files:
		text = _("Photographs of the damage, near and from some distance.")
		missing.append({"kind": "photos", "text": text, "upload": True})
	if not folio.batch:
		text = _(
			"The batch number, printed on the lid or the bottom of the can: a photograph of it is enough."
		)
		missing.append({"kind": "batch", "text": text, "upload": True})
	return missing


def _is_claim(folio) -> bool:
	return frappe.get_cached_value("Request Type", folio.request_type, "nature") == Nature.CLAIM


def _can(folio, complaint=None) -> dict[str, bool]:
	# whether it is solved is asked once what was promised is done
	is_owed = bool(complaint and customer_view.open_remedies(complaint))
	is_open, spoken = folio.stage not in ENDED_STAGES, customer_next.has_spoken(folio)
	return {
		"reply": is_open,
		"confirm": folio.stage == Stage.ANSWERED and not spoken and not is_owed,
		"reopen": not is_open and bool(gates.reopening_verdict(folio)),
		"withdraw": is_open and not spoken,
	}


# the pages and the tracking page say moments by this name too
moment = customer_words.moment
