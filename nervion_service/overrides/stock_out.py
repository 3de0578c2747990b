"""Documents of ERPNext by which a batch may vanish from the stock: back to a supplier, consumed by a subcontractor, counted away."""

from nervion_service.services.batches import refusal
from nervion_service.services.remedies import write_offs


def on_submit(doc, method=None):
	"""A held batch leaves by what Quality decided about it, and no more; its bundles are made by now. What is counted away is a cost."""
	refusal.refuse_held_otherwise(doc)
	write_offs.book(doc)


def on_cancel(doc, method=None):
	"""What it cost is taken back."""
	write_offs.take_back(doc)
