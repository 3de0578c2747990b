"""What of its deliveries a complaint may claim: never more than was delivered, less what others claimed before (K2)."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import escape_html, flt

from nervion_service.domain import claims
from nervion_service.domain.complaint_words import ADMITTED, COMPLAINT, ComplaintStage, Verdict
from nervion_service.services.complaints import buyers, sources

LINE = "Complaint Line"


def delivered(complaint) -> list[dict]:
	"""What the deliveries of a complaint brought, a row per delivery and batch, each with what may still be claimed of it.

	[{"delivery_type", "delivery", "item", "batch", "qty", "uom", "claimable"}]; the caller has checked permission to read it.
	"""
	return [row for place in named(complaint) for row in of_delivery(complaint, *place)]


def of_delivery(complaint, doctype: str, name: str) -> list[dict]:
	"""The same rows for one delivery; `complaint` is a document, or stands for one that is not registered yet."""
	return [
		{
			"delivery_type": doctype,
			"delivery": name,
			**row,
			"claimable": claimable(complaint, doctype, name, row["item"], row["batch"] or None),
		}
		for row in sources.batches_of_delivery(doctype, name)
	]


def claimable(
	complaint, doctype: str, name: str, item: str, batch: str | None = None, *, is_locked: bool = False
) -> float:
	"""How much of an item, or of a batch of it, this complaint may claim of a delivery, in the stock unit.

	is_locked: the documents of those goods are held (`_lock`), so that what others have just claimed is read as it is stored.
	"""
	group = sources.same_goods(doctype, name)
	limits = []
	for documents in ({(doctype, name)}, group):
		brought = claims.added_up(_brought(documents, (doctype, name)))
		taken = claims.added_up(_claimed_before(documents, complaint, is_locked))
		limits.append(claims.claimable(brought, taken, item, batch))
	return flt(min(limits), 6)


def fill(complaint) -> None:
	"""Complete the lines: the unit, the delivery where only one can be meant, and what it delivered.

	A line that stands for the same goods as before keeps what was delivered of them when they were claimed: what comes back
	later takes nothing from that.
	"""
	currency = frappe.get_cached_value("Company", complaint.company, "default_currency")
	before = complaint.get_doc_before_save()
	kept = _goods_by_row(before)
	same_deliveries = bool(before) and named(complaint) == named(before)
	for row in complaint.lines:
		row.company_currency = currency
		row.uom = frappe.get_cached_value("Item", row.item, "stock_uom") if row.item else None
		if kept.get(row.name) == _goods(row) and (row.delivery or same_deliveries):
			row.delivered_qty = next(old.delivered_qty for old in before.lines if old.name == row.name)
			continue
		_fill_delivery(complaint, row)
		row.delivered_qty = _delivered_qty(row)


def check(complaint) -> None:
	"""Refuse a line that cannot be: no item, a batch of another item, a foreign delivery, goods that it did not bring.

	Only what is new or changed is held against the books: goods come back, and deliveries are cancelled and made anew, without
	taking away that the complaint was about them.
	"""
	before = complaint.get_doc_before_save()
	known = set(named(before)) if before else set()
	same_buyers = bool(before) and buyers.of(before) == buyers.of(complaint)
	kept = _goods_by_row(before)
	for row in (*complaint.deliveries, *complaint.lines):
		is_known = (row.delivery_type, row.delivery) in known
		if row.delivery and not is_known:
			_check_delivery(row)
		if row.delivery and not (is_known and same_buyers):
			_check_owner(complaint, row)
	for row in complaint.lines:
		_check_line(row)
		if row.delivery and kept.get(row.name) != _goods(row):
			_check_contents(row)


def check_claims(complaint, before) -> None:
	"""Refuse what claims more of a delivery than is left, of whatever this save claims more of than was claimed before.

	Called once stage and verdict stand. Who appeals claims nothing anew: the goods are asked for when it is judged again.
	"""
	claimed = _claimed_by(complaint)
	earlier = _claimed_by(before) if before and not _is_judged_again(complaint, before) else {}
	if before and before.verdict == Verdict.INADMISSIBLE and not complaint.verdict:
		return
	grown = {
		key: (qty, row)
		for key, (qty, row) in claimed.items()
		if claims.exceeds(qty, earlier[key][0] if key in earlier else 0.0)
	}
	_lock({key[:2] for key in grown})
	for key, (qty, row) in grown.items():
		limit = claimable(complaint, *key, is_locked=True)
		if claims.exceeds(qty, limit):
			_refuse_excess(row, qty, limit)


def _is_judged_again(complaint, before) -> bool:
	return bool(complaint.appeal) and complaint.verdict in ADMITTED and before.verdict not in ADMITTED


def _claimed_by(complaint) -> dict[tuple, tuple]:
	"""(delivery type, delivery, item, batch or None for all) → what is claimed of it and the last line that claims it.

	Nothing of one that was withdrawn or judged inadmissible: others may claim those goods.
	"""
	claimed: dict[tuple, tuple] = {}
	if complaint.stage == ComplaintStage.WITHDRAWN or complaint.verdict == Verdict.INADMISSIBLE:
		return claimed
	for row in complaint.lines:
		if not (row.delivery and flt(row.claimed_qty)) or row.verdict == Verdict.INADMISSIBLE:
			continue
		for batch in {row.batch or None, None}:
			key = (row.delivery_type, row.delivery, row.item, batch)
			claimed[key] = (claimed.get(key, (0.0, row))[0] + flt(row.claimed_qty), row)
	return claimed


def _goods(row) -> tuple:
	return (row.item or None, row.batch or None, row.delivery_type or None, row.delivery or None)


def _goods_by_row(before) -> dict[str, tuple]:
	return {row.name: _goods(row) for row in before.lines} if before else {}


def _check_line(row) -> None:
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


def _check_delivery(row) -> None:
	if not sources.is_delivery(row.delivery_type, row.delivery):
		_refuse(row, _("{0} is no submitted delivery note or invoice.").format(_bold(row.delivery)))


def _check_owner(complaint, row) -> None:
	facts = frappe.get_cached_value(row.delivery_type, row.delivery, ["customer", "company"], as_dict=True)
	known = buyers.of(complaint)
	is_foreign = known and facts.customer not in buyers.seen(complaint)
	if facts.company != complaint.company or is_foreign:
		# in the same words as what is not there: whose it is, is nobody's to learn here
		_refuse(row, _("{0} is no delivery of this customer.").format(_bold(row.delivery)))


def _check_contents(row) -> None:
	if row.item and not _delivered_qty(row):
		what = row.batch or row.item
		_refuse(row, _("{0} is not in {1}.").format(_bold(what), _bold(row.delivery)))


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


def _lock(deliveries: Iterable[tuple[str, str]]) -> None:
	"""Of two complaints about one delivery that are saved at once, the second waits and sees what the first claimed.

	All documents of the same goods are held, always in the same order.
	"""
	documents = {one for delivery in deliveries for one in sources.same_goods(*delivery)}
	for doctype, name in sorted(documents):
		frappe.db.get_value(doctype, name, "name", for_update=True)


def _brought(documents: Iterable[tuple[str, str]], about: tuple[str, str]):
	"""(item, batch, quantity) of the documents, each delivery counted once; `about` stands for itself where it is alone."""
	documents = list(documents)
	if documents != [about]:
		# invoices only repeat what their delivery notes brought
		documents = [one for one in documents if one[0] == sources.NOTE] or documents
	for doctype, name in documents:
		parts = sources.parts(doctype, name)
		# what came back to make a complaint good is counted by what that complaint claimed
		counted = _named_by_remedies({(part.doctype, part.name) for part in parts if part.qty < 0})
		yield from (
			(part.item, part.batch, part.qty) for part in parts if (part.doctype, part.name) not in counted
		)


def _named_by_remedies(documents: set[tuple[str, str]]) -> set[tuple[str, str]]:
	if not documents:
		return set()
	# whether a return belongs to a complaint counts for everybody who claims of the same delivery
	rows = frappe.get_all(
		"Complaint Remedy",
		{"reference": ("in", [name for _doctype, name in documents]), "stage": ("!=", "Cancelled")},
		["reference_type", "reference"],
	)
	return {(row.reference_type, row.reference) for row in rows}


def _claimed_before(documents: Iterable[tuple[str, str]], complaint, is_locked: bool):
	documents = set(documents)
	# what others claimed of the same goods counts, whoever may see their complaints; of a transaction that began earlier only a
	# locking read sees the latest
	lines = frappe.db.sql(
		f"""SELECT parent, item, batch, claimed_qty, delivery_type, delivery FROM `tabComplaint Line`
		WHERE delivery IN %(names)s AND parenttype = %(complaint)s AND parent != %(name)s AND claimed_qty > 0
			AND IFNULL(verdict, '') != %(no)s {"LOCK IN SHARE MODE" if is_locked else ""}""",
		{
			"complaint": COMPLAINT,
			"name": complaint.name or "",
			"names": [name for _doctype, name in documents] or [""],
			"no": Verdict.INADMISSIBLE,
		},
		as_dict=True,
	)
	given_up = _given_up({row.parent for row in lines})
	return [
		(row.item, row.batch, flt(row.claimed_qty))
		for row in lines
		if (row.delivery_type, row.delivery) in documents and row.parent not in given_up
	]


def _given_up(complaints: set[str]) -> set[str]:
	"""Those of the complaints that claim nothing any more; one that is too new to be read claims."""
	if not complaints:
		return set()
	# what others claimed counts, whoever may see their complaints
	rows = frappe.get_all(
		COMPLAINT, {"name": ("in", list(complaints))}, ["name", "stage", "verdict"], order_by="name"
	)
	return {
		row.name
		for row in rows
		if row.stage == ComplaintStage.WITHDRAWN or row.verdict == Verdict.INADMISSIBLE
	}


def named(complaint) -> list[tuple[str, str]]:
	"""The deliveries that a complaint names, in its lines or beside them, each once: (kind of document, name)."""
	rows = (*complaint.deliveries, *complaint.lines)
	named = [(row.delivery_type, row.delivery) for row in rows if row.delivery_type and row.delivery]
	return list(dict.fromkeys(named))


def _fill_delivery(complaint, row) -> None:
	if row.delivery or not row.item:
		return
	holding = [one for one in named(complaint) if _quantity(*one, row.item, row.batch)]
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
