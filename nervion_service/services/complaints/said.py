"""What was said to and heard from the customer of a complaint, in whichever of its folios, and what of it is an answer (D16, D18, D19)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, strip_html

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.taxonomy import Events
from nervion_service.services import answers, events

FOLIO = "Service Folio"
MESSAGE = "Communication"
EXCERPT = 80  # characters by which a message is known again


def contacts(folios: Sequence[str]) -> answers.Contacts:
	"""What was exchanged in all the folios of a complaint, as one conversation."""
	found = [answers.contacts(name) for name in folios]
	return answers.Contacts(
		tuple(sorted(at for one in found for at in one.outbound)),
		tuple(sorted(at for one in found for at in one.inbound)),
		max(filter(None, (one.reopened_at for one in found)), default=None),
		max(filter(None, (one.resumed_at for one in found)), default=None),
	)


def told(
	complaint: str, folios: Sequence[str], since: datetime | None
) -> list[tuple[datetime, tuple[str, str]]]:
	"""(when, what proves it) of each message or call of ours since that moment, oldest first.

	What asks the customer for evidence is a question: it tells neither a verdict nor an answer.
	"""
	case = {"case_type": COMPLAINT, "case_name": complaint, "event": Events.EVIDENCE_ASKED}
	# the gates ask on behalf of whoever may write the complaint
	asked = set(frappe.get_all(events.DOCTYPE, case, pluck="reference_name"))
	# the gates ask on behalf of whoever may write the complaint
	rows = frappe.get_all(
		events.DOCTYPE,
		{
			"case_type": FOLIO,
			"case_name": ("in", list(folios)),
			"event": ("in", (Events.OUTBOUND, Events.UNDELIVERED)),
		},
		["event", "creation", "happened_at", "reference_type", "reference_name"],
		order_by="happened_at, name",
		limit_page_length=0,
	)
	begin = get_datetime(since) if since else datetime.min
	return [
		(row.happened_at, (row.reference_type, row.reference_name))
		for row in answers.arrived(rows)
		if row.event == Events.OUTBOUND and row.happened_at >= begin and row.reference_name not in asked
	]


def shown(rows: Sequence[tuple[datetime, tuple[str, str]]]) -> list[dict[str, Any]]:
	"""Those rows of `told`, the latest first, as a person knows them again: {"name", "at", "means", "text"}; no markup in the text."""
	names = [name for _at, (doctype, name) in rows if doctype == MESSAGE]
	# of the complaint's own folios, which whoever reads the complaint may read
	messages = frappe.get_all(MESSAGE, {"name": ("in", names)}, ["name", "communication_medium", "content"])
	known = {message.name: message for message in messages}
	return [
		{
			"name": name,
			"at": at,
			"means": _(known[name].communication_medium or ""),
			"text": _excerpt(known[name].content),
		}
		for at, (_doctype, name) in reversed(rows)
		if name in known
	]


def _excerpt(content: str | None) -> str:
	text = " ".join(strip_html(content or "").split())
	return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"


def was_answered(complaint: str) -> bool:
	"""Whether it was answered before: then what proved that answer proves no other."""
	# the gates ask on behalf of whoever may write the complaint
	return bool(
		frappe.db.exists(
			events.DOCTYPE, {"case_type": COMPLAINT, "case_name": complaint, "event": Events.ANSWERED}
		)
	)
