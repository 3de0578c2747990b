import frappe
from frappe.model.document import Document

# key of Frappe's defaults: field of this document
DEFAULTS = {
	"company": "default_company",
	"currency": "default_currency",
	"country": "country",
	"disable_rounded_total": "disable_rounded_total",
}


class GlobalDefaults(Document):
	def on_update(self):
		"""Publish the values as defaults of the site, where forms and reports read them."""
		for key, fieldname in DEFAULTS.items():
			frappe.db.set_default(key, self.get(fieldname) or "")
		frappe.clear_cache()
