"""Frappe's Assignment Rule, listened to."""

from nervion_service.services import assignment_rules


def on_change(doc, method=None):
	"""What the rules say is remembered until one is made, changed or deleted."""
	assignment_rules.forget()
