import frappe
from frappe.utils.nestedset import NestedSet


class Warehouse(NestedSet):
	nsm_parent_field = "parent_warehouse"

	def autoname(self):
		"""The warehouse's name, ending in its company's abbreviation."""
		suffix = f" - {frappe.get_cached_value('Company', self.company, 'abbr')}" if self.company else ""
		name = self.warehouse_name
		self.name = name if name.endswith(suffix) else name + suffix


def on_doctype_update():
	frappe.db.add_index("Warehouse", ["lft", "rgt"])
