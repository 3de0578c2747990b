"""A way in (S1.6, S7.1); new platforms are rows, not code (W8)."""

from frappe.model.document import Document


class ServiceChannel(Document):
	"""Fields only: a channel in use cannot be deleted, since folios link to it, and is switched off instead."""
