"""Folios for tests of a site, and the walks that people take with them: routed, accepted, answered, closed.

Each function inserts or moves real documents; a transition is taken by a person who may take it. What runs after commit is
run at once, so that a test reads as the day goes.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
import pytest
import time_machine
from frappe.model.workflow import get_transitions
from frappe.utils import get_system_timezone, now_datetime

from nervion_service.domain.safety import SPOKEN_CHANNELS
from nervion_service.domain.taxonomy import Role
from nervion_service.services import answers, intake
from nervion_service.workflows.folio import Action
from tests import engine, factories

MONDAY = datetime(2026, 3, 2, 10, 0)  # an ordinary Monday of the shipped calendar, open since nine
CUSTOMER_MAIL = "compras@bajio.test"  # of every folio that names no other


def at(moment, tick=True):
	"""`with at(MONDAY):` the site's clock shows that moment and runs on from it, or stands without tick."""
	zone = get_system_timezone()
	return time_machine.travel(moment.replace(tzinfo=ZoneInfo(zone)), tick=tick)


@pytest.fixture(scope="module", autouse=True)
def everybody(request, module_transaction):
	"""One user per role in the module's CAST, for all its tests: making a user costs more than making a folio."""
	_cast.clear()
	with engine.working_folder(module_transaction.sites):
		for role in getattr(request.module, "CAST", ()):
			_cast[role] = staff(role)
	return module_transaction


_cast = {}


def cast(role):
	"""Name of the module's own user of that role; see `everybody`."""
	return _cast[role]


def staff(*roles, **overrides):
	"""Name of a new user who holds these roles."""
	return factories.make_user(roles=roles, **overrides).name


def new_folio(**overrides):
	"""A folio that is not inserted yet: a phone call about general information, received now."""
	values = {
		"doctype": "Service Folio",
		"company": factories.make_company().name,
		"request_type": "General Information",
		"channel": "Phone",
		"subject": factories.unique("¿Qué rendimiento tiene el esmalte?"),
		"party_name": "Pinturas del Bajío",
		"phone": "+52 55 5555 0102",
		"email": CUSTOMER_MAIL,
		"received_at": now_datetime(),
	}
	values |= overrides
	# whoever takes a call down has asked; a message is read instead
	asked = {"safety": "No"} if values["channel"] in SPOKEN_CHANNELS else {}
	return frappe.get_doc({**asked, **values})


def make_folio(routed=True, by=None, **overrides):
	"""A registered folio, and routed unless told otherwise; `by` is the user who registers it."""
	with engine.run_as(by or frappe.session.user):
		folio = new_folio(**overrides).insert()
	if routed:
		intake.follow_up(folio.name)
	return reloaded(folio)


def reloaded(folio):
	"""The folio as it stands in the database."""
	return frappe.get_doc("Service Folio", folio if isinstance(folio, str) else folio.name)


def act(folio, action, by=None, **changes):
	"""Take an action of the workflow as `by`, with fields changed in the same save; returns the folio as it then is."""
	doc = reloaded(folio)
	with engine.run_as(by or frappe.session.user):
		doc.update(changes)
		transition = next((row for row in get_transitions(doc) if row["action"] == action), None)
		assert transition, f"{frappe.session.user} cannot {action} from {doc.workflow_state}"
		doc.workflow_state = transition["next_state"]
		doc.save()
	return reloaded(doc)


def accept(folio, by=None):
	"""Routed → In Attention."""
	return act(folio, Action.ACCEPT, by)


def write_to_customer(folio, by=None, when=None, direction="Outbound"):
	"""Log a call with the customer, by a person; returns the Communication's name."""
	folio = reloaded(folio)
	with engine.run_as(by or a_person()):
		return answers.log_call(folio.name, direction, "Le explicamos el rendimiento por litro.", when)


def make_mail(folio, by=None, **overrides):
	"""A mail about the folio as `by`, a person of ours, sends it from the form: to the customer, unless told otherwise."""
	values = {
		"doctype": "Communication",
		"communication_type": "Communication",
		"communication_medium": "Email",
		"sent_or_received": "Sent",
		"reference_doctype": "Service Folio",
		"reference_name": folio.name,
		"subject": folio.subject,
		"content": "<p>Le enviamos la ficha.</p>",
		"recipients": CUSTOMER_MAIL,
	}
	with engine.run_as(by or a_person()):
		return frappe.get_doc({**values, **overrides}).insert(ignore_permissions=True)


def hear_from_customer(folio, by=None, when=None):
	"""Log a call that the customer made."""
	return write_to_customer(folio, by, when, "Inbound")


def answer(folio, by=None):
	"""Attended, answered by a person, and marked as answered."""
	folio = reloaded(folio)
	if folio.stage in ("Routed", "Reopened"):
		folio = accept(folio, by)
	write_to_customer(folio, by)
	return act(folio, Action.ANSWER, by)


def close(folio, by=None):
	"""Answered, confirmed by the customer, and closed."""
	folio = reloaded(folio)
	if folio.stage != "Answered":
		folio = answer(folio, by)
	word = {"satisfaction": "Satisfied", "satisfaction_means": "Phone", "satisfaction_by": "Ana Ruiz"}
	return act(folio, Action.CLOSE, by, **word)


def reopen(folio, by=None, reason="La pintura volvió a descascararse"):
	"""Closed → Reopened."""
	return act(folio, Action.REOPEN, by, reopen_reason=reason)


def withdraw(folio, by=None, reason="El cliente desistió"):
	"""Any open stage → Withdrawn."""
	return act(folio, Action.WITHDRAW, by, withdrawal_reason=reason)


def a_person():
	"""Name of an executive who speaks with customers in tests."""
	# the cast of an earlier module was rolled back with it
	name = _cast.get(Role.EXECUTIVE)
	return name if name and frappe.db.exists("User", name) else staff(Role.EXECUTIVE)


def events_of(folio, event=None):
	"""The events of a folio, oldest first; of one code if named."""
	filters = {"case_type": "Service Folio", "case_name": folio.name}
	if event:
		filters["event"] = event
	return frappe.get_all("Service Event", filters=filters, fields=["*"], order_by="creation, name")


def promises_of(folio, kind=None):
	"""The promises of a folio; of one kind if named."""
	filters = {"case_type": "Service Folio", "case_name": folio.name}
	if kind:
		filters["kind"] = kind
	return frappe.get_all("Service Commitment", filters=filters, fields=["*"], order_by="creation, name")


def minutes(amount):
	return timedelta(minutes=amount)
