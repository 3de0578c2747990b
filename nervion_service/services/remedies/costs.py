"""The ledger of what poor quality costs: single rows, never changed, in company currency (K3).

The books write what a remedy cost; people add freight, visits, laboratory and labour. What is wrong is taken back by a row with
the other sign.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt, getdate

from nervion_service.domain import costs as domain
from nervion_service.domain.costs import CostKind
from nervion_service.domain.remedies import Kind
from nervion_service.services import clock, system
from nervion_service.services.batches import reading
from nervion_service.services.remedies import cost_causes, proofs

DOCTYPE = "Complaint Cost"
COMPLAINT, HOLD = "Service Complaint", "Service Batch Hold"
# what people do not type: the books write it when the document is submitted
BOOKED_ALONE = (CostKind.PRODUCT, CostKind.CREDIT)
# what is booked when a remedy is done; goods that come back cost nothing until they are written off
KIND_OF_REMEDY = {
	Kind.CREDIT_NOTE: CostKind.CREDIT,
	Kind.DISCOUNT: CostKind.CREDIT,
	Kind.REPLACEMENT: CostKind.PRODUCT,
	Kind.REPAINT: CostKind.LABOUR,
}


def check(cost) -> None:
	"""Fill what follows from the complaint, and refuse what is no cost, or a change; runs before every save."""
	if not cost.is_new():
		frappe.throw(
			_("A cost is not changed: take it back, and write the right one."),
			frappe.PermissionError,
			title=_("Not Editable"),
		)
	if not cost.flags.by_service:
		cost.update(dict.fromkeys(("remedy", "reversal_of", "reference_type", "reference")))
		_check_typed(cost)
	_say_whose(cost)
	cost.company_currency = frappe.get_cached_value("Company", cost.company, "default_currency")
	cost.currency = cost.currency or cost.company_currency
	cost.amount = flt(_in_company_currency(cost))


@frappe.whitelist(methods=["POST"])
def take_back(cost: str, note: str | None = None) -> str:
	"""Take a row of the ledger back by one with the other sign; returns the new row's name."""
	system.require(DOCTYPE, "create")
	doc = system.permitted(DOCTYPE, cost, "read")
	# of two who take it back at once the second waits here, and sees what the first did
	frappe.db.get_value(DOCTYPE, doc.name, "name", for_update=True)
	if doc.reversal_of or frappe.db.get_value(DOCTYPE, {"reversal_of": doc.name}, "name", for_update=True):
		frappe.throw(_("This cost was taken back already."), title=_("Not Needed"))
	if doc.reference:
		frappe.throw(
			_("The books wrote this cost: cancel {0}, and it is taken back.").format(doc.reference),
			title=_("Not Allowed"),
		)
	return reverse(doc, note)


def book_remedy(remedy, proof) -> None:
	"""Write what a remedy cost that has just been done by `proof`."""
	kind = KIND_OF_REMEDY.get(remedy.kind)
	amount = _cost_of(remedy, proof)
	if not (kind and amount):
		return
	book(
		complaint=remedy.complaint,
		cost_kind=kind,
		paid_amount=flt(amount),
		posting_date=proof.posted_on,
		item=remedy.item,
		plant=_plant(remedy),
		remedy=remedy.name,
		reference_type=proof.doctype,
		reference=proof.name,
	)


def take_back_remedy(remedy) -> None:
	"""The document that proved a remedy was cancelled: what it cost is taken back."""
	# the books write the ledger, whoever cancels a document
	names = frappe.get_all(
		DOCTYPE, filters={"remedy": remedy.name, "reversal_of": ("is", "not set")}, pluck="name"
	)
	for name in names:
		if not frappe.db.exists(DOCTYPE, {"reversal_of": name}):
			reverse(frappe.get_doc(DOCTYPE, name))


def sums(
	dimension: str,
	company: str,
	start: date | str | None = None,
	end: date | str | None = None,
) -> tuple[domain.Sum, ...]:
	"""The ledger of a company by "root_cause", "item", "plant", "customer" or "cost_kind", the dearest first.

	start and end: both days included. Reads what the session's user may read; PermissionError without the right to the ledger.
	"""
	system.require(DOCTYPE, "read")
	filters: dict[str, Any] = {"company": company}
	if start or end:
		filters["posting_date"] = ("between", (getdate(start or "1900-01-01"), getdate(end or "2999-12-31")))
	rows = frappe.get_list(
		DOCTYPE,
		filters=filters,
		fields=[
			"name", "complaint", "hold", "company", "amount", "posting_date", "cost_kind", "root_cause", "item", "plant", "customer",
		],
		order_by="posting_date, name",
		limit_page_length=0,
	)  # fmt: skip
	return domain.sums(_as_domain(rows), dimension)


def _as_domain(rows) -> list[domain.Cost]:
	causes = cost_causes.known(rows)
	return [
		domain.Cost(
			name=row.name,
			company=row.company,
			amount=proofs.money(row.amount),
			posted_on=row.posting_date,
			cost_kind=row.cost_kind,
			# the cause is found after the cost was written: it stands on the complaint
			root_cause=row.root_cause or causes.get(row.name) or "",
			item=row.item or "",
			plant=row.plant or "",
			customer=row.customer or "",
		)
		for row in rows
	]


