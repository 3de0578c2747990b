"""What of its deliveries a complaint may claim: never more than was delivered, less what others claimed before (K2)."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import escape_html, flt

from nervion_service.domain import claims
from nervion_service.domain.complaint_words import COMPLAINT, ComplaintStage, Verdict
from nervion_service.services.complaints import sources

LINE = "Complaint Line"


def delivered(complaint) -> list[dict]:
	"""What the deliveries of a complaint brought, a row per delivery and batch, each with what may still be claimed of it.

	[{"delivery_type", "delivery", "item", "batch", "qty", "uom", "claimable"}]; the caller has checked permission to read it.
	"""
	rows = []
	for doctype, name in _deliveries(complaint):
		for row in sources.batches_of_delivery(doctype, name):
			limit = claimable(complaint, doctype, name, row["item"], row["batch"] or None)
			rows.append({"delivery_type": doctype, "delivery": name, **row, "claimable": limit})
	return rows


def claimable(complaint, doctype: str, name: str, item: str, batch: str | None = None) -> float:
	"""How much of an item, or of a batch of it, this complaint may claim of a delivery, in the stock unit."""
	group = sources.same_goods(doctype, name)
	limits = []
	for documents in ({(doctype, name)}, group):
		brought = claims.added_up(_brought(documents, (doctype, name)))
		taken = claims.added_up(_claimed_before(documents, complaint))
		limits.append(claims.claimable(brought, taken, item, batch))
	return flt(min(limits), 6)


def fill(complaint) -> None:
	"""Complete the lines: the unit, the delivery where only one can be meant, and what it delivered."""
	currency = frappe.get_cached_value("Company", complaint.company, "default_currency")
	for row in complaint.lines:
		row.company_currency = currency
		row.uom = frappe.get_cached_value("Item", row.item, "stock_uom") if row.item else None
		_fill_delivery(complaint, row)
		row.delivered_qty = _delivered_qty(row)


def check(complaint) -> None:
	"""Refuse a line that cannot be: no item, a batch of another item, a foreign delivery, more than may be claimed."""
	for row in complaint.deliveries:
		_check_delivery(complaint, row, row.delivery_type, row.delivery)
	for row in complaint.lines:
		_check_line(complaint, row)
	_check_sums(complaint)


def _check_line(complaint, row) -> None:
	if row.batch and not row.item:
		row.item = frappe.get_cached_value("Batch", row.batch, "item")
	if flt(row.claimed_qty) and not row.item:
		_refuse(row, _("say which product it is."))
	if row.batch and frappe.get_cached_value("Batch", row.batch, "item") != row.item:
		_refuse(
			row,
			_("the batch {0} is not of the product {1}. Correct one of them.").format(
				_bold(row.batch), _bold(row.item)
			),
		)
	for field in ("claimed_qty", "accepted_qty", "remedy_amount"):
		if flt(row.get(field)) < 0:
			_refuse(row, _("{0} cannot be negative.").format(_bold(_(row.meta.get_label(field)))))
	if row.delivery:
		_check_delivery(complaint, row, row.delivery_type, row.delivery)
		_check_contents(row)


def _check_delivery(complaint, row, doctype: str, name: str) -> None:
	if not sources.is_delivery(doctype, name):
		_refuse(row, _("{0} is no submitted delivery note or invoice.").format(_bold(name)))
	facts = frappe.get_cached_value(doctype, name, ["customer", "company"], as_dict=True)
	buyers = {complaint.customer, complaint.place_of_purchase_customer} - {None, ""}
	if facts.company != complaint.company or (buyers and facts.customer not in buyers):
		# in the same words as what is not there: whose it is, is nobody's to learn here
		_refuse(row, _("{0} is no delivery of this customer.").format(_bold(name)))


def _check_contents(row) -> None:
	if row.item and not _delivered_qty(row):
		what = row.batch or row.item
		_refuse(row, _("{0} is not in {1}.").format(_bold(what), _bold(row.delivery)))


def _check_sums(complaint) -> None:
	claimed: dict[tuple, float] = {}
	for row in complaint.lines:
		if not (row.delivery and flt(row.claimed_qty)):
			continue
		_lock(row)
		for batch in {row.batch or None, None}:
			key = (row.delivery_type, row.delivery, row.item, batch)
			claimed[key] = claimed.get(key, 0.0) + flt(row.claimed_qty)
			limit = claimable(complaint, *key)
			if claims.exceeds(claimed[key], limit):
				_refuse_excess(row, claimed[key], limit)


def _refuse_excess(row, claimed: float, limit: float) -> None:
	_refuse(
		row,
		_("{0} of {1} cannot be claimed: {2} brought {3}, and {4} of it can still be claimed.").format(
			f"{claimed:g} {row.uom or ''}".strip(),
			_bold(row.batch or row.item),
			_bold(row.delivery),
			f"{flt(row.delivered_qty):g}",
			f"{limit:g}",
		),
	)


def _lock(row) -> None:
	"""Of two complaints about one delivery that are saved at once, the second waits and sees what the first claimed."""
	frappe.db.get_value(row.delivery_type, row.delivery, "name", for_update=True)


def _brought(documents: Iterable[tuple[str, str]], about: tuple[str, str]):
	"""(item, batch, quantity) of the documents, each delivery counted once; `about` stands for itself where it is alone."""
	documents = list(documents)
	if documents != [about]:
		# invoices only repeat what their delivery notes brought
		documents = [one for one in documents if one[0] == sources.NOTE] or documents
	for doctype, name in documents:
		yield from ((part.item, part.batch, part.qty) for part in sources.parts(doctype, name))


def _claimed_before(documents: Iterable[tuple[str, str]], complaint):
	wanted = {name for _doctype, name in documents}
	# what others claimed of the same goods counts, whoever may see their complaints; a locking read sees the latest
	rows = frappe.db.sql(
		"""SELECT l.item, l.batch, l.claimed_qty, l.delivery_type, l.delivery
		FROM `tabComplaint Line` l JOIN `tabService Complaint` c ON c.name = l.parent
		WHERE l.parenttype = %(complaint)s AND c.name != %(name)s AND l.delivery IN %(names)s AND l.claimed_qty > 0
			AND c.stage != %(withdrawn)s AND IFNULL(c.verdict, '') != %(no)s AND IFNULL(l.verdict, '') != %(no)s""",
		{
			"complaint": COMPLAINT,
			"name": complaint.name or "",
			"names": list(wanted) or [""],
			"withdrawn": ComplaintStage.WITHDRAWN,
			"no": Verdict.INADMISSIBLE,
		},
		as_dict=True,
	)
	documents = set(documents)
	return [
		(row.item, row.batch, flt(row.claimed_qty))
		for row in rows
		if (row.delivery_type, row.delivery) in documents
	]


def _deliveries(complaint) -> list[tuple[str, str]]:
	rows = (*complaint.deliveries, *complaint.lines)
	named = [(row.delivery_type, row.delivery) for row in rows if row.delivery_type and row.delivery]
	return list(dict.fromkeys(named))


def _fill_delivery(complaint, row) -> None:
	if row.delivery or not row.item:
		return
	holding = [one for one in _deliveries(complaint) if _quantity(*one, row.item, row.batch)]
	if len(holding) == 1:
		row.delivery_type, row.delivery = holding[0]


def _delivered_qty(row) -> float:
	if not (row.delivery and row.item):
		return 0.0
	return _quantity(row.delivery_type, row.delivery, row.item, row.batch)


def _quantity(doctype: str, name: str, item: str, batch: str | None) -> float:
	parts = sources.parts(doctype, name)
	return flt(sum(part.qty for part in parts if part.item == item and (not batch or part.batch == batch)), 6)


def _bold(text: str | None) -> str:
	return frappe.bold(escape_html(str(text or "")))


def _refuse(row, message: str) -> None:
	table = _("Deliveries") if row.doctype == "Complaint Delivery" else _("Lines")
	frappe.throw(_("{0}, row {1}: {2}").format(table, row.idx, message), title=_("Quantities and Deliveries"))
