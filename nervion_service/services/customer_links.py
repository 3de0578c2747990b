"""Whose a case is, carried from its folio to all that hangs on it, promises along (G7): a customer is known later than a complaint."""

from collections.abc import Iterable

import frappe

from nervion_service.services import commitments

FOLIO, COMPLAINT = "Service Folio", "Service Complaint"
# what hangs on folios and complaints, and names its customer itself
HANGING = ("Service Technical Visit", "Technical Analysis Report")


def follow_folios(folios: Iterable[str], customer: str, was: str | None = None) -> None:
	"""The customer of these folios was found or corrected: so is that of their complaints, visits and reports.

	was: the customer that they had. What names somebody else by itself keeps its own.
	"""
	folios = list(folios)
	complaints = _names(COMPLAINT, folio=folios)
	_set(COMPLAINT, complaints, customer, was)
	_follow_hanging(folios, complaints, customer, was)


def follow_complaint(complaint, was: str | None = None) -> None:
	"""The same where it was written into the complaint itself; a folio that names nobody learns it from there."""
	_set(FOLIO, [complaint.folio], complaint.customer, None)
	commitments.follow(COMPLAINT, [complaint.name], customer=complaint.customer)
	_follow_hanging([complaint.folio], [complaint.name], complaint.customer, was)


def _follow_hanging(folios: list[str], complaints: list[str], customer: str, was: str | None) -> None:
	for doctype in HANGING:
		names = {*_names(doctype, folio=folios), *_names(doctype, complaint=complaints)}
		_set(doctype, sorted(names), customer, was)


def _names(doctype: str, **wanted: list[str]) -> list[str]:
	filters = {column: ("in", names or [""]) for column, names in wanted.items()}
	# a derived link on every document of the case, also those that whoever names the customer may not see
	return frappe.get_all(doctype, filters, pluck="name", order_by="name", limit_page_length=0)


def _set(doctype: str, names: list[str], customer: str, was: str | None) -> None:
	# as in `_names`
	rows = frappe.get_all(doctype, {"name": ("in", names or [""])}, ["name", "customer"], order_by="name")
	moved = [row.name for row in rows if (row.customer or None) in (None, was or None)]
	if moved:
		# with their `modified`: a form that is open would write the old customer back
		frappe.db.set_value(doctype, {"name": ("in", moved)}, "customer", customer)
		commitments.follow(doctype, moved, customer=customer)
