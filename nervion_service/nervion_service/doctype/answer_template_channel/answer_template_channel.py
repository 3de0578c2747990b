from frappe.model.document import Document


class AnswerTemplateChannel(Document):
	"""A channel on which an answer template is offered."""
