"""Whose deliveries a complaint may be about, and of whom of them the user may learn what they received (G7, K2)."""

import frappe

from nervion_service import permissions
from nervion_service.domain.complaint_words import COMPLAINT

CASES = (COMPLAINT, "Service Folio")


def of(complaint) -> set[str]:
	"""The customers whose deliveries it may be about: who complains, and where it was bought."""
	return {complaint.customer, complaint.place_of_purchase_customer} - {None, ""}


def seen(complaint) -> set[str]:
	"""Those of them whose deliveries the user may learn of; whoever may read a complaint may learn what its customer received.

	Where it was bought is written by whoever attends the case: of a customer whose cases the user does not see, that opens nothing.
	"""
	place = complaint.place_of_purchase_customer
	if not place or place == complaint.customer or _may_know(place, complaint):
		return of(complaint)
	return of(complaint) - {place}


def _may_know(customer: str, complaint) -> bool:
	if permissions.sight().everything:
		return True
	if frappe.db.get_value("Customer", customer, "account_manager") == frappe.session.user:
		return True
	own = (complaint.name, complaint.folio)
	return any(
		frappe.get_list(
			case, {"customer": customer, "name": ("not in", [name or "" for name in own])}, limit=1
		)
		for case in CASES
		if frappe.has_permission(case, "read")
	)
