"""Who is calling: customers, leads and earlier callers by telephone in any spelling, by name, or by folio (G9, S1.7).

Only what the user may see is found: every look-up is an ordinary list. A number is searched by its digits in order, whatever
stands between them, and what the database offers is confirmed here.
"""

import re
from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days

from nervion_service.domain.naming import DIGITS, FOLIO
from nervion_service.domain.taxonomy import ENDED_STAGES
from nervion_service.services import clock, folio_actions, phones, portal_access, system

DOCTYPE = "Service Folio"
FEWEST_LETTERS = 2
SHOWN = 8
# further back nobody looks for a caller who left no record but a folio
CALLERS_SINCE_DAYS = 365
# candidates of each look-up, of which the most are dropped as doubles
CANDIDATES = 20
RECENT_CASES = 6

_FOLIO_NUMBER = re.compile(rf"^(?:{FOLIO}-)?(?:\d{{4}}-)?\d+$", re.IGNORECASE)
_CASE = ("name", "subject", "workflow_state", "stage", "request_type", "received_at", "assigned_to")
_CALLER = ("name", "customer", "lead", "contact", "party_name", "phone", "email", "customer_kind")


@frappe.whitelist()
def find(text: str) -> list[dict[str, Any]]:
	"""Who the typed telephone, name or folio number may mean, customers first:
	[{doctype, name, title, phone, email, contact, kind, open_folios, last_folio}].

	doctype: Customer, Lead, or Service Folio for somebody who is known by an earlier folio only.
	"""
	system.require(DOCTYPE, "create")
	text = (text or "").strip()
	found = _Found()
	for look in (_by_number_of_folio, _by_phone, _by_name):
		found.add(look(text))
	return _with_cases(found.first(SHOWN))


@frappe.whitelist()
def cases(doctype: str, name: str) -> list[dict[str, Any]]:
	"""The latest cases of somebody that `find` found, as far as the user may see them; what ended says whether it can be reopened."""
	system.require(DOCTYPE, "read")
	return [_case(row) for row in _folios(_wanted(doctype, name), _CASE, RECENT_CASES)]


def _case(row) -> dict[str, Any]:
	ended = row.stage in ENDED_STAGES
	may_reopen = ended and folio_actions.may_reopen(row.name)
	return {**row, "state": _(row.workflow_state), "ended": ended, "may_reopen": may_reopen}


class _Found:
	"""Parties in the order in which they were found, each once."""

	def __init__(self):
		self.rows: dict[tuple[str, str], dict[str, Any]] = {}

	def add(self, rows: Iterable[dict[str, Any]]) -> None:
		for row in rows:
			key = (row["doctype"], row["name"])
			# what another look-up knows of the same party fills the gaps
			kept = self.rows.setdefault(key, row)
			kept.update({field: value for field, value in row.items() if not kept.get(field)})

	def first(self, most: int) -> list[dict[str, Any]]:
		order = {"Customer": 0, "Lead": 1}
		return sorted(self.rows.values(), key=lambda row: order.get(row["doctype"], 2))[:most]


# Looking up --------------------------------------------------------------------------------------------------


def _by_number_of_folio(text: str) -> list[dict[str, Any]]:
	if not _FOLIO_NUMBER.match(text):
		return []
	number = text.rsplit("-", 1)[-1]
	# the digits of a telephone are more than those of a folio
	if len(number) > DIGITS or not int(number):
		return []
	ending = text.upper() if text.upper().startswith(FOLIO) else f"%-{int(number):0{DIGITS}d}"
	return _callers({"name": ("like", f"%{ending}")})


def _by_phone(text: str) -> list[dict[str, Any]]:
	pattern = phones.pattern(text)
	if not pattern or re.search(r"[^\W\d_]{2}", text):
		return []
	exact = phones.normalise(text)
	folios = _callers({"phone_e164": exact}) if exact else []
	return [
		*(row for row in _customers({"mobile_no": ("like", pattern)}) if phones.holds(row["phone"], text)),
		*_by_contact([["Contact Phone", "phone", "like", pattern]], text),
		*(row for row in _leads(("mobile_no", "phone"), pattern) if phones.holds(row["phone"], text)),
		*(folios or (row for row in _recent_callers("phone", pattern) if phones.holds(row["phone"], text))),
	]


def _by_name(text: str) -> list[dict[str, Any]]:
	if len(text) < FEWEST_LETTERS or not re.search(r"[^\W\d_]", text):
		return []
	like = ("like", f"%{_literal(text)}%")
	return [
		*_customers({"customer_name": like}),
		*_by_contact([["Contact", "full_name", *like]]),
		*_leads(("lead_name", "company_name"), like[1]),
		*_recent_callers("party_name", like[1]),
	]


def _literal(text: str) -> str:
	"""What is typed stands for itself; a sign of LIKE stands for any one letter, since Frappe lets none be escaped."""
	return text.replace("%", "_")


def _customers(filters) -> list[dict[str, Any]]:
	rows = _list("Customer", ["name", "customer_name", "mobile_no", "email_id"], filters=filters)
	return [_party("Customer", row.name, row.customer_name, row.mobile_no, row.email_id) for row in rows]


def _leads(fields: tuple[str, str], pattern: str) -> list[dict[str, Any]]:
	wanted = {field: ("like", pattern) for field in fields}
	shown = ["name", "lead_name", "company_name", "mobile_no", "phone", "email_id"]
	rows = _list("Lead", shown, or_filters=wanted, filters={"status": ("!=", "Converted")})
	return [
		_party("Lead", row.name, row.company_name or row.lead_name, row.mobile_no or row.phone, row.email_id)
		for row in rows
	]


