"""A call, or a visit to the store, taken down while the customer waits (S1.1, S1.6, S1.7, K1).

It adds no rule of its own: a folio is inserted with the user's permission as from the form. What it returns is what the
person reads to the caller: the number, what is promised by when, and what to do where somebody is in danger.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime

from nervion_service.domain.safety import SPOKEN_CHANNELS
from nervion_service.domain.taxonomy import CUSTOMER_KINDS
from nervion_service.services import (
	answers,
	clock,
	commitments,
	folio_actions,
	intake,
	lifecycle,
	phones,
	safety,
	safety_calls,
	settings,
	system,
)
from nervion_service.workflows.folio import Action

DOCTYPE = "Service Folio"
CHANNELS = SPOKEN_CHANNELS
# the types that have a button of their own, in an order that hands remember
QUICK_TYPES = (
	"General Information",
	"Order Follow-up",
	"Technical Advice",
	"Complaint",
	"Claim",
	"Commercial Information",
)
SUBJECT_LENGTH = 140
# a party that is to be kept is made by ERPNext's own documents, where the user may
MAKES = ("Lead", "Customer")
FIELDS = (
	"customer",
	"lead",
	"contact",
	"party_name",
	"phone",
	"email",
	"customer_kind",
	"request_type",
	"received_at",
	"product",
	"batch",
	"safety",
	"safety_kind",
	"safety_details",
)


@frappe.whitelist()
def begin() -> dict[str, Any]:
	"""What the dialog shows before anything is typed: {"types", "more_types", "channels", "kinds", "safety", "may_make"}."""
	system.require(DOCTYPE, "create")
	quick, more = _types()
	return {
		"types": quick,
		"more_types": more,
		"channels": [_option(name) for name in _channels()],
		"kinds": [_option(kind) for kind in CUSTOMER_KINDS],
		"safety": safety.question(),
		"may_make": [_option(doctype) for doctype in MAKES if frappe.has_permission(doctype, "create")],
	}


@frappe.whitelist()
def help_at_once(product: str | None = None, batch: str | None = None) -> dict[str, Any]:
	"""What to tell a caller who says that somebody was hurt, before there is a folio (K1), with the sheet of what it was."""
	system.require(DOCTYPE, "create")
	return safety.instructions(product=product or safety_calls.product_of(batch))


@frappe.whitelist(methods=["POST"])
def register(values: str | dict) -> dict[str, Any]:
	"""Register what was typed; returns what to tell the caller: {"folio", "stage", "now", "promises", "safety"}.

	values: FIELDS, with `text` (its first line is the subject), `channel`, `make` ("Lead" or "Customer": keep the new party as
	one), `parent_folio`, an ended case that goes on in this one, and `draft`, a name that the dialog gives to what it registers: the same draft is registered once.
	Raises ValidationError that names the field, and then nothing is stored.
	"""
	system.require(DOCTYPE, "create")
	said = frappe._dict(frappe.parse_json(values))
	folio = _registered_already(said) or _insert(said)
	return told(folio)


@frappe.whitelist(methods=["POST"])
def add_call(folio: str, text: str, values: str | dict | None = None) -> dict[str, Any]:
	"""The caller speaks of a case that exists: keep the call in its conversation; returns what to tell them.

	values: `safety`, the answer to the question that every call is asked, with what else was said of an accident
	(`safety_calls.FACTS`), `received_at`, when the call really was, and `reopen`, to take up a case that has ended. An accident
	rings before anything else.
	"""
	said = frappe._dict(frappe.parse_json(values or {}))
	at = get_datetime(said.received_at) if said.received_at else clock.now()
	if said.reopen:
		# before the accident, in the same transaction: what came from another system has no ladder until it is taken up
		folio_actions.act(folio, Action.REOPEN, {"reopen_reason": text})
	safety_calls.take_down(folio, said, at)
	answers.log_call(folio, "Inbound", text, said.received_at)
	return told(frappe.get_doc(DOCTYPE, folio))


def told(folio) -> dict[str, Any]:
	"""The number of a folio and what is promised of it, for the person who has the customer on the telephone."""
	# its promises may be read by whoever may read the case
	rows = frappe.get_all(
		commitments.DOCTYPE,
		filters={
			"case_type": folio.doctype,
			"case_name": folio.name,
			"status": ("in", commitments.OPEN_STATUSES),
		},
		fields=["kind", "due_at", "status", "paused_at", "basis"],
		order_by="due_at, kind",
	)
	return {
		"folio": folio.name,
		"stage": folio.stage,
		"party": folio.party_name,
		"subject": folio.subject,
		"now": clock.now(),
		"received_at": folio.received_at,
		"promises": [{**row, "label": _(row.kind)} for row in rows],
		"safety": safety.instructions(folio) if safety.needs_help_first(folio) else None,
	}


# Registering -------------------------------------------------------------------------------------------------


def _insert(said):
	folio = frappe.new_doc(DOCTYPE)
	folio.update({name: said.get(name) or None for name in FIELDS})
	folio.product = folio.product or safety_calls.product_of(folio.batch)
	folio.update(_about(said))
	folio.update(_made_party(said))
	ended = lifecycle.ended(said.parent_folio) if said.parent_folio else None
	folio.parent_folio = ended and ended.name
	folio.insert()
	if ended:
		lifecycle.linked(ended, folio.name)
	return folio


def _about(said) -> dict[str, Any]:
	text = (said.text or "").strip()
	if not text:
		frappe.throw(_("Write what the customer asks for: the text is empty."), title=_("Text Missing"))
	return {
		"company": said.company
		or frappe.defaults.get_user_default("Company")
		or settings.value("default_company"),
		"channel": _channel(said),
		"subject": text.splitlines()[0][:SUBJECT_LENGTH],
		"description": text,
		"received_at": said.received_at or clock.now(),
		"received_stamp": "Person",
		"external_id": f"dialog-{said.draft}" if said.draft else None,
	}


def _channel(said) -> str:
	if said.channel in CHANNELS:
		return said.channel
	return frappe.throw(
		_("{0} is to be {1} or {2}: other ways in have their own.").format(
			frappe.bold(_("Channel")), *(_(name) for name in CHANNELS)
		),
		title=_("Wrong Channel"),
	)


def _registered_already(said):
	"""The folio of this very draft, where the answer to its first registration was lost on the way."""
	name = said.draft and intake.find_by_external_id(said.channel or "", "", f"dialog-{said.draft}")
	return system.permitted(DOCTYPE, name, "read") if name else None


def _made_party(said: Mapping[str, Any]) -> dict[str, str]:
	"""The link to a Lead or Customer that is made of what was typed, with the user's own permission."""
	if not said.get("make") or said.get("customer") or said.get("lead"):
		return {}
	makers = {"Lead": _lead, "Customer": _customer}
	if said["make"] not in makers or not (said.get("party_name") or "").strip():
		frappe.throw(
			_("Write the name of the new customer in {0}.").format(frappe.bold(_("Name"))),
			title=_("Name Missing"),
		)
	made = makers[said["make"]](said).insert()
	return {said["make"].lower(): made.name}


