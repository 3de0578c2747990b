from frappe.model.document import Document


class AnswerTemplateType(Document):
	"""A request type for which an answer template is offered."""
