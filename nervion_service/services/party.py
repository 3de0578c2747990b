"""Whose case it is: what converting a lead does to its folios."""

import frappe

DOCTYPE = "Service Folio"


def follow_lead(customer) -> None:
	"""Fill the customer of the folios that were registered for the lead it came from, so that it sees its own history."""
	if not customer.get("lead_name"):
		return
	# a derived link on every folio of that lead, also those that the seller may not see
	frappe.db.set_value(
		DOCTYPE,
		{"lead": customer.lead_name, "customer": ("is", "not set")},
		"customer",
		customer.name,
		update_modified=False,
	)
