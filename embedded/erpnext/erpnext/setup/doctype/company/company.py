import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet, get_root_of

ROOT_DEPARTMENT = "All Departments"
DEPARTMENTS = (
	"Accounts",
	"Marketing",
	"Sales",
	"Purchase",
	"Operations",
	"Production",
	"Dispatch",
	"Customer Service",
	"Human Resources",
	"Management",
	"Quality Management",
	"Research & Development",
	"Legal",
)
ROOT_WAREHOUSE = "All Warehouses"
WAREHOUSES = ("Stores", "Work In Progress", "Finished Goods", "Goods In Transit")


class Company(NestedSet):
	nsm_parent_field = "parent_company"

	def validate(self):
		"""Derive the abbreviation from the initials when none is given; it is unique."""
		initials = "".join(word[0] for word in (self.company_name or "").split()).upper()
		self.abbr = (self.abbr or initials).strip()
		if frappe.db.exists("Company", {"abbr": self.abbr, "name": ("!=", self.name)}):
			frappe.throw(
				_("Another company has the abbreviation {0}; choose a different one.").format(self.abbr)
			)

	def on_update(self):
		"""A company without warehouses or departments gets the usual ones."""
		super().on_update()
		# the abbreviation is read through the document cache while children are named
		frappe.clear_document_cache("Company", self.name)
		if not frappe.db.exists("Warehouse", {"company": self.name}):
			self.create_default_warehouses()
		if not frappe.db.exists("Department", {"company": self.name}):
			self.create_default_departments()
		frappe.db.set_value("Currency", self.default_currency, "enabled", 1)

	def create_default_warehouses(self):
		"""Insert the root warehouse of the company and those below it."""
		root = self.insert_warehouse(ROOT_WAREHOUSE, is_group=1)
		for name in WAREHOUSES:
			self.insert_warehouse(name, parent_warehouse=root)

	def insert_warehouse(self, name, **values):
		"""Insert one warehouse of this company, named in the session's language; returns its name."""
		warehouse = frappe.get_doc(
			{"doctype": "Warehouse", "warehouse_name": _(name), "company": self.name, **values}
		)
		# whoever may create a company need not be allowed to create warehouses by hand
		return warehouse.insert(ignore_permissions=True).name

	def create_default_departments(self):
		"""Insert the departments, under the one root that all companies share."""
		root = get_root_of("Department") or self.insert_department(ROOT_DEPARTMENT, is_group=1)
		for name in DEPARTMENTS:
			self.insert_department(name, company=self.name, parent_department=root)

	def insert_department(self, name, **values):
		"""Insert one department, named in the session's language; the root is no company's. Returns its name."""
		department = frappe.get_doc({"doctype": "Department", "department_name": _(name), **values})
		department.flags.ignore_mandatory = True
		# whoever may create a company need not be allowed to create departments by hand
		return department.insert(ignore_permissions=True).name
