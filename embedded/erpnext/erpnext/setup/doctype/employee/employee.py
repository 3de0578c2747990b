import frappe
from frappe import _
from frappe.model.naming import set_name_by_naming_series
from frappe.permissions import add_user_permission, has_permission
from frappe.utils.nestedset import NestedSet, update_nsm


class Employee(NestedSet):
	nsm_parent_field = "reports_to"

	def autoname(self):
		set_name_by_naming_series(self)
		self.employee = self.name

	def validate(self):
		"""Put the full name together; an active employee's user is enabled and is nobody else's."""
		self.employee = self.name
		self.employee_name = " ".join(filter(None, (self.first_name, self.middle_name, self.last_name)))
		if self.status == "Left" and not self.relieving_date:
			frappe.throw(_("An employee who left needs a relieving date."))
		if self.user_id and self.status == "Active":
			self.validate_user()

	def validate_user(self):
		"""Throw when the user is disabled or belongs to another active employee."""
		if not frappe.db.get_value("User", self.user_id, "enabled"):
			frappe.throw(_("User {0} is disabled").format(self.user_id))
		other = frappe.db.exists(
			"Employee", {"user_id": self.user_id, "status": "Active", "name": ("!=", self.name)}
		)
		if other:
			frappe.throw(
				_("User {0} already belongs to employee {1}.").format(self.user_id, other),
				frappe.DuplicateEntryError,
			)

	def on_update(self):
		"""Keep the tree; the user becomes an Employee, limited to this record and company if so asked."""
		update_nsm(self)
		if not self.user_id:
			return
		frappe.get_doc("User", self.user_id).add_roles("Employee")
		if self.create_user_permission and has_permission("User Permission", "write", raise_exception=False):
			self.limit_user()

	def limit_user(self):
		"""Add the user permissions for this employee and its company, unless they are there."""
		for doctype, name in (("Employee", self.name), ("Company", self.company)):
			add_user_permission(doctype, name, self.user_id)

	def on_trash(self):
		update_nsm(self)
