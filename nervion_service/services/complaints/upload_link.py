"""The link by which a customer sends what a complaint lacks from a telephone, without an account: it opens that, and nothing else (D19, X5)."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import get_url

from nervion_service.domain.complaint_words import COMPLAINT_ENDED, ComplaintKind, ComplaintStage
from nervion_service.services import access_tokens, rate_limit
from nervion_service.services.complaints import customer_evidence, customer_view, settings

PURPOSE = "evidence"
PATH = "evidencias"
# where the setting was never saved
DAYS = 15


def address(complaint) -> str:
	"""A fresh absolute address where whoever holds it sends evidence of the complaint, for the settled days."""
	days = settings.number("upload_link_days") or DAYS
	return get_url(f"/{PATH}/{access_tokens.issue(complaint, PURPOSE, days)}")


def page(token: str) -> dict[str, Any] | None:
	"""What the page behind a link shows; None for any other token, whatever is wrong with it."""
	rate_limit.guests("evidence")
	complaint = access_tokens.resolve(token, PURPOSE)
	if not complaint:
		return None
	is_open = complaint.stage not in COMPLAINT_ENDED
	return {
		"folio": complaint.folio,
		"number": complaint.name,
		"subject": complaint.subject,
		"products": [line["product"] for line in customer_view.panel(complaint)["lines"] if line["product"]],
		"ask": customer_evidence.of_complaint(complaint) if is_open else [],
		"missing": customer_view.missing(complaint),
		"open": is_open,
		"complete": _is_complete(complaint),
	}


def _is_complete(complaint) -> bool:
	"""Whether all that was asked for is there; of what was asked for in words alone, only the end of the wait tells."""
	is_asked = complaint.kind != ComplaintKind.PRODUCT or complaint.stage == ComplaintStage.WAITING
	return not is_asked and not customer_evidence.missing(complaint)


def send(token: str, brought: customer_evidence.Brought, text: str, key: str | None) -> None:
	"""Keep what comes by a link; the wait for it ends, and who has the complaint is told. Sent twice with the same key is sent once."""
	rate_limit.guests("act")
	complaint = access_tokens.resolve(token, PURPOSE)
	if not complaint:
		frappe.throw(
			_(
				"This link does not open any complaint. It may be incomplete or too old: ask us for a new one."
			),
			frappe.DoesNotExistError,
			title=_("Not Found"),
		)
	customer_evidence.receive(complaint, complaint.folio, brought, text, complaint.party_name or "", key)
