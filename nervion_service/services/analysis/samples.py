"""Samples: sealed, labelled, handed from person to person without a gap in the chain (K5)."""

from datetime import datetime
from secrets import token_hex

import frappe
from frappe import _
from frappe.utils import cint, get_datetime

from nervion_service.domain import custody
from nervion_service.domain.complaint_words import ReportStage
from nervion_service.domain.custody import Handover
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import clock, events, refusals, system, wording

DOCTYPE = "Service Sample"
# 80 random bits: a label cannot be guessed, and still fits a small code
_LABEL_BYTES = 10
# what makes it this sample
IDENTITY = ("company", "item", "batch", "is_retained", "quantity")
# who may write down what passed between two others
WITNESSES = frozenset({Role.QUALITY, Role.ADMINISTRATOR, "System Manager"})


def begin(sample) -> None:
	"""A label of its own, and the first line of the chain: who took it."""
	sample.label_code = token_hex(_LABEL_BYTES)
	sample.taken_by = sample.taken_by or frappe.session.user
	sample.taken_at = clock.to_the_minute(sample.taken_at or clock.now())
	if sample.complaint:
		# the user named a complaint that is asked for here
		complaint = system.permitted("Service Complaint", sample.complaint, "read")
		sample.company = sample.company or complaint.company
	if not sample.custody:
		sample.append("custody", _first_line(sample))


def check(sample) -> None:
	"""Refuse a chain with a gap, a change of what was written, another company; then say where the sample stands."""
	for row in sample.custody:
		# a form that shows minutes would take seconds for a change that nobody made
		row.at = clock.to_the_minute(row.at)
	chain, before = chain_of(sample), sample.get_doc_before_save()
	_stamp(sample, before)
	_check_identity(sample, before)
	if before and custody.rewritten(chain_of(before), chain):
		frappe.throw(_(custody.MESSAGES["rewritten"]), title=_("Not Allowed"))
	if before and sample.label_code != before.label_code:
		frappe.throw(_("The code of a label never changes."), title=_("Not Allowed"))
	if problem := custody.problem(chain, clock.now()):
		frappe.throw(
			_("Custody, row {0}: {1}").format(problem.index + 1, _sentence(problem)), title=_("Not Accepted")
		)
	_check_batch(sample)
	sample.state, sample.holder = custody.state(chain), custody.holder(chain)
	sample.place = sample.custody[-1].place


def follow(sample) -> None:
	"""Write the history of what this save added to the chain."""
	before = sample.get_doc_before_save()
	event = Events.SAMPLE_MOVED if before else Events.SAMPLE_TAKEN
	if before and len(sample.custody) == len(before.custody):
		return
	cases = [(DOCTYPE, sample.name)]
	cases += [("Service Complaint", sample.complaint)] if sample.complaint else []
	events.record_many(
		{
			"case_type": kind,
			"case_name": name,
			"event": event,
			"company": sample.company,
			"reference_type": DOCTYPE,
			"reference_name": sample.name,
			"details": {"state": sample.state},
		}
		for kind, name in cases
	)


@frappe.whitelist(methods=["POST"])
def hand_over(
	sample: str,
	action: str,
	to_person: str | None = None,
	condition: str | None = None,
	seal_intact: int = 1,
	place: str | None = None,
	at: str | datetime | None = None,
) -> str:
	"""Add a line to the chain: from whoever has the sample to `to_person` (the same person by default); returns its state."""
	doc = system.permitted(DOCTYPE, sample, "write")
	doc.append(
		"custody",
		{
			"at": get_datetime(at) if at else clock.now(),
			"action": action,
			"from_person": doc.holder,
			"to_person": to_person or doc.holder,
			"condition": condition,
			"seal_intact": cint(seal_intact),
			"place": place,
		},
	)
	doc.save()
	return doc.state


@frappe.whitelist()
def next_steps(sample: str) -> list[str]:
	"""What may happen to a sample next, as codes of the field's options."""
	return list(custody.next_actions(system.permitted(DOCTYPE, sample, "read").state or ""))


def chain_of(sample) -> list[Handover]:
	"""The chain of a sample as the domain reads it."""
	return [
		Handover(
			at=get_datetime(row.at),
			action=row.action,
			taker=row.to_person or "",
			giver=row.from_person or "",
			condition=row.condition or "",
			seal_intact=bool(cint(row.seal_intact)),
			place=row.place or "",
		)
		for row in sample.custody
	]


def _first_line(sample) -> dict:
	return {
		"at": sample.taken_at,
		"action": custody.Action.TAKEN,
		"to_person": sample.taken_by,
		"condition": (sample.condition or "")[:140],
		"seal_intact": 1,
	}


def _stamp(sample, before) -> None:
	"""Each line says who wrote it and when, and only who gives, who takes, or Quality writes it (K5)."""
	written = len(before.custody) if before else 0
	for row, old in zip(sample.custody, before.custody if before else (), strict=False):
		row.update({"recorded_by": old.recorded_by, "recorded_at": old.recorded_at})
	for row in sample.custody[written:]:
		row.update({"recorded_by": frappe.session.user, "recorded_at": clock.now()})
		_check_writer(row)


def _check_writer(row) -> None:
	hands = (row.from_person, row.to_person)
	if frappe.session.user in (*hands, "Administrator") or WITNESSES.intersection(frappe.get_roles()):
		return
	frappe.throw(
		_("Custody, row {0}: only who gives the sample, who takes it, or Quality writes this down.").format(
			row.idx
		),
		frappe.PermissionError,
		title=_("Not Permitted"),
	)


def _check_identity(sample, before) -> None:
	"""What a report rests on stays the sample that it was."""
	changed = before and next(
		(field for field in IDENTITY if str(sample.get(field) or "") != str(before.get(field) or "")), None
	)
	if changed and (report := _report_of(sample.name)):
		frappe.throw(
			_("{0} does not change any more: the report {1} rests on this sample.").format(
				frappe.bold(_(sample.meta.get_label(changed))), frappe.bold(report)
			),
			title=_("Not Allowed"),
		)


def _report_of(sample: str) -> str | None:
	"""A report that was sent to review and names the sample."""
	# a gate of the sample, whose permission was checked; of the report only its number is told
	names = frappe.get_all("RAT Sample Link", {"sample": sample}, pluck="parent")
	written = {
		"name": ("in", names or [""]),
		"stage": ("in", (ReportStage.UNDER_REVIEW, ReportStage.APPROVED)),
	}
	return frappe.db.exists("Technical Analysis Report", written)


def _sentence(problem) -> str:
	values = dict(problem.values)
	for name in ("holder", "giver", "person"):
		if values.get(name) and values[name] != "–":
			values[name] = wording.person(values[name])
	for name in ("state", "action"):
		if name in values:
			values[name] = _(values[name])
	if "possible" in values:
		values["possible"] = ", ".join(_(one) for one in values["possible"].split(", "))
	return refusals.sentence(custody.MESSAGES, problem.code, values)


def _check_batch(sample) -> None:
	# the batch was named by the user; only its item is looked at
	item = sample.batch and frappe.db.get_value("Batch", sample.batch, "item")
	if item and sample.item and item != sample.item:
		frappe.throw(
			_("The batch {0} is of the item {1}, not of {2}.").format(
				frappe.bold(sample.batch), frappe.bold(item), frappe.bold(sample.item)
			),
			title=_("Not Accepted"),
		)
