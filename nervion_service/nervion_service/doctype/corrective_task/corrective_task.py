"""One thing to be done: by whom, until when, and what came of it."""

from frappe.model.document import Document


class CorrectiveTask(Document):
	pass
