"""What happened with a complaint, step by step, in its customer's words: read from the history, which holds codes only (K11)."""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _

from nervion_service.domain.complaint_words import Verdict
from nervion_service.domain.taxonomy import CommitmentKind, Events
from nervion_service.services import commitments, customer_words, events
from nervion_service.services.complaints import customer_view

# (title, text, kind) of a step
Step = tuple[str, str, str]


def steps(complaint) -> list[dict[str, Any]]:
	"""{"at", "title", "text", "kind"} of each step, oldest first, as `customer_steps.steps` gives them for a folio."""
	# the history of a complaint that the reader may follow, which the caller made sure
	rows = frappe.get_all(
		events.DOCTYPE,
		filters={
			"case_type": complaint.doctype,
			"case_name": complaint.name,
			"event": ("in", tuple(_TELLERS)),
		},
		fields=["event", "happened_at", "reference_type", "reference_name", "details"],
		order_by="happened_at, name",
		limit_page_length=0,
	)
	context = frappe._dict(
		complaint=complaint, known=customer_view.is_verdict_known(complaint), told=set(), rows=rows
	)
	told = ((row, _TELLERS[row.event](row, context)) for row in rows)
	return [
		{"at": row.happened_at, "title": title, "text": text, "kind": kind}
		for row, step in told
		if step
		for title, text, kind in (step,)
	]


def _is(title: Callable[[], str], text: Callable[[], str] = str) -> Callable[..., Step]:
	return lambda row, context: (title(), text(), "done")


def _registered(row, context) -> Step:
	return (_("Your complaint was registered"), context.complaint.name, "done")


def _assigned(row, context) -> Step | None:
	if row.reference_type != "User" or row.reference_name in context.told:
		return None
	context.told.add(row.reference_name)
	name = customer_words.first_name(row.reference_name)
	role = customer_words.role(row.reference_name) if name else ""
	return (_("{0} has your complaint").format(name), role, "done") if name else None


def _admitted(row, context) -> Step:
	in_part = (frappe.parse_json(row.details) if row.details else {}).get("verdict") == Verdict.PARTIAL
	title = _("Your complaint is justified in part") if in_part else _("Your complaint is justified")
	return (title, "", "done")


def _against(row, context) -> Step | None:
	# the latest is told once a person of ours did; one before it was told before it was objected to
	is_latest = row.happened_at == max(one.happened_at for one in context.rows if one.event == row.event)
	if is_latest and context.complaint.verdict == Verdict.INADMISSIBLE and not context.known:
		return None
	if row.event == Events.APPEAL_REJECTED:
		return (_("Somebody else judged it again and confirmed our decision"), "", "done")
	return (_("Your complaint was judged not justified"), _("Our reasons stand on this page."), "done")


def _broken(row, context) -> Step | None:
	kind = frappe.db.get_value(commitments.DOCTYPE, row.reference_name, "kind")
	title = {
		CommitmentKind.ADMISSIBILITY: _("The promised time to judge your complaint passed"),
		CommitmentKind.CLAIM_RESOLUTION: _("The promised time to resolve your complaint passed"),
	}.get(kind)
	return (title, _("We told those in charge of the service."), "late") if title else None


_TELLERS = {
	Events.COMPLAINT_REGISTERED: _registered,
	Events.ASSIGNED: _assigned,
	Events.EVIDENCE_RECEIVED: _is(lambda: _("Evidence of your complaint reached us")),
	Events.ADMITTED: _admitted,
	Events.DECLARED_INADMISSIBLE: _against,
	Events.APPEALED: _is(
		lambda: _("You objected to our decision"), lambda: _("Somebody else judges it again.")
	),
	Events.APPEAL_UPHELD: _is(lambda: _("Your objection was right")),
	Events.APPEAL_REJECTED: _against,
	Events.ANALYSIS_STARTED: _is(lambda: _("We began to analyse it")),
	Events.REPORT_RELEASED: _is(lambda: _("The report of our analysis is ready for you")),
	Events.REMEDY_DONE: _is(lambda: _("What we promised you was done")),
	Events.COMMITMENT_BREACHED: _broken,
}
