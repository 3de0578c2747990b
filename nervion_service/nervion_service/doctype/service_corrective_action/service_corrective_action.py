"""A corrective or preventive action: wiring only. What it does stands in `services/corrective`."""

import frappe
from frappe.model.document import Document

from nervion_service.domain.naming import ACTION
from nervion_service.services.complaints import records
from nervion_service.services.corrective import actions, reasons


class ServiceCorrectiveAction(Document):
	def autoname(self):
		records.number(self, ACTION)

	def before_insert(self):
		actions.prepare(self)

	def validate_workflow(self):
		# called by Frappe on every save, also where validation is skipped: the gates cannot be walked round
		super().validate_workflow()
		actions.enforce(self)

	def on_update(self):
		actions.apply_effects(self)

	def before_print(self, _settings=None):
		# it is kept as codes
		self.demanded_by = reasons.words(self.demanded_by)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)


def on_doctype_update():
	"""Indexes of what is asked whenever a cause is set, and of the lists."""
	for fields in (["root_cause", "company", "stage"], ["company", "received_at"], ["complaint"], ["batch"]):
		frappe.db.add_index("Service Corrective Action", fields)
