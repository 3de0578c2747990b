"""The catalogue of request types as a customer would say it; an administrator's own types go by their names."""

from frappe import _


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
