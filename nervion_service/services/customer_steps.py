"""What happened with a folio, step by step, in a customer's words: read from the history, which holds codes only."""

from typing import Any

import frappe
from frappe import _

from nervion_service.domain.complaint_words import Verdict
from nervion_service.domain.taxonomy import CommitmentKind, Events, Stage
from nervion_service.services import answers, commitments, customer_messages, customer_words, events
from nervion_service.services.complaints import customer_history


def steps(folio, complaint=None) -> list[dict[str, Any]]:
	"""{"at", "title", "text", "kind"} of each step, oldest first, those of its complaint among them; kind: done, late or ended."""
	# the history of a folio that the reader may follow, which the caller made sure
	rows = frappe.get_all(
		events.DOCTYPE,
		filters={
			"case_type": folio.doctype,
			"case_name": folio.name,
			"event": ("in", (*_TELLERS, Events.UNDELIVERED)),
		},
		fields=[
			"event",
			"happened_at",
			"from_stage",
			"to_stage",
			"reference_type",
			"reference_name",
			"details",
			"creation",
		],
		order_by="happened_at, name",
		limit_page_length=0,
	)
	context = frappe._dict(folio=folio, complaint=complaint, calls=customer_messages.calls(folio), told=set())
	# what did not arrive told the customer nothing
	rows = [row for row in answers.arrived(rows) if row.event != Events.UNDELIVERED]
	told = ((row, _TELLERS[row.event](row, context)) for row in rows)
	own = [{"at": row.happened_at, **_step(*step)} for row, step in told if step]
	if not complaint:
		return own
	return sorted((*own, *customer_history.steps(complaint)), key=lambda step: step["at"])


def _step(title: str, text: str = "", kind: str = "done") -> dict[str, str]:
	return {"title": title, "text": text, "kind": kind}


def _registered(row, context):
	return (_("We received your request"), _("Folio {0}").format(context.folio.name))


def _assigned(row, context):
	if row.reference_type != "User" or row.reference_name in context.told:
		return None
	context.told.add(row.reference_name)
	name = customer_words.first_name(row.reference_name)
	if not name:
		return None
	return (_("{0} has your request").format(name), customer_words.role(row.reference_name))


def _attended(row, context):
	if row.from_stage == Stage.ANSWERED:
		return (_("We took up your request again"),)
	# once each time it is taken up
	if row.to_stage != Stage.IN_ATTENTION or row.from_stage not in (Stage.ROUTED, Stage.REOPENED):
		return None
	return (_("We began to attend it"),)


def _called(row, context):
	if row.reference_name not in context.calls:
		return None
	return (_("You called us"),) if context.calls[row.reference_name] else (_("We called you"),)


def _first_answer(row, context):
	# a call says it by itself
	return None if row.reference_name in context.calls else (_("We answered you"),)


def _broken(row, context):
	kind = frappe.db.get_value(commitments.DOCTYPE, row.reference_name, "kind")
	if kind == CommitmentKind.FIRST_ANSWER:
		return (
			_("The promised time to answer you passed"),
			_("We told those in charge of the service."),
			"late",
		)
	if kind == CommitmentKind.RESOLUTION:
		return (
			_("The promised time to solve it passed"),
			_("We told those in charge of the service."),
			"late",
		)
	return None


def _answered(row, context):
	# a decision against the customer solves nothing: the complaint itself tells of it
	if context.complaint and context.complaint.verdict == Verdict.INADMISSIBLE:
		return None
	return (_("We gave you our answer"), _("Tell us whether it is solved."))


def _closed(row, context):
	without_word = (frappe.parse_json(row.details) if row.details else {}).get("without_word")
	text = (
		_("We could not reach you to confirm it.") if without_word else _("You confirmed that it was solved.")
	)
	return (_("Your request was closed"), text, "ended")


def _withdrawn(row, context):
	other = context.folio.get("merged_into")
	if not other:
		return (_("The request was withdrawn"), "", "ended")
	# the same customer asked twice: what is theirs may be named
	text = _("Folio {0}").format(other) if _is_theirs(other, context.folio) else ""
	return (_("We attend it together with another request of yours"), text, "ended")


def _is_theirs(other: str, folio) -> bool:
	"""Whether another folio is of the same customer, or was asked from the same address."""
	customer, email = frappe.db.get_value(folio.doctype, other, ["customer", "email"])
	if customer and folio.customer:
		return customer == folio.customer
	return bool(email and folio.email) and email.lower() == folio.email.lower()


_TELLERS = {
	Events.REGISTERED: _registered,
	Events.ASSIGNED: _assigned,
	Events.ESCALATED_TO_COORDINATOR: _assigned,
	Events.ACCEPTED: _attended,
	Events.STAGE_CHANGED: _attended,
	Events.WAITING: lambda row, context: (_("We asked you something"),),
	Events.INBOUND: _called,
	Events.OUTBOUND: _called,
	Events.FIRST_ANSWER: _first_answer,
	Events.COMMITMENT_BREACHED: _broken,
	Events.ANSWERED: _answered,
	Events.SOLVED_ASKED: lambda row, context: (_("We asked you to confirm that it is solved"),),
	Events.CLOSED: _closed,
	Events.WITHDRAWN: _withdrawn,
	Events.REOPENED: lambda row, context: (_("Your request was opened again"),),
}
