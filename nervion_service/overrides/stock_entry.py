"""ERPNext's Stock Entry, listened to."""

from nervion_service.services.batches import refusal


def before_submit(doc, method=None):
	"""A held batch is not used up, except for what was decided about it."""
	refusal.refuse_held_issue(doc)


def on_submit(doc, method=None):
	"""Nor one that ERPNext chose by itself while submitting."""
	refusal.refuse_held_issue(doc)
