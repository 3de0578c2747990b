"""ERPNext's Delivery Note and Sales Invoice, listened to: a held batch does not leave, and what leaves or comes back settles remedies."""

from nervion_service.services.batches import refusal
from nervion_service.services.remedies import books


def before_submit(doc, method=None):
	"""A held batch is not delivered, nor sold over the counter."""
	refusal.refuse_held(doc)


def on_submit(doc, method=None):
	"""Nor one that ERPNext chose by itself while submitting; a replacement, a return or a credit note settles remedies."""
	refusal.refuse_held(doc)
	books.submitted(doc)


def on_cancel(doc, method=None):
	"""What it settled is open again."""
	books.cancelled(doc)
