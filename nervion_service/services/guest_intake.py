"""What a guest does without an account: send a request, and by its secret link follow it, answer, confirm, reopen, withdraw.

A guest is told a folio's number and the token that opens it, and nothing else (X4); whatever the token does not open is answered
like what does not exist (X5). Every act is counted by the one limiter first (X9).
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import cint
from frappe.utils.password import get_encryption_key

from nervion_service.services import (
	access_tokens,
	consent,
	customer_actions,
	customer_story,
	frequent_questions,
	outside_intake,
	portal,
	portal_words,
	rate_limit,
	safety,
	transactions,
)
from nervion_service.services.complaints import customer_doors, customer_evidence

CHANNEL = "Web Page"
# nobody fills in the form in less time; a draft may wait on a device for a week
LEAST_SECONDS, MOST_SECONDS = 3, 8 * 24 * 3600
# people do not see this field: whoever fills it in is a program
HONEYPOT = "website"
# the browser's own id of one sending: 128 random bits or more
_KEY = re.compile(r"[A-Za-z0-9_-]{22,64}", re.ASCII)


# Pages -------------------------------------------------------------------------------------------------------


def form() -> dict[str, Any]:
	"""What the public page offers: types, the question of safety with what to do, the notice, limits, and its stamp."""
	company = frappe.get_cached_doc("Service Settings").default_company
	notice = consent.current_notice(company) if company else None
	return {
		"company": company,
		"types": [("", ""), *portal_words.request_types()],
		"safety": safety.question(),
		"instructions": safety.instructions(),
		"sheets": safety.public_sheets(),
		"notice": notice,
		"notice_html": consent.as_html(notice) if notice else "",
		"limits": portal.upload_limits(),
		"has_questions": frequent_questions.exist(),
		"stamp": stamp(int(time.time())),
	}


def story(token: str) -> dict[str, Any] | None:
	"""The story of the folio that the token opens, see `customer_story`; None for any other token, whatever is wrong with it."""
	rate_limit.guests("tracking")
	folio = access_tokens.resolve(token)
	return customer_story.story(folio) if folio else None


def file_address(token: str, name: str) -> str:
	"""Where the browser reads a file of the folio that the token opens."""
	return f"/api/method/nervion_service.api.public.download?token={quote(token)}&file={quote(name)}"


def report_address(token: str) -> str:
	"""Where the browser reads the report that was released about the folio that the token opens."""
	return f"/api/method/nervion_service.api.public.report?token={quote(token)}"


def stamp(made_at: int) -> str:
	"""When the page was made, signed, so that it cannot be backdated."""
	return f"{made_at}.{_signature(made_at)}"


# Acts --------------------------------------------------------------------------------------------------------


def register(values: Mapping[str, Any], files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
	"""Register the request of a guest; {"folio", "token"}, the same folio for the same sending.

	values: what the form sent. Raises ValidationError before anything is stored, TooManyRequestsError beyond the limit.
	"""
	rate_limit.guests("request")
	_refuse_programs(values)
	key, files = _key(values.get("key")), list(files)
	notice = _consented(values)
	outside_intake.asked_for_safety(values)
	try:
		folio = transactions.retried(
			lambda: outside_intake.register(
				values, channel=CHANNEL, external_id=key, files=files, consent=notice
			)
		)
	except outside_intake.Conflict as error:
		folio = _told_again(error.folio, values, files)
	return {"folio": folio.name, "token": access_tokens.issue(folio)}


def reply(token: str, text: str, files: Iterable[tuple[str, bytes]], key: str | None) -> str:
	"""Keep what the holder of the token writes about its folio."""
	return _act(token, lambda doc: customer_actions.reply(doc.name, text, files, doc.party_name, key=key))


def confirm(token: str, satisfied: bool, comment: str) -> str:
	"""Keep the word of the token's holder: solved, or what is missing."""
	return _act(token, lambda doc: customer_actions.confirm(doc.name, satisfied, comment, doc.party_name))


