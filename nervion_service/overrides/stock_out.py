"""Documents of ERPNext by which a batch may vanish from the stock: back to a supplier, consumed by a subcontractor, counted away."""

from nervion_service.services.batches import refusal


def on_submit(doc, method=None):
	"""A held batch leaves by what Quality decided about it, and no more; its bundles are made by now."""
	refusal.refuse_held_otherwise(doc)
