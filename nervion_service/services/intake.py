"""The one way into the house: a folio is sealed, stored with its promises and its first event, and followed up after commit.

Every insert comes through here (desk, API, e-mail, Data Import, portal), since the controller calls it. It does little,
so that it cannot fail: who attends the case is found out after commit, and by the sweep where that was missed.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import get_datetime, get_system_timezone

from nervion_service.domain import reception
from nervion_service.domain import safety as asked
from nervion_service.domain.taxonomy import Events, Stage
from nervion_service.services import (
	calendars,
	clock,
	commitments,
	events,
	history,
	phones,
	routing,
	sealing,
	system,
)

DOCTYPE = "Service Folio"
DEFAULT_CHANNEL = (
	"E-mail"  # only e-mail arrives without a channel: Frappe's own append_to knows nothing of ours
)
DEFAULT_REQUEST_TYPE = "General Information"
# by its path, since it speaks of promises and safety, which need the words of this module
ACKNOWLEDGE = "nervion_service.services.acknowledgement.acknowledge"
# a mailbox that was out of reach may bring mails as old as this
MAIL_UNDER_WAY = timedelta(days=30)
# by which the clock of a browser or a mail server may run ahead of ours
CLOCK_TOLERANCE = timedelta(minutes=5)

# Registering -------------------------------------------------------------------------------------------------


def seal(folio) -> None:
	"""Fill and seal a new folio: when it was really received and by whose word, when its clocks start, where it came from.

	Raises ValidationError naming the field for a reception in the future, a disabled type or channel, a call or a visit to the
	store in which nobody asked about safety.
	"""
	now = clock.now()
	sealing.forget_computed(folio)
	_fill_what_mail_lacks(folio)
	_fill_from_request_type(folio)
	_fill_party(folio)
	_tidy_external_id(folio)
	folio.registered_at = _stamp(folio, now)
	_ask_for_safety(folio)
	phones.fill(folio)
	_calendar_name, calendar = calendars.for_company(folio.company)
	folio.effective_at = reception.effective_at(folio.received_at, calendar)


def register(folio) -> None:
	"""Store the promises and the first event of a folio that was just inserted, and ask for the follow-up after commit."""
	# asked for on the way in, where history.is_import looked at the person's roles; now the folio is no longer new
	if folio.flags.history_import:
		history.register(folio)
	else:
		_register_new(folio)
	if folio.stage == Stage.REGISTERED:
		system.after_commit(follow_up, folio_name=folio.name)


def _register_new(folio) -> None:
	events.record(
		folio, Events.REGISTERED, happened_at=folio.registered_at, channel=folio.channel, to_stage=folio.stage
	)
	commitments.start_all(folio)


def follow_up(folio_name: str) -> None:
	"""What comes after commit: route the folio, alert its person, tell the customer. Doing it twice changes nothing."""
	routing.route(folio_name)
	system.after_commit(ACKNOWLEDGE, folio_name=folio_name)


def find_by_external_id(channel: str, account: str | None, external_id: str) -> str | None:
	"""The folio under which a message of an outside system was registered, if it was."""
	# SQL: a look-up for whoever brings the message again, which gives a number away and no content. Built by the query
	# builder, the very same statement costs a tenth of an insert.
	found = frappe.db.sql(
		"SELECT name FROM `tabService Folio` WHERE channel = %s AND account = %s AND external_id = %s LIMIT 1",
		(channel, account or "", external_id),
	)
	return found[0][0] if found else None


# Filling -----------------------------------------------------------------------------------------------------


def _fill_what_mail_lacks(folio) -> None:
	if not folio.flags.ignore_mandatory:
		return
	folio.channel = folio.channel or DEFAULT_CHANNEL
	folio.company = folio.company or frappe.get_cached_doc("Service Settings").default_company
	folio.request_type = folio.request_type or DEFAULT_REQUEST_TYPE
	folio.received_stamp = "Machine"
	folio.flags.by_mail = True


def _fill_from_request_type(folio) -> None:
	for fieldname in ("request_type", "channel", "company", "received_at"):
		if not folio.get(fieldname):
			_throw_missing(folio, fieldname)
	kind = _enabled(folio, "request_type", "Request Type")
	folio.priority = folio.priority or kind.default_priority
	folio.sgi_category = folio.sgi_category or kind.sgi_category


def _enabled(folio, fieldname: str, doctype: str):
	"""The cached master behind a field; refuses one that is switched off."""
	master = frappe.get_cached_doc(doctype, folio.get(fieldname))
	if master.disabled and not history.is_import(folio):
		frappe.throw(
			_("{0}: {1} is disabled. Choose another one.").format(
				sealing.bold_label(folio, fieldname), frappe.bold(_(master.name))
			),
			title=_("Disabled"),
		)
	return master


def _throw_missing(folio, fieldname: str) -> None:
	frappe.throw(
		_("{0} is missing: fill it in.").format(sealing.bold_label(folio, fieldname)),
		frappe.MandatoryError,
		title=_("Missing"),
	)


def _ask_for_safety(folio) -> None:
	"""K1: whoever speaks with the customer asks; what files bring, of another system or a list, was typed when nobody could."""
	if folio.safety or folio.channel not in asked.SPOKEN_CHANNELS:
		return
	if frappe.flags.in_import or history.is_import(folio):
		return
	frappe.throw(
		f"{sealing.bold_label(folio, 'safety')}: {_('Ask first whether somebody was hurt, and choose the answer.')}",
		frappe.MandatoryError,
		title=_("Answer Missing"),
	)


def _fill_party(folio) -> None:
	"""Name the party: the customer's name comes with the link, then the lead's, then whatever the message says."""
	if not folio.party_name and folio.lead:
		lead = frappe.get_cached_doc("Lead", folio.lead)
		folio.party_name = lead.get("company_name") or lead.get("lead_name")
	folio.party_name = folio.party_name or folio.complainant_name or folio.email or folio.phone


def _tidy_external_id(folio) -> None:
	# the unique index holds NULLs apart and empty texts together: no account is "", no id is NULL
	folio.account = (folio.account or "").strip()
	folio.external_id = (folio.external_id or "").strip() or None
	if folio.external_id:
		_refuse_repeated(folio)


def _refuse_repeated(folio) -> None:
	found = find_by_external_id(folio.channel, folio.account, folio.external_id)
	if found:
		frappe.throw(
			_("{0}: the message {1} is registered already, as folio {2}.").format(
				sealing.bold_label(folio, "external_id"), folio.external_id, frappe.bold(found)
			),
			frappe.UniqueValidationError,
			title=_("Registered Already"),
		)


def _stamp(folio, now):
	"""Check when it was received and who says so; returns when it is registered."""
	folio.received_at = _site_time(folio.received_at)
	registered_at = get_datetime(folio.registered_at) if history.is_import(folio) else now
	try:
		reception.validate_stamps(folio.received_at, registered_at, now, CLOCK_TOLERANCE)
	except reception.StampError as error:
		_throw_stamp(folio, error)
	folio.received_at = min(folio.received_at, registered_at)
	channel = _enabled(folio, "channel", "Service Channel")
	folio.received_stamp = _who_stamped(folio, channel)
	folio.received_stamp_by = frappe.session.user
	return registered_at


def _site_time(value):
	"""A moment as the site's wall shows it: one that names its offset, as programs send it, is converted."""
	moment = get_datetime(value)
	if moment.tzinfo:
		moment = moment.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)
	return moment


def _who_stamped(folio, channel) -> str:
	# a person cannot pass for a machine on a channel where no machine registers
	if folio.received_stamp == "Machine" and (channel.is_automatic or history.is_import(folio)):
		return "Machine"
	return "Person"


def _throw_stamp(folio, error: reception.StampError) -> None:
	values = {name: frappe.format(value, {"fieldtype": "Datetime"}) for name, value in error.values.items()}
	frappe.throw(
		f"{sealing.bold_label(folio, 'received_at')}: {_(reception.MESSAGES[error.code]).format(**values)}",
		title=_("Wrong Time"),
	)


def import_history(values: Mapping[str, Any]) -> str:
	"""Register a case of another system with its own times (see `history`); returns the folio's number."""
	return history.import_case(values)
