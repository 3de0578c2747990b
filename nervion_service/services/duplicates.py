"""The same matter registered twice: offered as a link to a person, never merged silently (W8; duplicates of issue 3).

A link says that two folios belong together and changes nothing else. A merge ends the later one as withdrawn and names the one
that goes on; both keep their own history and messages, and the survivor shows them. The earlier folio survives always, so
that nobody gains time for a promise by merging; what the later one broke before stays broken.
"""

from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt, get_datetime

from nervion_service.domain.similarity import similarity
from nervion_service.domain.taxonomy import ENDED_STAGES, Events, Role, Stage
from nervion_service.services import after_end, clock, events, phones, settings, stages, system

DOCTYPE = "Service Folio"
MERGERS = (Role.EXECUTIVE, Role.COORDINATOR, Role.ADMINISTRATOR)
OFFERED = 5
# the latest cases of one party that are compared
COMPARED = 50
MESSAGES_SHOWN = 20
# further than this nobody merges; it also ends a chain that a hand in the database made a ring
LONGEST_CHAIN = 50
# any of them says that two folios are of the same customer
_PARTY = ("customer", "lead", "contact", "email", "phone_e164")
FIELDS = (
	"name", "subject", "party_name", "stage", "workflow_state", "received_at", "request_type", "assigned_to",
)  # fmt: skip


# Offering ----------------------------------------------------------------------------------------------------


def similar(
	subject: str | None,
	at: datetime | None = None,
	*,
	customer: str | None = None,
	email: str | None = None,
	phone: str | None = None,
	excluded: str | None = None,
) -> list[dict[str, Any]]:
	"""Folios of the same customer, address or number that say nearly the same as `subject`, the most alike first.

	at: around which moment, now by default; the window and the likeness that counts are Service Settings. Only what the user
	may see; what was merged already is left out. Each has FIELDS, `state` and `likeness` (0 to 1).
	"""
	parties = _parties(customer, email, phone)
	window = timedelta(days=settings.number("duplicate_window_days", 0))
	if not parties or not window:
		return []
	at = get_datetime(at) if at else clock.now()
	rows = frappe.get_list(
		DOCTYPE,
		# two conditions, since Frappe's "between" means whole days
		filters=[
			["received_at", ">=", at - window],
			["received_at", "<=", at + window],
			["merged_into", "is", "not set"],
			["name", "!=", excluded or ""],
		],
		or_filters=parties,
		fields=list(FIELDS),
		order_by="received_at desc",
		limit_page_length=COMPARED,
	)
	return _alike(rows, subject)


@frappe.whitelist()
def of_party(
	subject: str, customer: str | None = None, email: str | None = None, phone: str | None = None
) -> list[dict[str, Any]]:
	"""The same for a request that is being typed."""
	system.require(DOCTYPE, "read")
	return similar(subject, customer=customer, email=email, phone=phone)


@frappe.whitelist()
def of_folio(folio: str) -> dict[str, Any]:
	"""What the form tells of a folio and others: {"similar", "merged", "merged_into", "may_link", "may_merge"}.

	similar: empty once the folio is linked or over. merged: those it took over, with their messages.
	"""
	doc = system.permitted(DOCTYPE, folio, "read")
	settled = doc.stage in ENDED_STAGES or doc.parent_folio
	found = [] if settled else similar(
		doc.subject, doc.received_at, customer=doc.customer, email=doc.email, phone=doc.phone, excluded=doc.name
	)  # fmt: skip
	known = set(_family(doc.name))
	return {
		"similar": [row for row in found if row["name"] not in known],
		"merged": [_merged(name) for name in merged_into(doc.name)],
		"merged_into": doc.merged_into,
		"may_link": doc.has_permission("write"),
		"may_merge": doc.has_permission("write") and bool(set(MERGERS) & set(frappe.get_roles())),
	}


def merged_into(folio: str) -> list[str]:
	"""The folios that a folio took over, and those that these had taken over before, in the order of their numbers."""
	found, asked = set(), [folio]
	while asked and len(found) < LONGEST_CHAIN:
		# numbers only; what they hold is read by whoever may read the survivor
		rows = frappe.get_all(DOCTYPE, {"merged_into": ("in", asked)}, pluck="name", order_by="name")
		asked = [name for name in rows if name not in found]
		found |= set(asked)
	return sorted(found - {folio})


def survivor_of(folio) -> str:
	"""The number of the folio that goes on for one that was merged, at the end of the chain; its own where it was not merged."""
	name, following = folio.name, folio.merged_into
	for _step in range(LONGEST_CHAIN):
		if not following:
			break
		# numbers only, to see where a chain ends
		name, following = following, frappe.db.get_value(DOCTYPE, following, "merged_into")
	return name


def _alike(rows, subject: str | None) -> list[dict[str, Any]]:
	least = flt(settings.value("duplicate_similarity")) / 100
	for row in rows:
		row.update({"likeness": similarity(subject, row.subject), "state": _(row.workflow_state)})
	found = [row for row in rows if row.likeness >= least and row.likeness]
	return sorted(found, key=lambda row: (-row.likeness, row.name))[:OFFERED]


