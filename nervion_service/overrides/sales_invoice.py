"""ERPNext's Sales Invoice, listened to: a held batch is not sold, and a credit note may make a remedy done."""

from nervion_service.services.batches import refusal
from nervion_service.services.remedies import books


def before_submit(doc, method=None):
	"""A held batch is not sold over the counter either."""
	refusal.refuse_held(doc)


def on_submit(doc, method=None):
	"""Nor one that ERPNext chose by itself while submitting; a credit note settles remedies."""
	refusal.refuse_held(doc)
	books.submitted(doc)


def on_cancel(doc, method=None):
	"""What it settled is open again."""
	books.cancelled(doc)
