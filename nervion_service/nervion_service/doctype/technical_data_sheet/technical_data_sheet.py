"""A version of a technical data sheet: wiring only. The rules stand in `services/analysis/data_sheets`."""

from frappe.model.document import Document

from nervion_service.services.analysis import data_sheets
from nervion_service.services.complaints import records


class TechnicalDataSheet(Document):
	def validate(self):
		data_sheets.check(self)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)
