"""One why and its answer; the last answer is the root cause."""

from frappe.model.document import Document


class CorrectiveWhy(Document):
	pass
