"""The documents that are inserted and changed: folios, plain documents of the same fields, ERPNext's Issues."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.utils import add_days, getdate, now_datetime

from nervion_service.domain.taxonomy import Role
from tests import factories

PLAIN = "Plain Benchmark Folio"


class People:
	"""Who registers and attends, and the customer whose cases they are; made inside a transaction that is undone."""

	def __init__(self):
		roles = [Role.EXECUTIVE, Role.COORDINATOR, "System Manager"]
		if frappe.db.exists("Role", "Support Team"):
			roles.append("Support Team")
		self.company = factories.make_company().name
		self.customer = factories.make_customer().name
		self.attendant = factories.make_user(roles=roles).name


def folio(people: People, **more):
	"""A folio as a message of a machine brings it, not inserted yet."""
	return frappe.get_doc(
		{
			"doctype": "Service Folio",
			"company": people.company,
			"request_type": "General Information",
			"channel": "E-mail",
			"account": "servicio",
			"external_id": factories.unique("mensaje", "-"),
			"subject": "¿Qué rendimiento tiene el esmalte?",
			"description": "Queremos saber cuántos metros cuadrados cubre un litro.",
			"customer": people.customer,
			"email": "compras@bajio.test",
			"phone": "+52 55 5555 0102",
			"received_at": now_datetime(),
			**more,
		}
	)


def plain(sample):
	"""A plain document with every value that an inserted folio holds."""
	values = {field.fieldname: sample.get(field.fieldname) for field in sample.meta.fields}
	return frappe.get_doc({**values, "doctype": PLAIN, "external_id": factories.unique("mensaje", "-")})


def issue(people: People):
	"""ERPNext's Issue with the same content, not inserted yet."""
	return frappe.get_doc(
		{
			"doctype": "Issue",
			"company": people.company,
			"customer": people.customer,
			"raised_by": "compras@bajio.test",
			"priority": "Medium",
			"subject": "¿Qué rendimiento tiene el esmalte?",
			"description": "Queremos saber cuántos metros cuadrados cubre un litro.",
		}
	)


def agree_on_issues(people: People) -> None:
	"""Give ERPNext's Issues a service level agreement: an answer in four hours, a solution in two days, Monday to Friday."""
	frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 1)
	if not frappe.db.exists("Issue Priority", "Medium"):
		frappe.get_doc({"doctype": "Issue Priority", "name": "Medium"}).insert()
	frappe.db.set_value("Service Level Agreement", {"document_type": "Issue"}, "enabled", 0)
	weekdays = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
	frappe.get_doc(
		{
			"doctype": "Service Level Agreement",
			"document_type": "Issue",
			"service_level": factories.unique("Acuerdo"),
			"enabled": 1,
			"default_service_level_agreement": 1,
			"holiday_list": _holiday_list(),
			"apply_sla_for_resolution": 1,
			"default_priority": "Medium",
			"priorities": [
				{
					"priority": "Medium",
					"response_time": 4 * 3600,
					"resolution_time": 18 * 3600,
					"default_priority": 1,
				}
			],
			"sla_fulfilled_on": [{"status": "Resolved"}, {"status": "Closed"}],
			"pause_sla_on": [{"status": "Replied"}],
			"support_and_resolution": [
				{"workday": day, "start_time": "09:00:00", "end_time": "18:00:00"} for day in weekdays
			],
		}
	).insert()


def _holiday_list() -> str:
	today = getdate()
	return (
		frappe.get_doc(
			{
				"doctype": "Holiday List",
				"holiday_list_name": factories.unique("Feriados"),
				"from_date": add_days(today, -400),
				"to_date": add_days(today, 400),
				"holidays": [{"holiday_date": add_days(today, 7), "description": "Feriado"}],
			}
		)
		.insert()
		.name
	)


@contextmanager
def acting_as(user: str) -> Iterator[None]:
	"""Be another user for a while."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)
