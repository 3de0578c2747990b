"""Frappe's Communication, listened to."""

from nervion_service.services import answers, safety


def after_insert(doc, method=None):
	"""A message about a folio may be its answer, or the customer's word."""
	answers.on_communication(doc)
	safety.read_message(doc)
