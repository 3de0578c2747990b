"""Portal users of the demo: one person of each of the first two customers, who follow their company's folios."""

import frappe
from frappe.utils.password import update_password

from nervion_service.setup.demo import masters

# whose account, by the customer's place in the demo's data
PEOPLE = (
	{"first_name": "Lucía", "last_name": "Herrera"},
	{"first_name": "Ramón", "last_name": "Cedillo"},
)
ROLE = "Customer"


def users(customers: list[dict], password: str) -> list[dict]:
	"""Make the portal users of these customers, rows with "customer", "contact" and "email"; returns them as `demo.make` does."""
	return [_user(row, person, password) for row, person in zip(customers, PEOPLE, strict=False)]


def _user(row: dict, person: dict, password: str) -> dict:
	email = row["email"]
	if not frappe.db.exists("User", email):
		values = {"doctype": "User", "email": email, **person, "user_type": "Website User", "language": "es"}
		frappe.get_doc({**values, "send_welcome_email": 0, "roles": [{"role": ROLE}]}).insert()
	masters.give_roles(email, [ROLE])
	update_password(email, password)
	_list_on_customer(row["customer"], email)
	frappe.db.set_value("Contact", row["contact"], "user", email)
	return {"email": email, "name": f"{person['first_name']} {person['last_name']}", "roles": [ROLE]}


def _list_on_customer(customer: str, email: str) -> None:
	doc = frappe.get_doc("Customer", customer)
	if email not in [listed.user for listed in doc.portal_users]:
		doc.append("portal_users", {"user": email})
		doc.save()
