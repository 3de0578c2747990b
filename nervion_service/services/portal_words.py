"""The catalogue of request types as a customer would say it; an administrator's own types go by their names."""

import frappe
from frappe import _


def request_types() -> list[tuple[str, str]]:
	"""The types of request in use, in the catalogue's order: (name, what a customer reads)."""
	# the catalogue is public: it is what a customer chooses from
	names = frappe.get_all("Request Type", filters={"disabled": 0}, pluck="name", order_by="sequence, name")
	return [(name, request_type(name)) for name in names]


def request_type(name: str) -> str:
	"""What a customer reads for a type of request."""
	return {
		"General Information": _("A question"),
		"Commercial Information": _("Prices and availability"),
		"New Distributor Contact": _("I want to be a distributor"),
		"Order": _("To place an order"),
		"Order Follow-up": _("How my order is going"),
		"Technical Advice": _("How to apply a product"),
		"Technical Request": _("Technical support or a visit"),
		"Complaint": _("A complaint about the service"),
		"Claim": _("A problem with a product"),
		"Suggestion": _("A suggestion"),
		"Praise": _("A congratulation"),
		"Other": _("Something else"),
	}.get(name, _(name))
