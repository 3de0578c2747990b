import frappe
from frappe import _
from frappe.model.document import Document

from nervion_service.services.complaints import records


class CaseFile(Document):
	"""A case handed out as a file, with its receipt (K12): written by services.case_file only."""

	def validate(self):
		if not self.flags.by_service:
			frappe.throw(
				_("This is written by the system: use the actions that are offered."),
				frappe.PermissionError,
				title=_("Not Editable"),
			)

	def on_trash(self):
		records.refuse_deletion(self)
