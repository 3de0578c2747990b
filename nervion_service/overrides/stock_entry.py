"""ERPNext's Stock Entry, listened to."""

from nervion_service.services.batches import refusal
from nervion_service.services.remedies import write_offs


def before_submit(doc, method=None):
	"""A held batch is not used up, except for what was decided about it."""
	refusal.refuse_held_issue(doc)


def on_submit(doc, method=None):
	"""Nor one that ERPNext chose by itself while submitting; what is thrown away of it is a cost."""
	refusal.refuse_held_issue(doc)
	write_offs.book(doc)


def on_cancel(doc, method=None):
	"""What it cost is taken back."""
	write_offs.take_back(doc)