def _by_contact(filters: list, typed: str | None = None) -> list[dict[str, Any]]:
	"""Customers and leads through the people who speak for them."""
	fields = ["name", "full_name", "mobile_no", "phone", "email_id"]
	rows = _of_ours(_list("Contact", fields, filters=filters))
	links = _links_of([row.name for row in rows])
	numbers = _numbers_of([row.name for row in rows]) if typed else {}
	found = []
	for row in rows:
		number = next((one for one in numbers.get(row.name, []) if phones.holds(one, typed)), None)
		if typed and not number:
			continue
		for doctype, name, title in links.get(row.name, []):
			person = "" if row.full_name == title else row.full_name
			party = _party(doctype, name, title or name, number or row.mobile_no or row.phone, row.email_id)
			found.append({**party, "contact": row.name, "person": person})
	return found


def _of_ours(rows: list) -> list:
	"""Without contacts that website users made of themselves, whatever customer those name."""
	trusted = set(portal_access.trusted_contacts({"name": ("in", [row.name for row in rows] or [""])}))
	return [row for row in rows if row.name in trusted]


def _links_of(contacts: list[str]) -> dict[str, list[tuple[str, str, str]]]:
	# of contacts that the user was just given; a customer's own permission is asked below
	rows = frappe.get_all(
		"Dynamic Link",
		filters={
			"parenttype": "Contact",
			"parent": ("in", contacts or [""]),
			"link_doctype": ("in", ("Customer", "Lead")),
		},
		fields=["parent", "link_doctype", "link_name", "link_title"],
		order_by="parent, idx",
	)
	seen = {
		doctype: {
			row.name: row
			for row in _list(doctype, ["name"], {"name": ("in", [r.link_name for r in rows] or [""])})
		}
		for doctype in ("Customer", "Lead")
	}
	links: dict[str, list[tuple[str, str, str]]] = {}
	for row in rows:
		if row.link_name in seen[row.link_doctype]:
			links.setdefault(row.parent, []).append((row.link_doctype, row.link_name, row.link_title))
	return links


def _numbers_of(contacts: list[str]) -> dict[str, list[str]]:
	# as in `_links_of`: rows of contacts that the user was just given
	rows = frappe.get_all(
		"Contact Phone",
		filters={"parent": ("in", contacts or [""])},
		fields=["parent", "phone"],
		order_by="idx",
	)
	numbers: dict[str, list[str]] = {}
	for row in rows:
		numbers.setdefault(row.parent, []).append(row.phone)
	return numbers


def _recent_callers(field: str, pattern: str) -> list[dict[str, Any]]:
	since = add_days(clock.now(), -CALLERS_SINCE_DAYS)
	return _callers({field: ("like", pattern), "received_at": (">", since)})


def _callers(filters) -> list[dict[str, Any]]:
	"""Who stands in earlier folios: their customer or lead, else themselves by the latest folio."""
	latest: dict[tuple, dict[str, Any]] = {}
	for row in _folios(filters, _CALLER, CANDIDATES):
		known = next(((kind, row[kind.lower()]) for kind in ("Customer", "Lead") if row[kind.lower()]), None)
		doctype, name = known or (DOCTYPE, row.name)
		key = known or (row.party_name, phones.digits(row.phone)[-phones.TAIL :], row.email)
		party = _party(doctype, name, row.party_name, row.phone, row.email)
		latest.setdefault(key, {**party, "contact": row.contact, "kind": row.customer_kind})
	return list(latest.values())


# Their cases -------------------------------------------------------------------------------------------------


def _with_cases(parties: list[dict[str, Any]]) -> list[dict[str, Any]]:
	for party in parties:
		rows = _folios(_wanted(party["doctype"], party["name"]), ("name", "stage", "customer_kind"), 100)
		party["open_folios"] = sum(row.stage not in ENDED_STAGES for row in rows)
		party["last_folio"] = rows[0].name if rows else None
		party["kind"] = party["kind"] or next((row.customer_kind for row in rows if row.customer_kind), None)
	return parties


def _wanted(doctype: str, name: str) -> dict[str, Any]:
	"""Which folios are those of a party; of somebody without a record, those of the same number or address."""
	if doctype in ("Customer", "Lead"):
		return {doctype.lower(): name}
	folio = system.permitted(DOCTYPE, name, "read")
	if folio.phone_e164:
		return {"phone_e164": folio.phone_e164}
	return {"email": folio.email} if folio.email else {"name": folio.name}


def _folios(filters, fields: Iterable[str], most: int) -> list:
	return frappe.get_list(
		DOCTYPE,
		filters=filters,
		fields=list(fields),
		order_by="received_at desc",
		limit_page_length=most,
	)


def _list(doctype: str, fields: list[str], filters=None, or_filters=None) -> list:
	"""An ordinary list; empty for who may not read any."""
	if not frappe.has_permission(doctype, "read"):
		return []
	return frappe.get_list(
		doctype,
		fields=fields,
		filters=filters or {},
		or_filters=or_filters or {},
		limit_page_length=CANDIDATES,
		order_by=f"`tab{doctype}`.modified desc",
	)


def _party(doctype, name, title, phone, email) -> dict[str, Any]:
	return {
		"doctype": doctype,
		"name": name,
		"title": title or name,
		"phone": phone or None,
		"email": email or None,
		"contact": None,
		"person": None,
		"kind": None,
		"open_folios": 0,
		"last_folio": None,
	}
