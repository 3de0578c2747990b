"""What the demo stands on: the company, its people and customers, products with their batches, a mail account."""

import frappe
from frappe.utils.password import update_password

from nervion_service.setup import install, wizard
from nervion_service.setup.demo import moments

DOMAIN = "pinturasnervion.example"
# contents of the demo, as its products are
UNIT = "Pieza"


def company() -> str:
	"""The site's company; the wizard is answered where there is none."""
	if not frappe.db.count("Company"):
		wizard.answer()
	install.after_wizard()
	return frappe.db.get_single_value("Service Settings", "default_company")


def give_roles(user: str, roles: list[str]) -> None:
	"""Roles that a user lacks; where none is missing nothing is saved, since Frappe forgets all it knows at every user saved."""
	missing = set(roles) - set(frappe.get_roles(user))
	if missing:
		frappe.get_doc("User", user).add_roles(*sorted(missing))


def address(account: str) -> str:
	"""The name by which a person of the demo signs in."""
	return f"{account}@{DOMAIN}"


def user(person: dict, password: str) -> dict:
	"""A person of the house who may sign in: {"email", "name", "roles"}."""
	email = address(person["account"])
	if not frappe.db.exists("User", email):
		frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": person["first_name"],
				"last_name": person["last_name"],
				"language": "es",
				"time_zone": wizard.TIME_ZONE,
				"send_welcome_email": 0,
				"roles": [{"role": role} for role in person["roles"]],
			}
		).insert()
	give_roles(email, person["roles"])
	update_password(email, password)
	return {"email": email, "name": f"{person['first_name']} {person['last_name']}", "roles": person["roles"]}


def customer(row: dict) -> dict:
	"""A customer of the books with its contact; returns the row with their names."""
	name = frappe.db.get_value("Customer", {"customer_name": row["name"]}) or _new_customer(row)
	contact = frappe.db.get_value("Contact", {"email_id": row["email"]}) or _new_contact(row, name)
	return {**row, "customer": name, "contact": contact}


def _new_customer(row: dict) -> str:
	values = {
		"doctype": "Customer",
		"customer_name": row["name"],
		"customer_type": "Individual" if row["kind"] == "End User" else "Company",
		"customer_group": moments.leaf("Customer Group", wizard.COMPANY),
		"territory": moments.leaf("Territory", wizard.COMPANY),
		"default_currency": "MXN",
	}
	return frappe.get_doc(values).insert().name


def _new_contact(row: dict, customer: str) -> str:
	values = {
		"doctype": "Contact",
		"first_name": row["name"],
		"email_ids": [{"email_id": row["email"], "is_primary": 1}],
		"phone_nos": [{"phone": row["phone"], "is_primary_phone": 1}],
		"links": [{"link_doctype": "Customer", "link_name": customer}],
	}
	return frappe.get_doc(values).insert().name


def item(row: dict) -> None:
	"""A product that is kept in batches."""
	if frappe.db.exists("Item", row["code"]):
		return
	values = {
		"doctype": "Item",
		"item_code": row["code"],
		"item_name": row["name"],
		"item_group": moments.leaf("Item Group", wizard.COMPANY),
		"stock_uom": _unit(),
		"is_stock_item": 1,
		"has_batch_no": 1,
	}
	frappe.get_doc(values).insert()


def batch(number: str, item: str) -> str:
	"""A batch of a product; returns its number."""
	if not frappe.db.exists("Batch", number):
		frappe.get_doc({"doctype": "Batch", "batch_id": number, "item": item}).insert()
	return number


def mail_account() -> None:
	"""An outgoing account, without which Frappe rings no bell either; nothing leaves a site that mutes its mail."""
	if frappe.db.exists("Email Account", {"default_outgoing": 1}):
		return
	account = frappe.get_doc(
		{
			"doctype": "Email Account",
			"name": wizard.COMPANY,
			"email_account_name": wizard.COMPANY,
			"email_id": address("servicio"),
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "localhost",
			"no_smtp_authentication": 1,
		}
	)
	# its validation would call a mail server, and the demo has none
	account.db_insert()


def _unit() -> str:
	"""What cans are counted in."""
	if not frappe.db.exists("UOM", UNIT):
		frappe.get_doc({"doctype": "UOM", "uom_name": UNIT, "must_be_whole_number": 1}).insert()
	return UNIT
