import frappe
from frappe import _
from frappe.model.document import Document

from nervion_service.services import answer_templates


class AnswerTemplate(Document):
	"""A checked way of saying it, in versions that the Coordinador approves (S1.5)."""

	def autoname(self):
		answer_templates.number(self)

	def validate(self):
		answer_templates.validate(self)

	def on_trash(self):
		if self.status != "Draft":
			frappe.throw(
				_("{0} was in use and stays on record: retire it instead of deleting it.").format(self.title),
				title=_("In Use"),
			)
