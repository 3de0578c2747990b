"""Stages that the stand-in adds to Frappe's set-up wizard: the first company and the site's defaults."""

import frappe
from erpnext.setup.presets import install_presets, site_language


def get_setup_stages(args=None):
	"""Stages for `frappe.desk.page.setup_wizard`; none when a company already exists."""
	if frappe.db.count("Company"):
		return []
	tasks = (
		("Installing presets", stage_fixtures),
		("Setting up company", setup_company),
		("Setting defaults", setup_defaults),
	)
	return [
		{"status": status, "fail_msg": status, "tasks": [{"fn": fn, "args": args, "fail_msg": status}]}
		for status, fn in tasks
	]


def setup_complete(args):
	"""Run the stages without the wizard's page; args as ERPNext takes them, of which this reads
	company_name, company_abbr, currency and country."""
	args = frappe._dict(args)
	for stage in (stage_fixtures, setup_company, setup_defaults):
		stage(args)


def stage_fixtures(args):
	"""Make sure of the tree roots, and of the country as a territory."""
	with site_language():
		install_presets(args.get("country"))


def setup_company(args):
	"""Insert the company, unless it exists."""
	if frappe.db.exists("Company", args.get("company_name")):
		return
	company = frappe.get_doc(
		{
			"doctype": "Company",
			"company_name": args.get("company_name"),
			"abbr": args.get("company_abbr"),
			"default_currency": args.get("currency"),
			"country": args.get("country"),
		}
	)
	with site_language():
		company.insert()


def setup_defaults(args):
	"""Make the company the default one of the site."""
	defaults = frappe.get_doc("Global Defaults")
	defaults.default_company = args.get("company_name")
	defaults.default_currency = args.get("currency")
	defaults.country = args.get("country")
	defaults.save()
