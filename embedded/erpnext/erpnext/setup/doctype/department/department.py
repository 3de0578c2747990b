import frappe
from erpnext.utilities.tree_master import TreeMaster
from frappe.utils.nestedset import get_root_of


class Department(TreeMaster):
	nsm_parent_field = "parent_department"

	def autoname(self):
		"""The root is named as it is called; every other one carries its company's abbreviation.

		Except those made while the set-up wizard runs: ERPNext builds the tree after them, finds no root while
		naming them and leaves the abbreviation out, so code that looks for a department goes by department_name.
		"""
		root = None if frappe.flags.in_setup_wizard else get_root_of("Department")
		if not root or self.department_name == root:
			self.name = self.department_name
			return
		self.name = get_abbreviated_name(self.department_name, self.company)


def get_abbreviated_name(name, company):
	"""`name` followed by the company's abbreviation."""
	return f"{name} - {frappe.get_cached_value('Company', company, 'abbr')}"


def on_doctype_update():
	frappe.db.add_index("Department", ["lft", "rgt"])
