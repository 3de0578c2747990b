"""The list of a customer's requests: filters that stand in the address, pages, counts; one predicate for all of it (G7, X1)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import frappe
from frappe.query_builder import Case, Order
from frappe.query_builder.functions import IfNull, Sum
from frappe.utils import cint

from nervion_service.domain.taxonomy import ENDED_STAGES, Stage
from nervion_service.services import clock, customer_story, frequent_questions, portal_access, portal_words

FOLIO, COMPLAINT, LINE = "Service Folio", "Service Complaint", "Complaint Line"
PAGE = 20
OPEN, YOURS, CLOSED = STATUSES = ("open", "yours", "closed")
_NO_WILDCARDS = str.maketrans("%_\\", "   ")
# of the choices of product; who asked about more of them types a word
MOST_PRODUCTS = 200
# what each filter is called in the address
NAMES = {
	"status": "estado",
	"search": "buscar",
	"request_type": "tipo",
	"product": "producto",
	"since": "desde",
	"until": "hasta",
	"page": "pagina",
}


@dataclass(frozen=True)
class Choice:
	"""What of the list is shown. since and until are days, both included; page counts from 1."""

	status: str = OPEN
	search: str = ""
	request_type: str = ""
	product: str = ""
	since: date | None = None
	until: date | None = None
	page: int = 1

	@property
	def chosen(self) -> int:
		"""How many of the filters behind the words are set."""
		return sum(bool(value) for value in (self.request_type, self.product, self.since, self.until))

	def address(self, **changes: Any) -> str:
		"""The address of the list with these filters and the changes; another filter begins at page 1."""
		other = replace(self, **{"page": 1, **changes})
		usual = asdict(Choice())
		said = {NAMES[key]: value for key, value in asdict(other).items() if value != usual[key]}
		return f"/servicio?{urlencode(said)}" if said else "/servicio"


def requests(asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
	"""A page of the user's requests out of what the address asks, under the names of NAMES.

	{"rows", "choice", "counts", "first", "last", "pages", "types", "products", "customers", "is_staff", "has_questions"}. counts:
	by status, with the other filters as they are; first and last: the numbers of the rows on the page.
	"""
	customers = portal_access.customers_of()
	types, products = _types(customers), _products(customers)
	choice = _choice(asked or {}, types, products)
	counts = _counts(customers, choice)
	total = counts[choice.status]
	pages = max(1, -(-total // PAGE))
	choice = replace(choice, page=min(choice.page, pages))
	rows = _rows(customers, choice)
	promises = customer_story.promises_of([row.name for row in rows])
	return {
		"rows": [customer_story.summary(row, promises.get(row.name, [])) for row in rows],
		"choice": choice,
		"counts": counts,
		"first": (choice.page - 1) * PAGE + 1,
		"last": (choice.page - 1) * PAGE + len(rows),
		"pages": pages,
		"types": types,
		"products": products,
		"customers": customers,
		"is_staff": frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User",
		"has_questions": frequent_questions.exist(),
	}


# What the address asks ---------------------------------------------------------------------------------------


def _choice(asked: Mapping[str, Any], types, products) -> Choice:
	"""What nobody can have chosen, as a product of others or the 31st of February, is as if it were not asked."""
	said = {key: str(asked.get(name) or "").strip()[:140] for key, name in NAMES.items()}
	since, until = _day(said["since"]), _day(said["until"])
	if since and until and until < since:
		since, until = until, since
	return Choice(
		status=said["status"] if said["status"] in STATUSES else OPEN,
		search=said["search"][:80],
		request_type=said["request_type"] if said["request_type"] in dict(types) else "",
		product=said["product"] if said["product"] in dict(products) else "",
		since=since,
		until=until,
		page=max(1, cint(said["page"])),
	)


def _day(said: str) -> date | None:
	try:
		found = date.fromisoformat(said)
	except ValueError:
		return None
	# what a calendar shows; the last day of all has none after it
	return found if date(1990, 1, 1) <= found < date(2200, 1, 1) else None


def _types(customers) -> list[tuple[str, str]]:
	folio = frappe.qb.DocType(FOLIO)
	# what the user's own companies asked
	query = frappe.qb.from_(folio).select(folio.request_type).distinct()
	rows = query.where(portal_access.condition(folio, customers)).run(pluck=True)
	return sorted(((name, portal_words.request_type(name)) for name in rows if name), key=lambda one: one[1])


def _products(customers) -> list[tuple[str, str]]:
	"""(code, name) of what the user's companies asked about or complained of, by name."""
	folio, item = frappe.qb.DocType(FOLIO), frappe.qb.DocType("Item")
	complaint, line = frappe.qb.DocType(COMPLAINT), frappe.qb.DocType(LINE)
	mine = portal_access.condition(folio, customers)
	# of the user's own companies; portal users hold no permission on items
	asked = frappe.qb.from_(folio).join(item).on(item.name == folio.product)
	complained = (
		frappe.qb.from_(folio)
		.join(complaint)
		.on(complaint.folio == folio.name)
		.join(line)
		.on((line.parent == complaint.name) & (line.parenttype == COMPLAINT))
		.join(item)
		.on(item.name == line.item)
	)
	found = {}
	for query in (asked, complained):
		rows = query.select(item.name, item.item_name).distinct().where(mine).limit(MOST_PRODUCTS).run()
		found |= {code: name or code for code, name in rows}
	return sorted(found.items(), key=lambda one: one[1].lower())


