"""A held batch: wiring only. What it does stands in `services/batches`."""

import frappe
from frappe.model.document import Document

from nervion_service.domain.naming import HOLD
from nervion_service.services.batches import holds
from nervion_service.services.complaints import records


class ServiceBatchHold(Document):
	def autoname(self):
		records.number(self, HOLD)

	def before_insert(self):
		holds.prepare(self)

	def _validate(self):
		# called by Frappe on every save, also where validation is skipped
		super()._validate()
		holds.check(self)

	def after_insert(self):
		holds.begin(self)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)


def on_doctype_update():
	"""The index that every delivery asks: is one of its batches held?"""
	frappe.db.add_index("Service Batch Hold", ["batch", "stage"])
