"""Whose case it is: what converting a lead does to its folios."""

import frappe

from nervion_service.services import commitments

DOCTYPE = "Service Folio"


def follow_lead(customer) -> None:
	"""Fill the customer of the folios that were registered for the lead it came from, so that it sees its own history."""
	if not customer.get("lead_name"):
		return
	wanted = {"lead": customer.lead_name, "customer": ("is", "not set")}
	# a derived link on every folio of that lead, also those that the seller may not see
	names = frappe.get_all(DOCTYPE, filters=wanted, pluck="name", order_by="name", limit_page_length=0)
	if not names:
		return
	frappe.db.set_value(DOCTYPE, {"name": ("in", names)}, "customer", customer.name, update_modified=False)
	commitments.follow(DOCTYPE, names, customer=customer.name)
