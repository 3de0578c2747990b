"""The record of a folio on paper: what was asked, promised, done and said, for the customer's file and for an auditor (S1.16, G19).

A print format may not look anything up by itself, so it asks here; texts are plain, and the format escapes them.
"""

from typing import Any

import frappe
from frappe import _
from frappe.utils import format_date, get_datetime, strip_html

from nervion_service.services import (
	calendars,
	clock,
	customer_messages,
	duplicates,
	folio_view,
	party,
	promise_timeline,
	system,
	wording,
)

DOCTYPE = "Service Folio"
MOMENTS = ("received_at", "registered_at", "answered_at", "closed_at", "satisfaction_at")
# a mail may carry a whole thread of quotes along; what is left out is marked
MESSAGE_LENGTH = 3000


def service_folio_record(folio: str) -> dict[str, Any]:
	"""What the print of a folio shows beside its own fields: {"company", "moments", "promises", "history", "messages", "procedure",
	"version", "printed_at", "printed_by" …}; moments and durations are written out in the reader's language.

	Raises PermissionError without the right to read it, also where a template names another folio.
	"""
	doc = system.permitted(DOCTYPE, folio, "read")
	return {
		"company": _company(doc.company),
		"description": plain(doc.description),
		"resolution": plain(doc.resolution),
		"moments": {name: moment(doc.get(name)) for name in MOMENTS},
		"working_time": _working_time(doc),
		"promises": [_promise(row) for row in promise_timeline.timeline(doc)],
		"history": [_line(line, doc.name) for line in reversed(folio_view.history(doc, everything=True))],
		"messages": _messages(doc),
		"merged": duplicates.merged_into(doc.name),
		"procedure": doc.procedure,
		"version": doc.procedure_version,
		"printed_at": moment(clock.now()),
		"printed_by": frappe.get_cached_value("User", frappe.session.user, "full_name"),
	}


def moment(at) -> str:
	"""A moment as paper shows it; empty where there is none."""
	return f"{format_date(at)} {get_datetime(at):%H:%M}" if at else ""


def plain(text: str | None) -> str:
	"""What a person reads of a text that may be a mail's page."""
	text = text or ""
	for ending in ("<br>", "</p>", "</div>", "</li>"):
		text = text.replace(ending, "\n")
	return strip_html(text).strip()


def _company(name: str) -> dict[str, str]:
	# the company's own head, for whoever may read its folio
	row = frappe.db.get_value("Company", name, ["company_name", "tax_id", "phone_no", "email"], as_dict=True)
	return {key: value for key, value in (row or {"company_name": name}).items() if value}


def _working_time(doc) -> str:
	"""How long it took until it was answered, or has taken so far, in working time."""
	_name, calendar = calendars.for_company(doc.company)
	end = max(doc.answered_at or doc.closed_at or clock.now(), doc.effective_at)
	return wording.duration(calendar.elapsed(doc.effective_at, end).total_seconds())


def _promise(row) -> dict[str, str]:
	return {
		"label": row["label"],
		"started": moment(row["started_at"]),
		"due": moment(row["due_at"]),
		"kept": moment(row["fulfilled_at"]),
		"status": _(row["status"]),
		"paused": wording.duration(row["paused_seconds"]) if row["paused_seconds"] else "",
		"broken": bool(row["breached_at"]),
	}


def _line(line, folio: str) -> dict[str, str]:
	moved = f"{line['from_label']} → {line['to_label']}" if line["from_label"] and line["to_label"] else ""
	return {
		"at": moment(line["happened_at"]),
		"what": " · ".join(filter(None, (line["label"], moved, line["channel"]))),
		"who": line["actor_name"] or "",
		"folio": line["case_name"] if line["case_name"] != folio else "",
	}


def _messages(doc) -> list[dict[str, str]]:
	# the messages of a case are read by whoever may read the case
	rows = frappe.get_all(
		"Communication",
		filters={
			"reference_doctype": DOCTYPE,
			"reference_name": ("in", [doc.name, *duplicates.merged_into(doc.name)]),
			"communication_type": ("in", ("Communication", "Automated Message")),
		},
		fields=[*customer_messages.FIELDS, "communication_type"],
		order_by="communication_date, name",
		# a record that leaves out the answer is none
		limit_page_length=0,
	)
	addresses = party.emails_of(doc)
	return [
		{
			"at": moment(row.communication_date),
			"who": row.sender_full_name or row.sender or "",
			"between": _between(row, addresses),
			"medium": _(row.communication_medium or ""),
			"text": _shortened(plain(row.content)),
		}
		for row in rows
	]


def _between(row, addresses: set[str]) -> str:
	"""Who spoke to whom: what was said among ourselves, or to a laboratory, is no word to the customer."""
	if row.communication_type == "Automated Message":
		return _("Sent by itself")
	if not customer_messages.is_with_customer(row, addresses):
		return _("Not with the customer")
	return _("We said") if row.sent_or_received == "Sent" else _("The customer said")


def _shortened(text: str) -> str:
	return text if len(text) <= MESSAGE_LENGTH else f"{text[:MESSAGE_LENGTH].rstrip()} […]"