def reopen(token: str, reason: str) -> str:
	"""Take up the token's ended folio again."""
	return _act(token, lambda doc: customer_actions.reopen(doc.name, reason, doc.party_name))


def withdraw(token: str, reason: str) -> str:
	"""End the token's open folio."""
	return _act(token, lambda doc: customer_actions.withdraw(doc.name, reason, doc.party_name))


def send_evidence(token: str, brought: customer_evidence.Brought, text: str, key: str | None) -> None:
	"""Keep evidence, files by kind, that the token's holder sends for the complaint of its folio."""
	_act(token, lambda doc: customer_doors.send(doc, brought, text, doc.party_name, key))


def appeal(token: str, reason: str) -> None:
	"""Object to the verdict on the complaint of the token's folio."""
	_act(token, lambda doc: customer_doors.appeal(doc, reason, doc.party_name))


def report(token: str) -> tuple[str, bytes]:
	"""(number, PDF) of the report that was released about the token's folio."""
	return _act(token, customer_doors.report)


def file(token: str, name: str):
	"""A File of the token's folio that its customer may read."""
	rate_limit.guests("file")
	folio = access_tokens.resolve(token)
	found = customer_doors.readable_file(folio, name) if folio else None
	return found or _unknown()


def _act(token: str, act: Callable[[Any], Any]) -> Any:
	rate_limit.guests("act")
	folio = access_tokens.resolve(token)
	return act(folio) if folio else _unknown()


def _unknown():
	frappe.throw(
		_(
			"This link does not open any request. It may be incomplete or too old: use the one that we sent you."
		),
		frappe.DoesNotExistError,
		title=_("Not Found"),
	)


# The form's own checks ---------------------------------------------------------------------------------------


def _refuse_programs(values: Mapping[str, Any]) -> None:
	if values.get(HONEYPOT):
		outside_intake.refuse(HONEYPOT, _("The request was not sent: leave the field Website empty."))
	made_at, _dot, signature = str(values.get("stamp") or "").partition(".")
	if not hmac.compare_digest(signature.encode(), _signature(cint(made_at)).encode()):
		outside_intake.refuse(None, _("The page is too old. Reload it: what you wrote is kept."))
	age = time.time() - cint(made_at)
	if age > MOST_SECONDS:
		outside_intake.refuse(None, _("The page is too old. Reload it: what you wrote is kept."))
	if age < LEAST_SECONDS:
		outside_intake.refuse(None, _("That was very fast. Please wait a few seconds and send it again."))


def _signature(made_at: int) -> str:
	message = f"guest form {made_at}".encode()
	return hmac.new(get_encryption_key().encode(), message, hashlib.sha256).hexdigest()[:32]


def _key(key: Any) -> str:
	if not isinstance(key, str) or not _KEY.fullmatch(key):
		outside_intake.refuse("key", _("The page is too old. Reload it: what you wrote is kept."))
	return key


def _consented(values: Mapping[str, Any]) -> str:
	notice = consent.current_notice(outside_intake.company())
	if not notice:
		outside_intake.refuse(
			"consent",
			_("Requests cannot be received on this page yet: it has no privacy notice. Please call us."),
		)
	given = values.get("consent")
	if not given:
		outside_intake.refuse(
			"consent", _("To register your request we need you to accept the privacy notice.")
		)
	if given != notice.name:
		outside_intake.refuse(
			"consent",
			_("The privacy notice changed meanwhile. Reload the page to read it: what you wrote is kept."),
		)
	return notice.name


def _told_again(folio: str, values: Mapping[str, Any], files: list):
	"""The first sending arrived though its answer was lost, and the guest has changed the words since: they are added to it."""
	text = values.get("description")
	if isinstance(text, str) and text.strip():
		key = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
		customer_actions.reply(folio, text, files, str(values.get("party_name") or "")[:140], key=key)
	return frappe.get_doc(outside_intake.DOCTYPE, folio)
