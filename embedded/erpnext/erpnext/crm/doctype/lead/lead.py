import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import validate_email_address


class Lead(Document):
	def validate(self):
		"""Put name and title together; an e-mail address belongs to one lead."""
		self.set_lead_name()
		self.title = self.company_name or self.lead_name
		if self.email_id:
			self.validate_email()

	def set_lead_name(self):
		"""The person's full name, else the organisation's, else what stands before the @."""
		if self.first_name:
			parts = (self.salutation, self.first_name, self.middle_name, self.last_name)
			self.lead_name = " ".join(filter(None, parts))
		if self.lead_name:
			return
		if not (self.company_name or self.email_id or self.flags.ignore_mandatory):
			frappe.throw(_("A lead needs the name of a person or of an organization."))
		self.lead_name = self.company_name or (self.email_id or "").split("@")[0]

	def validate_email(self):
		"""Throw on a malformed address, on one that another lead has, and on the lead owner's own."""
		validate_email_address(self.email_id, throw=True)
		if other := frappe.db.exists("Lead", {"email_id": self.email_id, "name": ("!=", self.name)}):
			frappe.throw(
				_("Lead {0} has the e-mail address {1} already.").format(other, self.email_id),
				frappe.DuplicateEntryError,
			)
		if self.email_id == self.lead_owner:
			frappe.throw(_("The lead owner's e-mail address cannot be the lead's."))

	def after_insert(self):
		"""A new lead is a contact too, which a conversion hands on to the customer."""
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": self.first_name or self.lead_name,
				"last_name": self.last_name,
				"salutation": self.salutation,
				"gender": self.gender,
				"designation": self.job_title,
				"company_name": self.company_name,
				"links": [{"link_doctype": "Lead", "link_name": self.name, "link_title": self.lead_name}],
			}
		)
		if self.email_id:
			contact.add_email(self.email_id, is_primary=1)
		if self.phone:
			contact.add_phone(self.phone, is_primary_phone=1)
		if self.mobile_no:
			contact.add_phone(self.mobile_no, is_primary_mobile_no=1)
		# whoever may create a lead need not be allowed to create contacts by hand
		contact.insert(ignore_permissions=True)
