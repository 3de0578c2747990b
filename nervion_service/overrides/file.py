"""Frappe's File, listened to."""

from nervion_service.services import file_guard


def before_insert(doc, method=None):
	"""Files on our documents are private; outsiders add none past our checks."""
	file_guard.check_new(doc)


def validate(doc, method=None):
	"""And they stay so."""
	file_guard.check_change(doc)


def delete_content(doc, only_thumbnail=False):
	"""Frappe deletes the bytes before it asks any hook: what evidence needs is refused here, before that."""
	file_guard.check_deletion(doc)
	doc.delete_file_from_filesystem(only_thumbnail=only_thumbnail)


def on_trash(doc, method=None):
	"""The same, where another app deletes the bytes in its own way."""
	file_guard.check_deletion(doc)
