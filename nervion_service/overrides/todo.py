"""Frappe's ToDo, listened to."""

from nervion_service.services import assignment


def on_update(doc, method=None):
	"""Who has the open ToDo of a folio has the folio."""
	assignment.sync_todo(doc)
