"""The documents that could prove a remedy, to choose from, for people who hold no permission on the books (K3)."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import format_date

from nervion_service.domain.remedies import PROOFS, VISIT
from nervion_service.services import system
from nervion_service.services.remedies import owing

# as many as a person looks through
MOST = 15


@frappe.whitelist()
def candidates(remedy: str) -> list[dict[str, Any]]:
	"""The customer's documents of the kinds that prove this remedy, the latest first: {"doctype", "name", "label"}.

	Drafts too: a remedy is done when its document is submitted. Whoever may read a remedy may learn what could prove it.
	"""
	doc = system.permitted(owing.DOCTYPE, remedy, "read")
	found = []
	for doctype, is_return in PROOFS.get(doc.kind, ()):
		found += _visits(doc) if doctype == VISIT else _of_the_books(doc, doctype, is_return)
	return found


def _of_the_books(doc, doctype: str, is_return: bool) -> list[dict[str, Any]]:
	# documents of the remedy's own customer
	rows = frappe.get_all(
		doctype,
		filters={
			"customer": doc.customer,
			"company": doc.company,
			"is_return": int(is_return),
			"docstatus": ("<", 2),
		},
		fields=["name", "posting_date", "docstatus"],
		order_by="posting_date desc, name desc",
		limit_page_length=MOST,
	)
	state = {0: _("Draft"), 1: _("Submitted")}
	return [_choice(doctype, row.name, format_date(row.posting_date), state[row.docstatus]) for row in rows]


def _visits(doc) -> list[dict[str, Any]]:
	# visits of the remedy's own complaint
	rows = frappe.get_all(
		VISIT,
		filters={"complaint": doc.complaint},
		fields=["name", "stage", "scheduled_from"],
		order_by="creation desc",
		limit_page_length=MOST,
	)
	return [_choice(VISIT, row.name, format_date(row.scheduled_from), _(row.stage)) for row in rows]


def _choice(doctype: str, name: str, *facts: str) -> dict[str, str]:
	return {
		"doctype": doctype,
		"name": name,
		"label": " · ".join(filter(None, (_(doctype), name, *facts))),
	}