def _parties(customer, email, phone) -> dict[str, str]:
	said = {"customer": customer, "email": email, "phone_e164": phones.normalise(phone)}
	return {name: value for name, value in said.items() if value}


def _merged(name: str) -> dict[str, Any]:
	# the survivor's reader reads what it took over
	row = frappe.db.get_value(DOCTYPE, name, [*FIELDS, "channel", "description"], as_dict=True)
	# as above: the messages stay with the folio that they came for
	messages = frappe.get_all(
		"Communication",
		filters={"reference_doctype": DOCTYPE, "reference_name": name, "communication_type": "Communication"},
		fields=["name", "subject", "content", "sent_or_received", "sender_full_name", "communication_date"],
		order_by="communication_date",
		limit_page_length=MESSAGES_SHOWN,
	)
	for message in messages:
		message.content = frappe.utils.strip_html(message.content or "").strip()[:500]
	return {**row, "messages": messages}


# Linking and merging -------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def link(folio: str, parent: str) -> str:
	"""Say that a folio belongs to an earlier one (`parent_folio`); returns the parent. Nothing else changes."""
	doc, other = system.permitted(DOCTYPE, folio, "write"), system.permitted(DOCTYPE, parent, "read")
	_refuse_strangers(doc, other)
	if doc.parent_folio:
		_refuse(_("{0} is linked to {1} already.").format(doc.name, doc.parent_folio))
	if doc.name in _ancestors(other):
		_refuse(_("{0} is linked to {1} already.").format(other.name, doc.name))
	doc.parent_folio = other.name
	doc.save()
	after_end.decided(other, (DOCTYPE, doc.name))
	events.record(doc, Events.RELATED, reference=(DOCTYPE, other.name))
	events.record(other, Events.RELATED, reference=(DOCTYPE, doc.name))
	return other.name


@frappe.whitelist(methods=["POST"])
def merge(folio: str, into: str) -> str:
	"""Let the earlier of two open folios of one party go on for both; returns its number.

	The later one ends as withdrawn with `merged_into`, its open promises lapse. Raises PermissionError without the right to
	write both, ValidationError with the way out for what is no duplicate.
	"""
	system.require(DOCTYPE, "write")
	system.require_role(MERGERS, _("Folios are merged by one of these roles: {0}."))
	doc, survivor = _in_order(*_locked(folio, into))
	_refuse_strangers(doc, survivor)
	_refuse_people_apart(doc, survivor)
	for one in (doc, survivor):
		if one.stage in ENDED_STAGES:
			_refuse(
				_("{0} has ended: a folio is merged while both are open. Link them instead.").format(one.name)
			)
	_end(doc, survivor)
	events.record(doc, Events.MERGED, reference=(DOCTYPE, survivor.name))
	events.record(survivor, Events.TOOK_OVER, reference=(DOCTYPE, doc.name))
	return survivor.name


def _end(doc, survivor) -> None:
	doc.merged_into = survivor.name
	doc.parent_folio = doc.parent_folio or survivor.name
	doc.withdrawal_reason = _("Merged into {0}").format(survivor.name)
	doc.workflow_state = stages.state_of(Stage.WITHDRAWN)
	doc.flags.by_service = True
	doc.save()


def _locked(*names: str):
	"""The folios as they are now, once the user may write each; nobody else merges them meanwhile."""
	for name in sorted(set(names)):
		system.permitted(DOCTYPE, name, "write")
	# in one order always, so that two merges wait for each other instead of deadlocking
	locked = {name: frappe.get_doc(DOCTYPE, name, for_update=True) for name in sorted(set(names))}
	return tuple(locked[name] for name in names)


def _in_order(one, other):
	"""(the later, the earlier): whoever came first is answered first, whichever way round it was asked."""
	later_first = sorted(
		(one, other), key=lambda doc: (get_datetime(doc.received_at), doc.name), reverse=True
	)
	return tuple(later_first)


def _refuse_strangers(doc, other) -> None:
	if doc.name == other.name:
		_refuse(_("{0} cannot be linked to itself: choose another folio.").format(doc.name))
	if doc.company != other.company:
		_refuse(_("{0} and {1} belong to different companies.").format(doc.name, other.name))
	if doc.customer and other.customer and doc.customer != other.customer:
		_refuse(_("{0} and {1} belong to different customers.").format(doc.name, other.name))


def _refuse_people_apart(doc, other) -> None:
	"""One person's case may not go on in another's: something must say that both are of the same."""
	if not any(doc.get(name) and doc.get(name) == other.get(name) for name in _PARTY):
		_refuse(
			_(
				"Nothing says that {0} and {1} are of the same customer: fill in the customer of both, or link them instead."
			).format(doc.name, other.name)
		)


def _ancestors(doc) -> list[str]:
	found, name = [], doc.parent_folio
	while name and name not in found and len(found) < LONGEST_CHAIN:
		found.append(name)
		# numbers only, to see where a chain ends
		name = frappe.db.get_value(DOCTYPE, name, "parent_folio")
	return found


def _family(name: str) -> list[str]:
	"""Folios that are linked to this one already: they need not be offered again."""
	# numbers only, to leave them out of what is offered
	return frappe.get_all(DOCTYPE, {"parent_folio": name}, pluck="name", order_by="name")


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Not Allowed"))
