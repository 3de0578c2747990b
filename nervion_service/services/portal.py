"""What the pages of the portal show and do for the session's user; each function asks `portal_access` first."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.services import (
	customer_actions,
	customer_story,
	frequent_questions,
	outside_intake,
	portal_access,
	portal_products,
	portal_words,
	rate_limit,
	safety,
	uploads,
)
from nervion_service.services.complaints import (
	customer_doors,
	customer_evidence,
	customer_filing,
	customer_form,
)

DOCTYPE = "Service Folio"
CHANNEL = "Portal"
# what one person does by hand in an hour, and a script does not
REQUESTS_AN_HOUR, WORDS_AN_HOUR = 30, 120
HOUR = 3600


# Pages -------------------------------------------------------------------------------------------------------


def sign_in_first() -> None:
	"""Send a guest to the sign-in page, and back here afterwards."""
	request = getattr(frappe.local, "request", None)
	here = request.full_path.rstrip("?") if request else "/servicio"
	frappe.local.flags.redirect_location = f"/login?redirect-to={quote(here)}"
	raise frappe.Redirect


def file_address(folio: str, name: str) -> str:
	"""Where the browser reads a file of a folio."""
	return f"/api/method/nervion_service.api.portal.download?folio={quote(folio)}&file={quote(name)}"


def report_address(folio: str) -> str:
	"""Where the browser reads the report that was released about a folio."""
	return f"/api/method/nervion_service.api.portal.report?folio={quote(folio)}"


def story(folio: str) -> dict[str, Any]:
	"""The story of one of the user's folios, see `customer_story`; DoesNotExistError for any other."""
	return customer_story.story(portal_access.permitted(folio))


def danger(folio: str) -> dict[str, Any] | None:
	"""What to do at once, as long as somebody of that folio may need help; None otherwise (K1)."""
	return safety.instructions(folio) if safety.needs_help_first(folio) else None


def form() -> dict[str, Any]:
	"""What the form of a new request offers: types, products, remedies, the question of safety, limits."""
	customers = portal_access.customers_of()
	return {
		"customers": [(name, _customer_name(name)) for name in customers],
		"types": portal_words.request_types(),
		"complaint": customer_form.offered(customers),
		"products": portal_products.bought(customers),
		"sheets": safety.public_sheets(),
		"remedies": [("", ""), *((option, _(option)) for option in _options("remedy_sought"))],
		"safety": safety.question(),
		"instructions": safety.instructions(),
		"limits": upload_limits(),
		"is_staff": _is_staff(),
		"has_questions": frequent_questions.exist(),
	}


