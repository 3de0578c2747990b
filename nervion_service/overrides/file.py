"""Frappe's File, listened to."""

from nervion_service.services import file_guard


def before_insert(doc, method=None):
	"""Files on our documents are private; outsiders add none past our checks."""
	file_guard.check_new(doc)


def validate(doc, method=None):
	"""And they stay so."""
	file_guard.check_change(doc)
