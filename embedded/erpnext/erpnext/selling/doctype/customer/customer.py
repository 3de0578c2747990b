import frappe
from erpnext.controllers.website_list_for_contact import add_role_for_portal_user
from frappe.model.document import Document
from frappe.model.naming import set_name_by_naming_series
from frappe.utils import cint


class Customer(Document):
	def autoname(self):
		"""By customer name, or by series if the site's defaults say so."""
		if frappe.defaults.get_global_default("cust_master_name") == "Naming Series":
			set_name_by_naming_series(self)
		else:
			self.name = self.get_customer_name()

	def get_customer_name(self):
		"""The customer's name, numbered when another customer has it already."""
		if frappe.flags.in_import or not frappe.db.exists("Customer", self.customer_name):
			return self.customer_name
		prefix = f"{self.customer_name} - "
		# get_all: a name is taken whether or not the session's user may see its customer
		taken = frappe.get_all("Customer", filters={"name": ("like", f"{prefix}%")}, pluck="name")
		return f"{prefix}{max((cint(name[len(prefix) :]) for name in taken), default=0) + 1}"

	def validate(self):
		self.flags.is_new_doc = self.is_new()
		for row in self.portal_users:
			add_role_for_portal_user(row, "Customer")

	def after_insert(self):
		"""A customer made from a lead converts the lead."""
		if self.lead_name:
			frappe.db.set_value("Lead", self.lead_name, "status", "Converted")

	def on_update(self):
		self.create_primary_contact()
		if self.flags.is_new_doc and self.lead_name:
			self.link_contacts_of_lead()

	def create_primary_contact(self):
		"""E-mail and mobile of a new customer live on a contact of theirs."""
		if self.customer_primary_contact or self.lead_name or not (self.mobile_no or self.email_id):
			return
		contact = make_contact(self)
		self.db_set("customer_primary_contact", contact.name)
		self.db_set("mobile_no", self.mobile_no)
		self.db_set("email_id", self.email_id)

	def link_contacts_of_lead(self):
		"""Whoever was a contact or address of the lead becomes one of the customer too."""
		# get_all: conversion carries over every contact, also those the session's user may not list
		links = frappe.get_all(
			"Dynamic Link",
			filters={
				"parenttype": ("in", ("Contact", "Address")),
				"link_doctype": "Lead",
				"link_name": self.lead_name,
			},
			fields=["parenttype", "parent"],
			order_by="parent",
		)
		for link in links:
			linked = frappe.get_doc(link.parenttype, link.parent)
			if not linked.has_link("Customer", self.name):
				linked.append("links", {"link_doctype": "Customer", "link_name": self.name})
				linked.save(ignore_permissions=self.flags.ignore_permissions)


def make_contact(customer):
	"""Insert the primary contact of a customer from its e-mail and mobile; returns the contact."""
	contact = frappe.get_doc(
		{
			"doctype": "Contact",
			"is_primary_contact": 1,
			"links": [{"link_doctype": "Customer", "link_name": customer.name}],
		}
	)
	if customer.customer_type == "Individual":
		first, *middle = customer.customer_name.split()
		contact.update({"first_name": first, "last_name": middle.pop() if middle else None})
		contact.middle_name = " ".join(middle)
	else:
		contact.company_name = customer.customer_name
	if customer.email_id:
		contact.add_email(customer.email_id, is_primary=True)
	if customer.mobile_no:
		contact.add_phone(customer.mobile_no, is_primary_mobile_no=True)
	return contact.insert(ignore_permissions=customer.flags.ignore_permissions)
