import frappe
from frappe.model.document import Document

from nervion_service.services.complaints import records


class RecordExport(Document):
	"""Where the hand-over of a record to another system stands (D13): written by services.exports only."""

	def validate(self):
		records.refuse_typing(self)

	def on_trash(self):
		records.refuse_deletion(self)


def on_doctype_update():
	# one row a record and system: what changes after it was handed over waits again in the same row
	frappe.db.add_unique("Record Export", ["record_type", "record", "system"], "one_export_a_system")
