"""Who works on the site during the trial: customers with their own company and a past, and staff of every kind."""

import frappe
from frappe.utils import now_datetime

from nervion_service.domain.taxonomy import Role
from nervion_service.services import intake
from tests import factories

PASSWORD = "Ensayo-de-carga-2026"
CUSTOMERS_A_COMPANY = 4
FOLIOS_A_COMPANY = 15
STAFF_ROLES = (
	(Role.EXECUTIVE,),
	(Role.EXECUTIVE, Role.COORDINATOR),
	(Role.TECHNICIAN,),
	(Role.COMMERCIAL_DIRECTOR,),
	(Role.SALES,),
)


def make(customers: int, staff: int) -> dict:
	"""Make them, truly committed; {"password", "customers": [...], "staff": [...]}, each a user's name."""
	factories.make_default_company(factories.existing_company())
	names = [factories.make_customer().name for _ in range(-(-customers // CUSTOMERS_A_COMPANY))]
	cast = {
		"password": PASSWORD,
		"customers": [_portal_user(names[index // CUSTOMERS_A_COMPANY]) for index in range(customers)],
		"staff": [_attendant(index) for index in range(staff)],
	}
	for customer in names:
		_past(customer)
	frappe.db.commit()
	return cast


def _portal_user(customer: str) -> str:
	return _name(factories.make_portal_user(customer, password=PASSWORD))


def _attendant(index: int) -> str:
	roles = STAFF_ROLES[index % len(STAFF_ROLES)]
	return _name(factories.make_user(roles=roles, password=PASSWORD, language="es"))


def _name(user) -> str:
	return user if isinstance(user, str) else user.name


def _past(customer: str) -> None:
	"""Folios that the customer's people find in their list, routed and somebody's."""
	for number in range(FOLIOS_A_COMPANY):
		folio = frappe.get_doc(
			{
				"doctype": "Service Folio",
				"company": factories.existing_company(),
				"request_type": "Order Follow-up",
				"channel": "Portal",
				"subject": f"¿Cuándo llega el pedido {number}?",
				"description": "Esperamos veinte cubetas de esmalte blanco.",
				"customer": customer,
				"received_at": now_datetime(),
			}
		).insert()
		intake.follow_up(folio.name)
