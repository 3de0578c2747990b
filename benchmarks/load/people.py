"""Who works on the site during the trial: customers with their own company and a past, and staff of every kind."""

import frappe
from frappe.utils import now_datetime

from nervion_service.domain.taxonomy import Role
from nervion_service.services import intake
from tests import factories

PASSWORD = "Ensayo-de-carga-2026"
DOMAIN = "carga.test"
FOLIO = "Service Folio"
INDICATORS = "Service Indicators"
CUSTOMERS_A_COMPANY = 4
FOLIOS_A_COMPANY = 15
STAFF_ROLES = (
	(Role.EXECUTIVE,),
	(Role.EXECUTIVE, Role.COORDINATOR),
	(Role.TECHNICIAN,),
	(Role.COMMERCIAL_DIRECTOR,),
	(Role.SALES,),
)
# so that everybody who has work of one kind finds some of it
TYPES = ("Order Follow-up", "Technical Advice", "General Information")


def make(customers: int, staff: int) -> dict:
	"""Make them, truly committed: {"password", "customers": [{"user"}], "staff": [{"user", "calls", "indicators"}]}.

	calls, indicators: whether that person may register a call and open the indicators.
	"""
	factories.make_default_company(factories.make_company())
	_send_home()
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


def _send_home() -> None:
	"""End the work of an earlier run's people: they would be given this one's."""
	for user in frappe.get_all("User", filters={"name": ("like", f"%@{DOMAIN}"), "enabled": 1}, pluck="name"):
		frappe.db.set_value("User", user, "enabled", 0)


def _portal_user(customer: str) -> dict:
	user = factories.make_portal_user(customer, email=_address(), password=PASSWORD, language="es")
	return {"user": user.name}


def _attendant(index: int) -> dict:
	roles = STAFF_ROLES[index % len(STAFF_ROLES)]
	user = factories.make_user(email=_address(), roles=roles, password=PASSWORD, language="es").name
	frappe.set_user(user)
	try:
		indicators = bool(frappe.get_doc("Report", INDICATORS).is_permitted())
		return {"user": user, "calls": bool(frappe.has_permission(FOLIO, "create")), "indicators": indicators}
	finally:
		frappe.set_user("Administrator")


def _address() -> str:
	return f"{factories.unique('persona', '.')}@{DOMAIN}".lower()


def _past(customer: str) -> None:
	"""Folios that the customer's people find in their list, routed and somebody's."""
	for number in range(FOLIOS_A_COMPANY):
		folio = frappe.get_doc(
			{
				"doctype": FOLIO,
				"company": factories.existing_company(),
				"request_type": TYPES[number % len(TYPES)],
				"channel": "Portal",
				"subject": f"¿Cuándo llega el pedido {number}?",
				"description": "Esperamos veinte cubetas de esmalte blanco.",
				"customer": customer,
				"received_at": now_datetime(),
			}
		).insert()
		intake.follow_up(folio.name)
