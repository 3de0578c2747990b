"""A technical visit: wiring only. What it does stands in `services/visits`."""

import frappe
from frappe.model.document import Document

from nervion_service.domain.naming import VISIT
from nervion_service.services.complaints import records as quality_records
from nervion_service.services.visits import lifecycle, records


class ServiceTechnicalVisit(Document):
	def autoname(self):
		quality_records.number(self, VISIT)

	def before_insert(self):
		records.fill(self)

	def validate_workflow(self):
		# called by Frappe on every save, also where `flags.ignore_validate` skips validate
		super().validate_workflow()
		lifecycle.enforce(self)

	def after_insert(self):
		records.register(self)

	def on_update(self):
		lifecycle.apply_effects(self)

	def before_rename(self, *_args, **_kwargs):
		quality_records.refuse_rename(self)

	def on_trash(self):
		quality_records.refuse_deletion(self)


def on_doctype_update():
	"""Indexes of the lists and gates that read visits."""
	for fields in (["assigned_to", "scheduled_from"], ["complaint", "stage"]):
		frappe.db.add_index("Service Technical Visit", fields)
