"""A technical analysis report (RAT): wiring only. What it does stands in `services/analysis`."""

import frappe
from frappe.model.document import Document

from nervion_service.domain.naming import REPORT
from nervion_service.services.analysis import report_print, reports
from nervion_service.services.complaints import records, report_changes


class TechnicalAnalysisReport(Document):
	def autoname(self):
		# an amended report keeps its number with a mark behind it, which Frappe gives
		records.number(self, REPORT)

	def before_insert(self):
		reports.begin(self)

	def validate_workflow(self):
		# called by Frappe on every save but a cancellation, also where `flags.ignore_validate` skips validate
		super().validate_workflow()
		reports.enforce(self)

	def before_cancel(self):
		reports.enforce_cancel(self)

	def on_update(self):
		reports.apply_effects(self)

	def on_update_after_submit(self):
		reports.apply_effects(self)

	def on_submit(self):
		report_changes.follow(self)

	def on_cancel(self):
		reports.apply_effects(self)
		report_changes.follow(self)

	def before_print(self, _settings=None):
		report_print.hide_internal(self)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)


def on_doctype_update():
	"""Indexes of the gates that look for the report of a visit or a complaint."""
	for fields in (["visit", "stage"], ["complaint", "docstatus"]):
		frappe.db.add_index("Technical Analysis Report", fields)
