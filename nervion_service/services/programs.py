"""What a program may do through the REST interface: register a request and ask where it stands.

A program is a user with the role Service API, or a person who may create folios. It sees what it registered itself, by the
account that stands on the folio; anything else is answered like what does not exist (X1).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import get_datetime, get_system_timezone

from nervion_service.domain.taxonomy import Role
from nervion_service.services import access_tokens, customer_story, outside_intake, safety, transactions

DOCTYPE = "Service Folio"
CHANNEL = "API"
_KEY = re.compile(r"[\x21-\x7e]{1,100}")


def create(
	values: Mapping[str, Any], files: list[tuple[str, bytes]], key: str | None, user: str
) -> dict[str, Any]:
	"""Register a request for a program; the same key with the same content gives the same folio.

	Returns {"folio", "repeated", "state", "received_at", "tracking_url", "safety"}; safety: what to tell whoever may need help, as
	`safety.instructions` gives it, or None. Raises outside_intake.Refused and Conflict.
	"""
	check_may(user)
	if key is not None and not _KEY.fullmatch(key):
		outside_intake.refuse(
			"Idempotency-Key", _("The idempotency key has 1 to 100 letters, digits or signs, without spaces.")
		)
	folio = transactions.retried(lambda: _register(values, files, key, user))
	return {
		"folio": folio.name,
		"repeated": bool(folio.flags.repeated),
		"state": customer_story.state(folio.stage),
		"received_at": moment(folio.received_at),
		"tracking_url": access_tokens.tracking_url(folio),
		"safety": safety.instructions(folio) if safety.needs_help_first(folio) else None,
	}


def status(folio: str, user: str) -> dict[str, Any] | None:
	"""Where a request stands, in the words that its customer reads; None for one that this account may not see.

	{"folio", "state", "open", "received_at", "next": {"title", "by", "who", "late", "admission"} or None}.
	"""
	doc = _seen(folio, user)
	if not doc:
		return None
	told = customer_story.summary(doc, customer_story.promises_of([doc.name]).get(doc.name, []))
	following = told["next"] and {**told["next"], "by": moment(told["next"]["by"])}
	return {
		"folio": doc.name,
		"state": told["state"],
		"open": told["open"],
		"received_at": moment(told["received_at"]),
		"next": following,
	}


def check_may(user: str) -> None:
	"""PermissionError unless this user may register requests here."""
	if Role.API in frappe.get_roles(user) or frappe.has_permission(DOCTYPE, "create", user=user):
		return
	raise frappe.PermissionError(_("This account may not use the programming interface."))


def moment(at: datetime | str | None) -> str | None:
	"""A moment of the site as programs read it: ISO 8601 with its offset, to the second."""
	if not at:
		return None
	return get_datetime(at).replace(microsecond=0, tzinfo=ZoneInfo(get_system_timezone())).isoformat()


def _register(values, files, key, user):
	notice = values.get("privacy_notice")
	return outside_intake.register(
		values,
		channel=CHANNEL,
		account=user,
		external_id=key,
		files=files,
		consent=notice if isinstance(notice, str) and notice else None,
	)


def _seen(folio: str, user: str):
	if not isinstance(folio, str) or not frappe.db.exists(DOCTYPE, folio):
		return None
	doc = frappe.get_doc(DOCTYPE, folio)
	own = doc.channel == CHANNEL and doc.account == user
	return doc if own or frappe.has_permission(DOCTYPE, "read", doc=doc, user=user) else None