def _lead(said):
	number = phones.normalise(said.get("phone")) or said.get("phone")
	lead = {"first_name": said["party_name"].strip(), "mobile_no": number, "email_id": said.get("email")}
	return frappe.get_doc({"doctype": "Lead", **lead})


def _customer(said):
	# group and territory are ERPNext's own defaults: whoever keeps customers gives them later
	return frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": said["party_name"].strip(),
			"customer_type": "Company",
			"mobile_no": phones.normalise(said.get("phone")) or said.get("phone"),
			"email_id": said.get("email"),
		}
	)


# What is offered ---------------------------------------------------------------------------------------------


def _types() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
	names = frappe.get_list(
		"Request Type", filters={"disabled": 0}, pluck="name", order_by="name", limit_page_length=0
	)
	quick = [name for name in QUICK_TYPES if name in names]
	# an administrator may have switched some of them off
	quick += [name for name in names if name not in quick][: len(QUICK_TYPES) - len(quick)]
	more = sorted((_option(name) for name in names if name not in quick), key=lambda option: option["label"])
	return [_option(name) for name in quick], more


def _channels() -> list[str]:
	found = frappe.get_list(
		"Service Channel", filters={"disabled": 0, "name": ("in", CHANNELS)}, pluck="name", order_by="name"
	)
	return [name for name in CHANNELS if name in found]


def _option(value: str) -> dict[str, str]:
	return {"value": value, "label": _(value)}