# Rows --------------------------------------------------------------------------------------------------------


def _rows(customers, choice: Choice) -> list:
	folio = frappe.qb.DocType(FOLIO)
	# website users hold no permission on folios: the condition is the portal's own predicate
	return (
		_found(folio, customers, choice)
		.where(_standing(folio)[choice.status])
		.select(*(folio[name] for name in customer_story.SUMMARY_FIELDS))
		.orderby(folio.received_at, order=Order.desc)
		.orderby(folio.name, order=Order.desc)
		.limit(PAGE)
		.offset((choice.page - 1) * PAGE)
		.run(as_dict=True)
	)


def _counts(customers, choice: Choice) -> dict[str, int]:
	folio = frappe.qb.DocType(FOLIO)
	standing = _standing(folio)
	sums = [Sum(Case().when(standing[status], 1).else_(0)) for status in STATUSES]
	# as in `_rows`
	found = _found(folio, customers, choice).select(*sums).run()[0]
	return {status: int(number or 0) for status, number in zip(STATUSES, found, strict=True)}


def _standing(folio) -> dict[str, Any]:
	"""The conditions by which a request is open, waits for its customer, or has ended; the middle one is part of the first."""
	ended = folio.stage.isin(list(ENDED_STAGES))
	spoken = (IfNull(folio.withdrawal_reason, "") != "") | (
		(folio.stage == Stage.ANSWERED) & (IfNull(folio.satisfaction, "") != "")
	)
	yours = folio.stage.isin([Stage.WAITING, Stage.ANSWERED]) & spoken.negate()
	return {OPEN: ended.negate(), YOURS: yours, CLOSED: ended}


def _found(folio, customers, choice: Choice):
	"""The query of the user's requests by everything but where they stand."""
	item = frappe.qb.DocType("Item")
	# as in `_rows`
	query = frappe.qb.from_(folio).left_join(item).on(item.name == folio.product)
	query = query.where(portal_access.condition(folio, customers))
	if choice.search:
		query = query.where(_has_words(folio, item, choice.search))
	if choice.request_type:
		query = query.where(folio.request_type == choice.request_type)
	if choice.product:
		query = query.where(
			(folio.product == choice.product) | folio.name.isin(_complained_of(choice.product))
		)
	if choice.since:
		query = query.where(folio.received_at >= clock.span(choice.since, choice.since)[0])
	if choice.until:
		query = query.where(folio.received_at < clock.span(choice.until, choice.until)[1])
	return query


def _has_words(folio, item, search: str):
	words = f"%{search.translate(_NO_WILDCARDS).strip()}%"
	fields = (folio.name, folio.subject, folio.customer_reference, folio.product, folio.batch, item.item_name)
	condition = fields[0].like(words)
	for field in fields[1:]:
		condition = condition | field.like(words)
	return condition


def _complained_of(product: str):
	complaint, line = frappe.qb.DocType(COMPLAINT), frappe.qb.DocType(LINE)
	# only narrows what the predicate lets through
	return (
		frappe.qb.from_(complaint)
		.join(line)
		.on((line.parent == complaint.name) & (line.parenttype == COMPLAINT))
		.select(complaint.folio)
		.where(line.item == product)
	)