def _say_whose(cost) -> None:
	"""The company and customer of its complaint, or the company of its held batch: one of both is named."""
	if cost.complaint:
		complaint = frappe.get_doc(COMPLAINT, cost.complaint)
		cost.company, cost.customer = complaint.company, complaint.customer
		return
	if not cost.hold:
		frappe.throw(
			_("Say what the cost belongs to: a complaint, or the hold of a batch."), title=_("Case Missing")
		)
	cost.customer = None
	if not (cost.flags.by_service and cost.company):
		# of a hold that whoever writes the cost may read
		cost.company = frappe.db.get_value(HOLD, cost.hold, "company")


def _check_typed(cost) -> None:
	if not flt(cost.paid_amount) > 0:
		frappe.throw(
			_(
				"Write the amount that was paid: greater than nothing. What was wrong is taken back by its own action."
			),
			title=_("Amount Missing"),
		)
	if getdate(cost.posting_date) > getdate(clock.now()):
		frappe.throw(
			_("A cost is written when it was paid: its date lies in the future."), title=_("Wrong Date")
		)
	for doctype, name in ((COMPLAINT, cost.complaint), (HOLD, cost.hold)):
		if name:
			system.permitted(doctype, name, "read")
	_check_once(cost)


def _check_once(cost) -> None:
	"""Nothing is paid for twice: what the books write is not typed, and labour beside a repaint says what it was for (K3)."""
	if cost.cost_kind in BOOKED_ALONE:
		frappe.throw(
			_(
				"The books write what a product or a credit costs, when the document that proves the remedy is submitted: promise "
				"the remedy, and name its document there."
			),
			title=_("Written by the Books"),
		)
	# that it was booked counts, whoever may see the row
	booked = (
		cost.complaint
		and cost.cost_kind == CostKind.LABOUR
		and frappe.db.get_value(
			DOCTYPE,
			{"complaint": cost.complaint, "cost_kind": CostKind.LABOUR, "remedy": ("is", "set")},
			"remedy",
		)
	)
	if booked and not (cost.note or "").strip():
		frappe.throw(
			_(
				"The labour of {0} was booked already: if this is another, say in the note what it was for."
			).format(booked),
			title=_("Booked Already"),
		)


def _in_company_currency(cost) -> Decimal:
	rate = Decimal(str(flt(cost.conversion_rate))) if flt(cost.conversion_rate) else None
	try:
		return domain.in_company_currency(
			proofs.money(cost.paid_amount), cost.currency, cost.company_currency, rate
		)
	except domain.MissingRate:
		return frappe.throw(
			_("Say what one {0} is in {1}: fill in {2}.").format(
				cost.currency, cost.company_currency, frappe.bold(_(cost.meta.get_label("conversion_rate")))
			),
			title=_("Exchange Rate Missing"),
		)


def reverse(cost, note: str | None = None) -> str:
	"""Write the row that takes another back; returns its name. The caller has asked whether that may be."""
	copied = (
		"complaint", "hold", "company", "cost_kind", "root_cause", "item", "plant", "remedy", "reference_type", "reference", "currency",
		"conversion_rate",
	)  # fmt: skip
	values = {name: cost.get(name) for name in copied}
	return book(
		**values,
		paid_amount=-flt(cost.paid_amount),
		posting_date=getdate(clock.now()),
		reversal_of=cost.name,
		note=note,
	)


def book(**values) -> str:
	"""Write a row of the books; returns its name."""
	cost = frappe.get_doc({"doctype": DOCTYPE, **values})
	cost.flags.by_service = True
	# the books write the ledger, whoever submits or cancels a document; people were asked before
	return cost.insert(ignore_permissions=True).name


def _cost_of(remedy, proof) -> Decimal:
	"""Credits cost what was given; goods what they cost the stock, where the books know it, else what they are worth."""
	if remedy.kind != Kind.REPLACEMENT:
		return proofs.money(remedy.base_amount)
	rows = _rows(remedy, proof)
	from_stock = sum(flt(row.get("incoming_rate")) * abs(flt(row.stock_qty)) for row in rows)
	there = sum(abs(flt(row.stock_qty)) for row in rows)
	if from_stock and there:
		return proofs.money(from_stock / there * flt(remedy.stock_qty))
	return proofs.money(remedy.base_amount)


def _plant(remedy) -> str | None:
	"""Where what was bad came from, whichever warehouse made it good."""
	batch = remedy.batch or frappe.db.get_value(
		"Complaint Line",
		{"parent": remedy.complaint, "parenttype": COMPLAINT, "idx": remedy.line_no or 0},
		"batch",
	)
	return reading.made_in(batch) if batch else None


def _rows(remedy, proof) -> list:
	if proof.doctype not in ("Delivery Note", "Sales Invoice"):
		return []
	# what the books themselves hold of the item
	return [row for row in frappe.get_doc(proof.doctype, proof.name).items if row.item_code == remedy.item]
