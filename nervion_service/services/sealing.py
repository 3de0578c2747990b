"""What of a folio does not change: its number, what was said when it was registered, what only the services write (G1, D3).

Refusals name the field and say what to do; a link that does not exist gets its own sentence.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_datetime

from nervion_service.services import series

DOCTYPE = "Service Folio"

# an element of a page; "<80 KU" is none
_MARKUP = re.compile(r"</?[A-Za-z!][^<>]*>")

# what is said once, when the request is registered
SEALED = (
	"company",
	"channel",
	"account",
	"external_id",
	"external_digest",
	"received_at",
	"received_stamp",
	"received_stamp_by",
	"effective_at",
	"registered_at",
	"is_history",
)
# what only the services write, each where it happens
COMPUTED = (
	"procedure",
	"procedure_version",
	"route_role",
	"routing_rule",
	"routing_reason",
	"routed_at",
	"accepted_by",
	"accepted_at",
	"acknowledgement",
	"acknowledged_at",
	"solved_letter",
	"delay_letter",
	"first_answered_at",
	"first_answer_type",
	"first_answer",
	"answered_at",
	"satisfaction_at",
	"closing_attempts",
	"closed_without_word",
	"first_closed_at",
	"closed_at",
	"reopen_count",
	"withdrawn_at",
	"waiting_since",
	"safety_suspected",
	"safety_attended_by",
	"safety_attended_at",
	"phone_e164",
	"privacy_notice",
	"consent_means",
	"consent_at",
	"merged_into",
	"complaint",
)


def check(folio) -> None:
	"""Refuse a number that is not from the series, a sealed field that changed, a result that only the services write."""
	# X6: Frappe's alerts show a title as it stands, so what a customer writes there is words, never a link or a picture
	folio.subject = without_markup(folio.subject or "") or _of_a_silent_mail(folio)
	if folio.is_new():
		_check_number(folio)
		return
	before = folio.get_doc_before_save()
	for fieldname in SEALED:
		keep(folio, before, fieldname, _sealed_message)
	if not folio.flags.by_service:
		for fieldname in COMPUTED:
			take_over(folio, before, fieldname)
			keep(folio, before, fieldname, _computed_message)


def _of_a_silent_mail(folio) -> str:
	"""A mail may come without a subject, or with markup only; a person is asked for one by Frappe."""
	return _("(no subject)") if folio.flags.ignore_mandatory else ""


def without_markup(text: str) -> str:
	"""A customer's words without elements of a page."""
	# again and again: what is left may make an element of what stood around it
	while (words := _MARKUP.sub("", text)) != text:
		text = words
	return text.strip()


@contextmanager
def explained_links(folio) -> Iterator[None]:
	"""Turn Frappe's "Could not find" into a sentence that names the field and the way out."""
	said = {field.fieldname: folio.get(field.fieldname) for field in folio.meta.get_link_fields()}
	try:
		yield
	except frappe.LinkValidationError:
		# what it does not find, Frappe has emptied by now
		unknown = next((name for name, value in said.items() if value and not folio.get(name)), None)
		if not unknown:
			raise
		frappe.clear_last_message()
		frappe.throw(
			_("{0}: there is no {1}. {2}").format(
				bold_label(folio, unknown), frappe.bold(escape_html(said[unknown])), _way_out(folio, unknown)
			),
			frappe.LinkValidationError,
			title=_("Not Found"),
		)


def bold_label(folio, fieldname: str) -> str:
	"""The field's label in the reader's language, as messages name it."""
	return frappe.bold(_(folio.meta.get_label(fieldname)))


def _way_out(folio, fieldname: str) -> str:
	if fieldname in ("customer", "lead"):
		return _("Register it first, or leave the field empty and write who it is in {0}.").format(
			bold_label(folio, "party_name")
		)
	return _("Choose one of those that exist, or ask an administrator to add it.")


def _check_number(folio) -> None:
	if folio.name != folio.flags.folio_number:
		frappe.throw(
			_("The number of a folio comes from its series: leave the field ID empty."),
			title=_("Number Given"),
		)


def number(folio) -> None:
	"""Give the folio its number, by the year of its registration."""
	folio.name = folio.flags.folio_number = series.next_name(folio.registered_at)


def take_over(folio, before, fieldname: str) -> None:
	"""What the system filled in since the folio was opened, as the acknowledgement a moment after it was registered, stays."""
	if not _plain(folio, fieldname):
		folio.set(fieldname, before.get(fieldname))


def keep(folio, before, fieldname: str, message) -> None:
	"""Refuse a field that changed since `before`; message() gives the sentence, with a place {0} for the field."""
	if _plain(folio, fieldname) != _plain(before, fieldname):
		frappe.throw(message().format(bold_label(folio, fieldname)), title=_("Not Allowed"))
	# the same moment without its microseconds is how browsers and files send it back
	folio.set(fieldname, before.get(fieldname))


def _plain(folio, fieldname: str):
	value = folio.get(fieldname)
	fieldtype = folio.meta.get_field(fieldname).fieldtype
	if fieldtype == "Datetime":
		return get_datetime(value).replace(microsecond=0) if value else None
	return cint(value) if fieldtype in ("Int", "Check") else value or None


def _sealed_message() -> str:
	return _(
		"{0} was sealed when the folio was registered and does not change. If it is wrong, withdraw this folio with a "
		"reason and register the request again."
	)


def _computed_message() -> str:
	return _("{0} is filled by the system and cannot be typed. Reload the folio and use its actions.")


def forget_computed(folio) -> None:
	"""Whatever a request brings in fields that are ours is forged or copied: forget it."""
	for fieldname in (*COMPUTED, "is_history", "stage"):
		folio.set(fieldname, 0 if folio.meta.get_field(fieldname).fieldtype in ("Int", "Check") else None)
