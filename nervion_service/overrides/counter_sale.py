"""ERPNext's POS Invoice, listened to: the stock moves when the till is closed, the tin leaves at once."""

from nervion_service.services.batches import refusal


def before_submit(doc, method=None):
	"""A held batch is not sold at a till."""
	refusal.refuse_held(doc)


def on_submit(doc, method=None):
	"""Nor one that ERPNext chose by itself while submitting."""
	refusal.refuse_held(doc)
