"""A stand-in for ERPNext, for trials and tests on the embedded bench only; see README.md."""

import frappe
from frappe.defaults import get_user_default_as_list

__version__ = "15.33.4+standin"


def get_default_company(user=None):
	"""Name of the company that a user works for by default, else of the site; None when there is none."""
	companies = get_user_default_as_list("company", user or frappe.session.user)
	if companies:
		return companies[0]
	return frappe.db.get_single_value("Global Defaults", "default_company")


def get_company_currency(company):
	"""Code of the currency in which a company keeps its books."""
	return frappe.get_cached_value("Company", company, "default_currency")