def upload_limits() -> dict[str, int]:
	"""{"mb", "files", "total_mb"}: the last is what one sending may weigh for the web server."""
	request = getattr(frappe.local, "request", None)
	most = cint(getattr(request, "max_content_length", 0)) or 10 * uploads.MEGABYTE
	limits = uploads.limits()
	# the words of the form travel along
	total = max(1, most // uploads.MEGABYTE - 1)
	return {**limits, "total_mb": total, "mb": min(limits["mb"], total)}


def story_page(story: dict[str, Any], file_address: Callable[[str], str], **more: Any) -> dict[str, Any]:
	"""What a page needs to tell a story; file_address: of a file's name; more: its own, with `doors`, by which its forms are sent."""
	return {
		"story": story,
		"title": _("Folio {0}").format(story["folio"]),
		"moment": customer_story.moment,
		"danger": danger(story["folio"]),
		"limits": upload_limits(),
		"file_address": file_address,
		**more,
	}


# Acts --------------------------------------------------------------------------------------------------------


def register(
	values: Mapping[str, Any],
	files: Iterable[tuple[str, bytes]],
	key: str,
	customer: str | None = None,
	evidence: customer_evidence.Brought | None = None,
) -> str:
	"""Register a new request of the user's company; returns the folio's number. The same key again gives the same folio.

	What files a complaint makes one with it, out of its lines and its evidence (files by kind): both are made, or nothing is.
	"""
	customers = portal_access.customers_of()
	chosen = customer if customer in customers else customers[0] if len(customers) == 1 else None
	if not chosen:
		_refuse(_("Choose the company that the request is for.") if customers else _nobody())
	user = frappe.session.user
	rate_limit.check("portal_request", REQUESTS_AN_HOUR, HOUR, identity=user)
	files = list(files)
	filing = _filing(values, files, evidence or {}, chosen)
	try:
		folio = outside_intake.register(
			customer_filing.with_words(values, filing) if filing else portal_products.recognised(values),
			channel=CHANNEL,
			account=user,
			external_id=_key(key),
			files=files,
			user=user,
			customer=chosen,
			contact=_contact(user),
		)
	except outside_intake.Conflict as error:
		_already_here(error)
	if filing:
		customer_filing.register(folio, filing, user)
	return folio.name


def goods(delivery_type: str, delivery: str) -> list[dict[str, Any]]:
	"""What one of the user's deliveries brought, and how much of it may be claimed; see `customer_filing.goods`."""
	rate_limit.check("portal_goods", WORDS_AN_HOUR, HOUR, identity=frappe.session.user)
	return customer_filing.goods(portal_access.customers_of(), delivery_type, delivery)


def reply(folio: str, text: str, files: Iterable[tuple[str, bytes]], key: str | None) -> str:
	"""Send a message about one of the user's folios."""
	doc = _mine(folio)
	return customer_actions.reply(doc.name, text, files, frappe.session.user, key=key)


def confirm(folio: str, satisfied: bool, comment: str) -> str:
	"""Say whether one of the user's folios is solved."""
	return customer_actions.confirm(
		_mine(folio).name, satisfied, comment, frappe.session.user, customer_actions.PORTAL
	)


def reopen(folio: str, reason: str) -> str:
	"""Take up one of the user's ended folios again."""
	return customer_actions.reopen(_mine(folio).name, reason, frappe.session.user)


def withdraw(folio: str, reason: str) -> str:
	"""End one of the user's open folios."""
	return customer_actions.withdraw(_mine(folio).name, reason, frappe.session.user)


def send_evidence(folio: str, brought: customer_evidence.Brought, text: str, key: str | None) -> None:
	"""Send evidence, files by kind, for the complaint of one of the user's folios."""
	customer_doors.send(_mine(folio), brought, text, frappe.session.user, key)


def appeal(folio: str, reason: str) -> None:
	"""Object to the verdict on the complaint of one of the user's folios."""
	customer_doors.appeal(_mine(folio), reason, frappe.session.user)


def report(folio: str) -> tuple[str, bytes]:
	"""(number, PDF) of the report that was released about one of the user's folios."""
	return customer_doors.report(_mine(folio))


def file(folio: str, name: str):
	"""A File of one of the user's folios that a customer may read; DoesNotExistError for any other."""
	doc = portal_access.permitted(folio)
	found = customer_doors.readable_file(doc, str(name))
	if not found:
		frappe.throw(_("We do not find this file."), frappe.DoesNotExistError, title=_("Not Found"))
	return found


def _filing(values: Mapping[str, Any], files: list, evidence: customer_evidence.Brought, customer: str):
	if not customer_filing.is_one(values):
		return None
	filing = customer_filing.read(values, evidence, customer)
	# all that comes with one message counts
	uploads.check_all((*files, *(file for sent in filing.evidence.values() for file in sent)))
	return filing


def _mine(folio: str):
	doc = portal_access.permitted(folio)
	rate_limit.check("portal_words", WORDS_AN_HOUR, HOUR, identity=frappe.session.user)
	return doc


# Options ----------------------------------------------------------------------------------------------------


def _options(fieldname: str) -> list[str]:
	options = frappe.get_meta(DOCTYPE).get_field(fieldname).options or ""
	return [option for option in options.split("\n") if option]


def _customer_name(name: str) -> str:
	return frappe.get_cached_value("Customer", name, "customer_name") or name


def _contact(user: str) -> str | None:
	return frappe.db.get_value("Contact", {"user": user})


def _is_staff() -> bool:
	return frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User"


def _key(key: str | None) -> str:
	key = (key or "").strip()
	return key[:80] if key else frappe.generate_hash(length=32)


def _already_here(error: outside_intake.Conflict):
	"""The first sending arrived though its answer was lost, and what is sent now says something else: whoever sent it decides."""
	frappe.clear_messages()
	message = _(
		"Your request had already reached us: it is folio {0}. If something is missing there, write it in that folio. If this is "
		"another matter, send it once more: it becomes a request of its own."
	).format(error.folio)
	outside_intake.refuse("external_id", message, outside_intake.Conflict, folio=error.folio)


def _nobody() -> str:
	return _("Your user is not linked to a company yet. Call us, or write to us through the public page.")


def _refuse(message: str):
	return frappe.throw(message, title=_("Please Check"))
