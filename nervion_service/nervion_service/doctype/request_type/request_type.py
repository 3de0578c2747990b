"""One row of the one catalogue of requests (D9); routing reads it where no rule takes a case."""

from frappe.model.document import Document


class RequestType(Document):
	"""Fields only: a type in use cannot be deleted, since folios link to it, and is switched off instead."""
