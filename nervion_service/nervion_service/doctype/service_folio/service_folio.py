"""The folio: wiring only. What it does stands in `services`: sealing, intake, lifecycle."""

import frappe
from frappe import _
from frappe.model.document import Document

from nervion_service.services import gates, history, intake, lean_saves, lifecycle, phones, safety, sealing


class ServiceFolio(Document):
	def autoname(self):
		sealing.number(self)

	def before_insert(self):
		intake.seal(self)

	def validate(self):
		sealing.check(self)
		safety.check(self)
		phones.refill(self, self.get_doc_before_save())

	def validate_workflow(self):
		# Called by Frappe on every save, also where `flags.ignore_validate` skips validate: the gates stand after
		# Frappe's own check of roles and cannot be walked round.
		if history.is_import(self):
			history.place(self)
			return
		with gates.explained_transition(self):
			super().validate_workflow()
		lifecycle.enforce(self)

	def get_valid_dict(self, *args, **kwargs):
		# a save must not write back the mark of the daily figures, which may have taken the folio in since it was opened
		values = super().get_valid_dict(*args, **kwargs)
		values.pop("in_figures", None)
		return values

	def _validate_links(self):
		# Frappe says only "Could not find …": say which field and what to do as well
		with sealing.explained_links(self):
			super()._validate_links()

	def run_method(self, method, *args, **kwargs):
		with lean_saves.hooks(self, method):
			return super().run_method(method, *args, **kwargs)

	def save_version(self):
		if lean_saves.needs_version(self):
			super().save_version()

	def reset_seen(self):
		if not lean_saves.is_seen_by_saver(self):
			super().reset_seen()

	def after_insert(self):
		intake.register(self)

	def on_update(self):
		lifecycle.apply_effects(self)
		safety.follow(self)

	def on_change(self):
		lifecycle.catch_up(self)

	def before_rename(self, *_args, **_kwargs):
		frappe.throw(_("A folio keeps its number for ever: it cannot be renamed."), title=_("Not Allowed"))

	def on_trash(self):
		frappe.throw(
			_("A folio is never deleted. If the customer desists, withdraw it with a reason."),
			title=_("Not Allowed"),
		)


def on_doctype_update():
	"""Indexes of the lists and jobs that read folios; an external message enters once per channel and account."""
	frappe.db.add_unique(
		"Service Folio", ["channel", "account", "external_id"], constraint_name="unique_external_message"
	)
	for fields in (
		["stage", "routed_at"],
		["assigned_to", "stage"],
		["company", "received_at"],
		["customer", "received_at"],
		["received_at"],
	):
		frappe.db.add_index("Service Folio", fields)
	# what customers said of their cases, first whether the daily figures hold it
	words = ["satisfaction_at", "satisfaction", "company", "channel", "request_type"]
	frappe.db.add_index("Service Folio", ["in_figures", *words, "stage"], "figures")
	# what the last one takes the place of; the structure of a table, no rows
	old = frappe.db.get_index_name(words)
	frappe.db.sql_ddl(f"ALTER TABLE `tabService Folio` DROP INDEX IF EXISTS `{old}`")
