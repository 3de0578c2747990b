import frappe
from erpnext.setup.doctype.department.department import get_abbreviated_name
from frappe import _
from frappe.utils.nestedset import NestedSet

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
		self.insert_warehouse(ROOT_WAREHOUSE, is_group=1)
		for name in WAREHOUSES:
			self.insert_warehouse(name, parent_warehouse=get_abbreviated_name(ROOT_WAREHOUSE, self.name))

	def insert_warehouse(self, name, **values):
		"""Insert one warehouse of this company."""
		warehouse = frappe.get_doc(
			{"doctype": "Warehouse", "warehouse_name": name, "company": self.name, **values}
		)
		# whoever may create a company need not be allowed to create warehouses by hand
		warehouse.insert(ignore_permissions=True)

	def create_default_departments(self):
		"""Insert the departments, under the one root that all companies share."""
		if not frappe.db.exists("Department", ROOT_DEPARTMENT):
			self.insert_department(ROOT_DEPARTMENT, is_group=1)
		for name in DEPARTMENTS:
			self.insert_department(name, company=self.name, parent_department=ROOT_DEPARTMENT)

	def insert_department(self, name, **values):
		"""Insert one department; the root belongs to no company."""
		department = frappe.get_doc({"doctype": "Department", "department_name": name, **values})
		department.flags.ignore_mandatory = True
		# whoever may create a company need not be allowed to create departments by hand
		department.insert(ignore_permissions=True)
