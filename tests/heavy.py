"""Modules that every process of Frappe loads sooner or later: a test that forks many loads them once for all of them."""

import importlib

MODULES = (
	"frappe.automation.doctype.assignment_rule.assignment_rule",
	"frappe.core.doctype.user.user",
	"frappe.database.mariadb.database",
	"frappe.database.query",
	"frappe.desk.doctype.notification_log.notification_log",
	"frappe.desk.form.assign_to",
	"frappe.email.doctype.email_queue.email_queue",
	"frappe.email.email_body",
	"frappe.email.receive",
	"frappe.handler",
	"frappe.model.workflow",
	"frappe.utils.pdf",
	"frappe.utils.safe_exec",
	"nervion_service.nervion_service.doctype.service_folio.service_folio",
	"nervion_service.services.notices",
	"nervion_service.services.outside_intake",
	"nervion_service.services.sweep",
	"premailer",
)


def load() -> None:
	for module in MODULES:
		importlib.import_module(module)
