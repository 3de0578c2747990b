"""What a verdict accepts is held against all that the customer was delivered, whether a line names its delivery or not (K2).

Who bought in a shop has no delivery of ours: then whoever judges says why it is accepted all the same.
"""

from collections.abc import Iterator

import frappe
from frappe.utils import flt

from nervion_service.domain import claims
from nervion_service.domain.admissibility import Problem, problem
from nervion_service.domain.complaint_words import COMPLAINT, ComplaintStage, Verdict
from nervion_service.services.complaints import buyers, quantities, sources

_NOBODYS = frappe._dict(name="")
# deliveries of one product to one customer that are looked through, the latest first
MOST = 200
# what of a document says that it brought an item, or a batch of it
_ITS_ITEM = "{row}.item_code = %(item)s"
_ITS_BATCH = """({row}.batch_no = %(batch)s OR {row}.serial_and_batch_bundle IN
	(SELECT parent FROM `tabSerial and Batch Entry` WHERE batch_no = %(batch)s))"""


def problems(complaint) -> list[Problem]:
	"""What is accepted beyond what was delivered, less what is claimed of it; nothing where whoever judges says why.

	A line that names its delivery was held against that when it was claimed, and is looked at again only where the same goods were
	granted to somebody who named none. The caller has checked who judges.
	"""
	wanted = _wanted(complaint)
	if not wanted or (complaint.no_delivery_reason or "").strip():
		return []
	customers = sorted(buyers.of(complaint))
	_lock(customers)
	others = _granted_to_others(complaint, customers) if customers else []
	found = []
	for (item, batch), quantity in wanted.items():
		granted = sum(qty for *goods, qty in others if claims.may_mean(tuple(goods), item, batch))
		if quantity or granted:
			left = _left(complaint, customers, (item, batch), quantity + granted) - granted
			if claims.exceeds(quantity, left):
				found.append(
					_beyond(complaint, (item, batch), max(left, 0.0))
					if quantity
					else _granted(complaint, (item, batch), granted)
				)
	return found


def _wanted(complaint) -> dict[tuple, float]:
	"""What of each item and batch is accepted without a delivery, 0 where all of it names one; without a batch, of the item as a whole."""
	rows = [
		row
		for row in complaint.lines
		if row.item and flt(row.accepted_qty) and row.verdict != Verdict.INADMISSIBLE
	]
	unnamed = claims.added_up((row.item, row.batch, 0 if row.delivery else row.accepted_qty) for row in rows)
	return {key: claims.total(unnamed, *key) for key in unnamed}


def _left(complaint, customers: list[str], key: tuple, wanted: float) -> float:
	"""How much of (item, batch) was delivered and is claimed by nobody; no more is counted than is wanted."""
	left = 0.0
	for doctype, name in _deliveries(complaint, customers, *key):
		left += quantities.claimable(_NOBODYS, doctype, name, *key, is_locked=True)
		if not claims.exceeds(wanted, left):
			break
	return left


def _deliveries(complaint, customers: list[str], item: str, batch: str | None) -> Iterator[tuple[str, str]]:
	"""The documents that brought the goods, each delivery once: those that the complaint names, then all to its buyers."""
	seen: set[tuple[str, str]] = set()
	for one in (*quantities.named(complaint), *_latest(complaint.company, customers, item, batch)):
		itself = [one] if sources.moves_stock(*one) else sorted(sources.same_goods(*one) - {one})
		for document in itself:
			if document not in seen and sources.moves_stock(*document):
				seen.add(document)
				yield document


def _latest(company: str, customers: list[str], item: str, batch: str | None) -> list[tuple[str, str]]:
	if not customers:
		return []
	found = []
	for doctype in (sources.NOTE, sources.INVOICE):
		found += _of_kind(doctype, company, customers, item, batch)
	return [(doctype, name) for _day, doctype, name in sorted(found, reverse=True)[:MOST]]


def _of_kind(doctype: str, company: str, customers: list[str], item: str, batch: str | None) -> list[tuple]:
	goods = _ITS_ITEM if batch is None else f"{_ITS_ITEM} AND {_ITS_BATCH}"
	# what was delivered bounds what may be accepted, whoever may see the deliveries; names of tables and columns are ours
	rows = frappe.db.sql(
		f"""SELECT d.posting_date, d.name FROM `tab{doctype}` d
		WHERE d.customer IN %(customers)s AND d.company = %(company)s AND d.docstatus = 1 AND d.is_return = 0 AND (
			EXISTS (SELECT 1 FROM `tab{doctype} Item` r WHERE r.parent = d.name AND {goods.format(row="r")})
			OR EXISTS (SELECT 1 FROM `tabPacked Item` p WHERE p.parent = d.name AND {goods.format(row="p")}))
		ORDER BY d.posting_date DESC, d.name DESC LIMIT {MOST}""",
		{"customers": customers, "company": company, "item": item, "batch": batch},
	)
	return [(day, doctype, name) for day, name in rows]


def _granted_to_others(complaint, customers: list[str]) -> list[tuple]:
	"""(item, batch, quantity) that other complaints of the buyers were granted without naming a delivery, or saying why not."""
	# as above: what others were granted counts
	rows = frappe.db.sql(
		"""SELECT l.item, l.batch, l.accepted_qty FROM `tabComplaint Line` l JOIN `tabService Complaint` c ON c.name = l.parent
		WHERE c.name != %(name)s AND c.company = %(company)s AND c.stage != %(withdrawn)s
			AND (c.customer IN %(customers)s OR c.place_of_purchase_customer IN %(customers)s)
			AND l.parenttype = %(complaint)s AND IFNULL(l.delivery, '') = '' AND l.accepted_qty > 0 AND l.item IN %(items)s
			AND IFNULL(c.no_delivery_reason, '') = ''""",
		{
			"complaint": COMPLAINT,
			"name": complaint.name,
			"company": complaint.company,
			"withdrawn": ComplaintStage.WITHDRAWN,
			"customers": customers,
			"items": sorted({row.item for row in complaint.lines if row.item}),
		},
	)
	return [(item, batch or None, flt(qty)) for item, batch, qty in rows]


def _lock(customers: list[str]) -> None:
	"""Of two verdicts about one customer's goods that are given at once, the second waits."""
	for customer in customers:
		frappe.db.get_value("Customer", customer, "name", for_update=True)


def _beyond(complaint, key: tuple, left: float) -> Problem:
	values, unit = _said_of(complaint, key)
	if not claims.exceeds(left, 0):
		return problem("line_unbacked", **values)
	return problem("line_beyond", **values, left=f"{left:g} {unit}".strip())


def _granted(complaint, key: tuple, granted: float) -> Problem:
	"""All that is accepted names its delivery, which others were granted of without naming it: no better line would help."""
	values, unit = _said_of(complaint, key)
	return problem("line_granted", **values, granted=f"{granted:g} {unit}".strip())


def _said_of(complaint, key: tuple) -> tuple[dict, str]:
	"""What a sentence says of the lines of (item, batch), and their unit."""
	rows = [row for row in complaint.lines if (row.item, row.batch or None) == key]
	accepted, unit = sum(flt(row.accepted_qty) for row in rows), rows[0].uom or ""
	return {"row": rows[0].idx, "accepted": f"{accepted:g} {unit}".strip(), "what": key[1] or key[0]}, unit
