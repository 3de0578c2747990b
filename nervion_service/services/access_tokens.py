"""Links that open one document to whoever holds them: tracking a folio, later surveys and evidence (X5).

A token is 256 random bits; the database keeps its SHA-256 and never the token. Wrong, expired and revoked ones get one
and the same answer, and no token says anything about another one.
"""

import hashlib
import re
from datetime import timedelta
from secrets import token_urlsafe

import frappe
from frappe.utils import get_url

from nervion_service.services import clock, settings, system

DOCTYPE = "Service Access Token"
TRACK = "track"
TRACKING_PATH = "seguimiento"
DEFAULT_DAYS = 180

_BYTES = 32
# what such a token looks like; anything else is refused without asking the database
_SHAPE = re.compile(rf"[A-Za-z0-9_-]{{{len(token_urlsafe(_BYTES))}}}", re.ASCII)
_PURGED_AT_ONCE = 1_000


def issue(doc, purpose: str = TRACK, days: int | None = None) -> str:
	"""Give a new token that opens `doc` for `purpose`; it is told here and never again.

	days: how long it is good, by default Service Settings' `tracking_days`.
	"""
	token = token_urlsafe(_BYTES)
	good_for = days if days is not None else tracking_days()
	row = {
		"purpose": purpose,
		"reference_doctype": doc.doctype,
		"reference_name": doc.name,
		"token_hash": _hash(token),
		"expires_at": clock.now() + timedelta(days=good_for),
	}
	system.insert_rows(DOCTYPE, [row])
	return token


def resolve(token: str, purpose: str = TRACK):
	"""The document that the token opens for that purpose, or None; the reason for a None is told to nobody."""
	if not isinstance(token, str) or not _SHAPE.fullmatch(token):
		return None
	# the token is the permission: whoever holds it may see what it opens
	found = frappe.db.get_value(
		DOCTYPE,
		{"token_hash": _hash(token), "purpose": purpose},
		["reference_doctype", "reference_name", "expires_at", "revoked_at"],
		as_dict=True,
	)
	if not found or found.revoked_at or found.expires_at <= clock.now():
		return None
	if not frappe.db.exists(found.reference_doctype, found.reference_name):
		return None
	return frappe.get_doc(found.reference_doctype, found.reference_name)


def revoke(doc, purpose: str | None = None) -> None:
	"""Take back every token of `doc`, or those of one purpose."""
	of_doc = {"reference_doctype": doc.doctype, "reference_name": doc.name, "revoked_at": ("is", "not set")}
	if purpose:
		of_doc["purpose"] = purpose
	frappe.db.set_value(DOCTYPE, of_doc, "revoked_at", clock.now())


def tracking_url(folio) -> str:
	"""A fresh absolute address where the customer follows and answers this folio without an account."""
	return address(issue(folio))


def address(token: str) -> str:
	"""The absolute address of the tracking page for a token."""
	return get_url(f"/{TRACKING_PATH}/{token}")


def tracking_days() -> int:
	"""For how many days a tracking link is good."""
	return settings.number("tracking_days", DEFAULT_DAYS)


def forget_expired() -> int:
	"""Delete the rows of expired tokens, in small batches; returns how many."""
	deleted = 0
	# housekeeping of the system: rows that open nothing any more
	while names := frappe.get_all(
		DOCTYPE,
		filters={"expires_at": ("<", clock.now())},
		pluck="name",
		limit=_PURGED_AT_ONCE,
		order_by="expires_at",
	):
		frappe.db.delete(DOCTYPE, {"name": ("in", names)})
		frappe.db.commit()
		deleted += len(names)
	return deleted


def _hash(token: str) -> str:
	return hashlib.sha256(token.encode()).hexdigest()
