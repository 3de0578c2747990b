"""What an acknowledgement says: the facts, escaped, and the administrator's template or the shipped one."""

import re
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, format_datetime, get_datetime

from nervion_service.domain import mail as domain
from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import access_tokens, calendars, clock, commitments, safety

TEMPLATE = "Service Acknowledgement"
# a name that carries a link would make our letter somebody's advertisement
_NO_NAME = re.compile(r"https?:|www\.|[/<>@]|\.(com|net|org|mx|info|ru|cn|io)\b", re.I)
_NAME_LENGTH = 60
_MOMENTS = {"es": "EEEE d 'de' MMMM, HH:mm"}
_MOMENT = "EEEE d MMMM, HH:mm"


def facts(folio) -> dict[str, Any]:
	"""What the template may say, every text escaped: folio, party_name, company, promise, opens, tracking_url, emergency.

	promise and opens are moments in words, or ""; opens is given while we are closed; emergency is given after an accident only.
	"""
	now = clock.now()
	calendar = calendars.for_company(folio.company)[1]
	promised = _promised(folio)
	reported = folio.get("safety") == "Yes" or folio.get("safety_suspected")
	emergency = safety.instructions(folio) if reported else None
	return {
		"folio": folio.name,
		"party_name": escape_html(spoken_name(folio)),
		"company": escape_html(folio.company),
		"promise": _moment(promised) if promised else "",
		"opens": "" if calendar.is_open(now) else _moment(calendar.next_open(now)),
		"tracking_url": access_tokens.tracking_url(folio),
		"emergency": emergency and _help(emergency),
	}


def _help(emergency: dict[str, Any]) -> str:
	"""Whom to call, what to do and the data sheets, as markup: an administrator's own instructions leave no line out (K1)."""
	line, text = emergency["emergency_line"], emergency["text"]
	parts = [escape_html(text)]
	if line and line not in text:
		parts.insert(0, escape_html(_("If anybody is in danger, call {0} first.").format(line)))
	for sheet in emergency["data_sheets"]:
		title = escape_html(_("Safety data sheet of {0}").format(sheet["item"]))
		parts.append(f'<a href="{escape_html(sheet["url"])}">{title}</a>')
	return "<br>".join(parts)


def _promised(folio):
	wanted = {
		"case_type": folio.doctype,
		"case_name": folio.name,
		"kind": CommitmentKind.FIRST_ANSWER,
		"status": ("in", commitments.OPEN_STATUSES),
	}
	# the customer is told what the customer was promised
	due_at = frappe.db.get_value(commitments.DOCTYPE, wanted, "due_at")
	return get_datetime(due_at) if due_at and get_datetime(due_at) > clock.now() else None


def spoken_name(folio) -> str:
	"""By which name a customer is addressed; "" where what was given looks like an advertisement."""
	name = domain.tidy_line(folio.party_name or "")
	return "" if len(name) > _NAME_LENGTH or _NO_NAME.search(name) else name


def _moment(at) -> str:
	return format_datetime(at, _MOMENTS.get(frappe.local.lang, _MOMENT))


def rendered(words: dict[str, Any]) -> tuple[str, str]:
	"""Subject and page of the administrator's template; the shipped one where theirs is missing or does not work."""
	for subject, page in filter(None, (_own_template(), shipped())):
		try:
			return (
				domain.tidy_line(frappe.render_template(subject, words)),
				frappe.render_template(page, words),
			)
		except Exception:
			frappe.log_error(title=f"Template {TEMPLATE}", message=frappe.get_traceback())
	raise frappe.ValidationError(f"{TEMPLATE} cannot be rendered")


def _own_template() -> tuple[str, str] | None:
	# the company's own words for everybody
	found = frappe.db.get_value(
		"Email Template", TEMPLATE, ["subject", "use_html", "response", "response_html"]
	)
	if not found:
		return None
	subject, use_html, response, response_html = found
	page = response_html if use_html else response
	return (subject, page) if subject and page else None


def shipped() -> tuple[str, str]:
	"""Subject and page of the acknowledgement in the language in use; set-up makes the administrators' template of them."""
	lines = (
		(
			"{% if emergency %}<p><strong>#</strong><br>{{ emergency }}</p>{% endif %}",
			_("First of all, your safety:"),
		),
		("<p>#</p>", _("{% if party_name %}Dear {{ party_name }}{% else %}Dear customer{% endif %}:")),
		("<p>#</p>", _("We received your request and registered it with the folio {{ folio }}.")),
		("{% if promise %}<p>#</p>{% endif %}", _("We will answer you on {{ promise }} at the latest.")),
		(
			"{% if opens %}<p>#</p>{% endif %}",
			_("We are closed at this moment and open again on {{ opens }}."),
		),
		(
			'{% if tracking_url %}<p><a href="{{ tracking_url }}">#</a></p>{% endif %}',
			_("See how your request goes on"),
		),
		("<p>#</p>", _("To add something, answer this message and leave the folio in its subject.")),
		("<p>#<br>{{ company }}</p>", _("Kind regards,")),
	)
	page = "\n".join(frame.replace("#", words) for frame, words in lines)
	return _("{{ folio }}: we received your request"), page
