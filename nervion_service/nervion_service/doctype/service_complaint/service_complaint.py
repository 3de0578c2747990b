"""The complaint: wiring only. What it does stands in `services/complaints`."""

import frappe
from frappe.model.document import Document

from nervion_service.domain.naming import COMPLAINT
from nervion_service.services import gates, lean_saves, sealing
from nervion_service.services import lifecycle as folio_lifecycle
from nervion_service.services.complaints import lifecycle, records, registering
from nervion_service.services.complaints import sealing as own_sealing


class ServiceComplaint(Document):
	def autoname(self):
		records.number(self, COMPLAINT)

	def before_insert(self):
		registering.seal(self)

	def validate(self):
		own_sealing.check(self)
		registering.check(self)

	def validate_workflow(self):
		# Called by Frappe on every save, also where `flags.ignore_validate` skips validate: the gates stand after
		# Frappe's own check of roles and cannot be walked round.
		with gates.explained_transition(self):
			super().validate_workflow()
		lifecycle.enforce(self)

	def _validate_links(self):
		# Frappe says only "Could not find …": say which field and what to do as well
		with sealing.explained_links(self):
			super()._validate_links()

	def run_method(self, method, *args, **kwargs):
		with lean_saves.hooks(self, method):
			return super().run_method(method, *args, **kwargs)

	def after_insert(self):
		registering.register(self)

	def on_update(self):
		lifecycle.apply_effects(self)

	def on_change(self):
		folio_lifecycle.catch_up(self)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)


def on_doctype_update():
	"""Indexes of the lists and gates that read complaints."""
	for fields in (
		["stage", "received_at"],
		["assigned_to", "stage"],
		["customer", "stage"],
		["company", "received_at"],
	):
		frappe.db.add_index("Service Complaint", fields)
