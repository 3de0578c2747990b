"""Frappe's Communication, listened to."""

from nervion_service.services import answers, safety, undelivered


def after_insert(doc, method=None):
	"""A message about a folio may be its answer, or the customer's word."""
	answers.on_communication(doc)
	safety.read_message(doc)


def on_change(doc, method=None):
	"""Frappe's queue writes into a message what became of its letter."""
	undelivered.follow(doc)
