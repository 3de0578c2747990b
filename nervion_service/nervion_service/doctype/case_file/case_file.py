from frappe.model.document import Document

from nervion_service.services.complaints import records


class CaseFile(Document):
	"""A case handed out as a file, with its receipt (K12): written by services.case_file only."""

	def validate(self):
		records.refuse_typing(self)

	def on_trash(self):
		records.refuse_deletion(self)
