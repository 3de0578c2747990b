"""Documents of the books as the domain sees a proof: what they hold of each item and batch, without signs."""

from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import cint, flt, get_datetime, getdate

from nervion_service.domain.complaint_words import VisitStage
from nervion_service.domain.remedies import (
	AMOUNT_STEP,
	QUANTITY_STEP,
	VISIT,
	Line,
	Proof,
	Remedy,
	RemedyStage,
)
from nervion_service.domain.visits import Result

BUNDLE_ENTRY = "Serial and Batch Entry"


def load(doctype: str, name: str) -> Proof | None:
	"""The document as a proof, whoever may see it: who names it is told only whether it fits. None where there is none."""
	if not (doctype and name and frappe.db.exists(doctype, name)):
		return None
	doc = frappe.get_doc(doctype, name)
	return _of_visit(doc) if doctype == VISIT else of_document(doc)


def of_document(doc) -> Proof:
	"""A Delivery Note or a Sales Invoice as a proof."""
	return Proof(
		doctype=doc.doctype,
		name=doc.name,
		is_return=bool(cint(doc.is_return)),
		is_submitted=doc.docstatus == 1,
		company=doc.company,
		customer=doc.customer,
		posted_on=getdate(doc.posting_date),
		lines=tuple(line for row in doc.items for line in _lines(row))
		+ tuple(line for row in doc.get("packed_items") or () for line in _lines(row)),
		moves_goods=doc.doctype == "Delivery Note" or bool(cint(doc.get("update_stock"))),
	)


def of_remedy(doc, complained_on) -> Remedy:
	"""A Complaint Remedy as the domain sees it."""
	return Remedy(
		name=doc.name,
		kind=doc.kind,
		company=doc.company,
		customer=doc.customer or "",
		complaint=doc.complaint,
		item=doc.item or "",
		batch=doc.batch or "",
		quantity=quantity(doc.stock_qty),
		amount=money(doc.base_amount),
		complained_on=getdate(complained_on) if complained_on else None,
		# visits are stamped to the second
		promised_at=get_datetime(doc.promised_at).replace(microsecond=0) if doc.promised_at else None,
		is_done=doc.stage == RemedyStage.DONE,
	)


def quantity(value: Any) -> Decimal:
	"""A quantity to the thousandth."""
	return Decimal(str(flt(value, 6))).quantize(QUANTITY_STEP)


def money(value: Any) -> Decimal:
	"""An amount to the cent."""
	return Decimal(str(flt(value, 6))).quantize(AMOUNT_STEP)


def _of_visit(doc) -> Proof:
	return Proof(
		doctype=VISIT,
		name=doc.name,
		is_return=False,
		is_submitted=doc.stage == VisitStage.FINISHED and doc.result != Result.NOT_DONE,
		company=doc.company,
		customer=doc.customer or "",
		posted_on=getdate(doc.finished_at or doc.creation),
		complaint=doc.complaint or "",
		finished_at=get_datetime(doc.finished_at) if doc.finished_at else None,
	)


def _lines(row) -> list[Line]:
	"""One line per batch of a row; its money stands on the first of them."""
	whole = abs(flt(row.get("stock_qty") or flt(row.qty) * (flt(row.get("conversion_factor")) or 1)))
	amount = abs(flt(row.get("base_net_amount") or row.get("base_amount")))
	shares = _batches(row) or [(row.get("batch_no") or "", whole)]
	return [
		Line(row.item_code, quantity(share), money(amount if number == 0 else 0), batch)
		for number, (batch, share) in enumerate(shares)
	]


def _batches(row) -> list[tuple[str, float]]:
	bundle = row.get("serial_and_batch_bundle")
	if not bundle:
		return []
	# what a document moved, batch by batch, for whoever may name the document
	entries = frappe.get_all(
		BUNDLE_ENTRY,
		filters={"parent": bundle, "batch_no": ("is", "set")},
		fields=["batch_no", "qty"],
		order_by="idx",
	)
	return [(entry.batch_no, abs(flt(entry.qty))) for entry in entries]
