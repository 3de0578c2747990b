"""Demo data: forty-five days of a Mexican paint maker's customer service, lived through the real services.

Every case walks its course as the people of the house would: registered, routed, accepted, asked, answered, closed. The
services' clock is moved to each step, so promises are kept and broken at plausible moments inside working hours. What
lies ahead of now has not happened yet: those cases are still open when the demo starts.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime, time, timedelta
from pathlib import Path

import frappe
from frappe.utils import get_datetime
from frappe.utils.nestedset import get_root_of
from frappe.utils.password import update_password

from nervion_service.domain.taxonomy import Stage
from nervion_service.services import answers, calendars, clock, intake, lifecycle, stages, sweep, system
from nervion_service.setup import demo_portal, install, wizard

DATA = Path(__file__).parent / "demo_data" / "demo.json"
DOMAIN = "pinturasnervion.example"
SOURCE = "demo"
MESSAGE_MEDIA = {
	"E-mail": "Email",
	"Web Page": "Email",
	"Portal": "Email",
	"Phone": "Phone",
	"Store": "Phone",
}

# course → steps: what is done, and how many working hours after the step before
ACCEPTED = (("route", 0.05), ("accept", 0.4))
CLOSED = (*ACCEPTED, ("answer", 1.2), ("finish", 0.1), ("close", 6))
COURSES = {
	"routed": (("route", 0.03),),
	"fresh": (("route", 0.03),),
	"attention": ACCEPTED,
	"overdue": ACCEPTED,
	"closed": CLOSED,
	"closed_late": (("route", 0.05), ("accept", 2), ("answer", 7), ("finish", 0.1), ("close", 5)),
	"closed_waiting": (
		*ACCEPTED,
		("ask", 0.6),
		("wait", 0.05),
		("reply", 3),
		("answer", 2),
		("finish", 0.1),
		("close", 9),
	),
	"waiting": (*ACCEPTED, ("ask", 0.8), ("wait", 0.05)),
	"answered": (*ACCEPTED, ("answer", 1.4), ("finish", 0.1)),
	"closed_word": (
		*ACCEPTED,
		("answer", 1),
		("finish", 0.1),
		("insist", 9),
		("insist", 9),
		("insist", 9),
		("close_without_word", 9),
	),
	"second_level": (*ACCEPTED, ("call", 1), ("pass_on", 0.5), ("answer", 5), ("finish", 0.1), ("close", 9)),
	"reopened": (*CLOSED, ("reopen", 9), ("accept", 0.5)),
	"reopened_closed": (
		*CLOSED,
		("reopen", 9),
		("accept", 0.5),
		("answer", 2),
		("finish", 0.1),
		("close", 9),
	),
	"withdrawn": (*ACCEPTED, ("call", 0.8), ("withdraw", 4)),
}


def make(password: str = "nervion") -> dict:
	"""Fill the site once; a second call mends what is missing. Returns company, users and counts; prints nothing.

	password: of every demo user. Needs Administrator. Refuses nothing: use it on a site that may be thrown away.
	"""
	content = json.loads(DATA.read_text(encoding="utf-8"))
	with system.as_system():
		company = _company()
		users = [_user(person, password) for person in content["people"]]
		customers = {row["key"]: _customer(row) for row in content["customers"]}
		users += demo_portal.users(list(customers.values()), password)
		for row in content["items"]:
			_item(row)
		_mail_account()
		# Frappe's English tour would lie over the first screen of everybody who looks
		frappe.db.set_single_value("System Settings", "enable_onboarding", 0)
		frappe.db.commit()
		now = clock.now()
		for number, case in _cases_in_order(content["cases"], company, now):
			_live_through(number, case, customers, content, company, now)
		# what fell due and was not answered until now
		sweep.run(now=now)
	return {"company": company, "users": users, **_counts()}


# Masters -----------------------------------------------------------------------------------------------------


def _company() -> str:
	if not frappe.db.count("Company"):
		wizard.answer()
	install.after_wizard()
	return frappe.db.get_single_value("Service Settings", "default_company")


def _user(person: dict, password: str) -> dict:
	email = _address(person["account"])
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
			}
		).insert()
	frappe.get_doc("User", email).add_roles(*person["roles"])
	update_password(email, password)
	return {"email": email, "name": f"{person['first_name']} {person['last_name']}", "roles": person["roles"]}


def _address(account: str) -> str:
	return f"{account}@{DOMAIN}"


def _customer(row: dict) -> dict:
	name = frappe.db.get_value("Customer", {"customer_name": row["name"]}) or _new_customer(row)
	contact = frappe.db.get_value("Contact", {"email_id": row["email"]}) or _new_contact(row, name)
	return {**row, "customer": name, "contact": contact}


def _new_customer(row: dict) -> str:
	values = {
		"doctype": "Customer",
		"customer_name": row["name"],
		"customer_type": "Individual" if row["kind"] == "End User" else "Company",
		"customer_group": _leaf("Customer Group"),
		"territory": _leaf("Territory"),
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


def _item(row: dict) -> None:
	if frappe.db.exists("Item", row["code"]):
		return
	values = {
		"doctype": "Item",
		"item_code": row["code"],
		"item_name": row["name"],
		"item_group": _leaf("Item Group"),
		"stock_uom": _unit(),
		"is_stock_item": 1,
		"has_batch_no": 1,
	}
	frappe.get_doc(values).insert()


def _batch(number: str, item: str) -> str:
	if not frappe.db.exists("Batch", number):
		frappe.get_doc({"doctype": "Batch", "batch_id": number, "item": item}).insert()
	return number


def _mail_account() -> None:
	"""An outgoing account, without which Frappe rings no bell either; nothing leaves a site that mutes its mail."""
	if frappe.db.exists("Email Account", {"default_outgoing": 1}):
		return
	account = frappe.get_doc(
		{
			"doctype": "Email Account",
			"name": wizard.COMPANY,
			"email_account_name": wizard.COMPANY,
			"email_id": _address("servicio"),
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "localhost",
			"no_smtp_authentication": 1,
		}
	)
	# its validation would call a mail server, and the demo has none
	account.db_insert()


def _unit() -> str:
	return frappe.db.get_value("UOM", {"name": ["in", ["Nos", "Unit", "Litre"]]}) or frappe.db.get_value(
		"UOM", {}
	)


def _leaf(doctype: str) -> str:
	leaf = frappe.db.get_value(doctype, {"is_group": 0}, "name", order_by="lft")
	if leaf:
		return leaf
	field = frappe.scrub(doctype)
	values = {"doctype": doctype, f"{field}_name": wizard.COMPANY, f"parent_{field}": get_root_of(doctype)}
	return frappe.get_doc(values).insert().name


# When --------------------------------------------------------------------------------------------------------


def _cases_in_order(cases: list[dict], company: str, now: datetime) -> Iterator[tuple[str, dict]]:
	"""The cases that are not there yet, with their number and moment of reception, the oldest first."""
	_name, calendar = calendars.for_company(company)
	for index, case in enumerate(cases, start=1):
		case["received_at"] = _reception(case, calendar, now)
		case["number"] = f"{SOURCE}-{index:03d}"
	for case in sorted(cases, key=lambda case: case["received_at"]):
		if not intake.find_by_external_id(case["channel"], SOURCE, case["number"]):
			yield case["number"], case


def _reception(case: dict, calendar, now: datetime) -> datetime:
	if case["day"] == 0:
		return _working_time_ago(timedelta(hours=-case["at"]), calendar, now)
	return datetime.combine(_weekday_ago(case["day"], calendar, now), time.fromisoformat(case["at"]))


def _weekday_ago(days: int, calendar, now: datetime) -> date:
	"""The working day, Monday to Friday, so many of them before today."""
	day = now.date()
	while days:
		day -= timedelta(days=1)
		noon = datetime.combine(day, time(12))
		days -= day.weekday() < 5 and calendar.is_open(noon)
	return day


def _working_time_ago(working: timedelta, calendar, now: datetime) -> datetime:
	"""The latest moment from which that much working time has passed until now, to the second."""
	early, late = now - timedelta(days=14), now
	while late - early > timedelta(seconds=1):
		middle = early + (late - early) / 2
		early, late = (middle, late) if calendar.elapsed(middle, now) >= working else (early, middle)
	return early.replace(microsecond=0)


# What happens ------------------------------------------------------------------------------------------------


class _Case:
	"""One case on its way through the house: its folio, its moment, the words that are said."""

	def __init__(self, folio: str, case: dict, content: dict, company: str, moment: datetime):
		self.folio, self.case, self.content, self.moment = folio, case, content, moment
		self.calendar = calendars.for_company(company)[1]
		self.said = 0

	def walk(self, now: datetime) -> None:
		"""Take the steps of the course as far as they lie before now."""
		for step, (action, hours) in enumerate(COURSES[self.case["course"]]):
			self.moment = self.calendar.add(self.moment, timedelta(hours=hours * self._pace(step)))
			if self.moment >= now:
				return
			with _at(self.moment, self.folio):
				_ACTIONS[action](self)

	def _pace(self, step: int) -> float:
		"""From 0.5 to 1.5 and the same in every demo: people are not equally fast every time."""
		return 0.5 + (7 * int(self.case["number"][-3:]) + 3 * step) % 11 / 10

	def document(self):
		return frappe.get_doc("Service Folio", self.folio)

	@contextmanager
	def by(self, user: str | None = None) -> Iterator:
		"""The folio in the hands of the person who attends it, or of `user`."""
		responsible = frappe.db.get_value("Service Folio", self.folio, "assigned_to")
		with _as(user or responsible or _address("coordinacion")):
			yield self.document()

	def move(self, stage: str, **values) -> None:
		with self.by() as folio:
			folio.update(values)
			folio.workflow_state = stages.state_of(stage)
			folio.save()

	def say(self, words: list[str]) -> None:
		"""A message or a call of ours to the customer, by the channel the customer came by."""
		with self.by() as folio:
			text = words[self.said % len(words)]
			self.said += 1
			if MESSAGE_MEDIA.get(folio.channel) == "Phone":
				answers.log_call(folio.name, "Outbound", text)
			else:
				self.message(folio, "Sent", text)

	def message(self, folio, direction: str, text: str) -> None:
		sent = direction == "Sent"
		frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_type": "Communication",
				"communication_medium": MESSAGE_MEDIA.get(folio.channel, "Chat"),
				"sent_or_received": direction,
				"communication_date": clock.now(),
				"reference_doctype": folio.doctype,
				"reference_name": folio.name,
				"subject": folio.subject,
				"content": text,
				"sender": frappe.session.user if sent else folio.email,
				"recipients": folio.email if sent else None,
			}
			# the demo plays both the mailbox and the customer
		).insert(ignore_permissions=True)


def _live_through(
	number: str, case: dict, customers: dict, content: dict, company: str, now: datetime
) -> None:
	with _nobody_told() if case["day"] else nullcontext():
		folio, registered = _register(number, case, customers[case["customer"]], company, now)
		_Case(folio, case, content, company, registered).walk(now)
		# each case is whole or not there: an interrupted demo goes on with the next
		frappe.db.commit()


def _register(number: str, case: dict, customer: dict, company: str, now: datetime) -> tuple[str, datetime]:
	"""Insert the folio at the moment it would have been typed in; returns its name and that moment."""
	automatic = frappe.get_cached_value("Service Channel", case["channel"], "is_automatic")
	delay = timedelta(hours=case.get("registered_after", 0), minutes=0 if automatic else 4)
	registered = case["received_at"] + delay
	values = {
		"doctype": "Service Folio",
		"company": company,
		"customer": customer["customer"],
		"party_name": customer["name"],
		"customer_kind": customer["kind"],
		"contact": customer["contact"],
		"email": customer["email"],
		"phone": customer["phone"],
		"account": SOURCE,
		"external_id": number,
		"received_stamp": "Machine" if automatic else "Person",
		"batch": _batch(case["batch"], case["product"]) if case.get("batch") else None,
		**{field: case[field] for field in _CASE_FIELDS if field in case},
	}
	registered = min(registered, now)
	with clock.at(registered), _as(_registrar(case, automatic)):
		folio = frappe.get_doc(values).insert()
	_date_back(folio.name, datetime.min, registered)
	return folio.name, registered


_CASE_FIELDS = (
	"channel",
	"request_type",
	"subject",
	"description",
	"product",
	"received_at",
	"severity",
	"remedy_sought",
	"customer_reference",
	"mention",
	"place_of_purchase",
)


def _registrar(case: dict, automatic: bool) -> str:
	if automatic:
		return "Administrator"
	return _address("redes" if case.get("mention") else "atencion")


def _route(case: _Case) -> None:
	intake.follow_up(case.folio)


def _accept(case: _Case) -> None:
	case.move(Stage.IN_ATTENTION)


def _answer(case: _Case) -> None:
	case.say(case.content["replies"][case.case["request_type"]])


def _ask(case: _Case) -> None:
	case.say(case.content["questions"])


def _call(case: _Case) -> None:
	with case.by() as folio:
		answers.log_call(folio.name, "Outbound", case.content["questions"][0])


def _wait(case: _Case) -> None:
	case.move(Stage.WAITING)


def _reply(case: _Case) -> None:
	folio = case.document()
	case.message(folio, "Received", case.content["customer_replies"][len(folio.subject) % 3])


def _finish(case: _Case) -> None:
	case.move(Stage.ANSWERED, resolution=case.content["resolutions"][case.case["request_type"]])


def _insist(case: _Case) -> None:
	case.say([case.content["insistence"]])


def _close(case: _Case) -> None:
	folio = case.document()
	means = {
		"Phone": "Phone",
		"Store": "In Person",
		"Portal": "Portal",
		"E-mail": "E-mail",
		"Web Page": "E-mail",
	}
	case.move(
		Stage.CLOSED,
		satisfaction="Satisfied",
		satisfaction_means=means.get(folio.channel, "Message"),
		satisfaction_by=folio.party_name,
	)


def _close_without_word(case: _Case) -> None:
	case.move(Stage.CLOSED)


def _reopen(case: _Case) -> None:
	case.move(Stage.REOPENED, reopen_reason=case.content["reopening"])


def _withdraw(case: _Case) -> None:
	case.move(Stage.WITHDRAWN, withdrawal_reason=case.case["reason"])


def _pass_on(case: _Case) -> None:
	with case.by() as folio:
		lifecycle.pass_on(folio.name, case.content["second_level"])


_ACTIONS: dict[str, Callable[[_Case], None]] = {
	"route": _route,
	"accept": _accept,
	"answer": _answer,
	"ask": _ask,
	"call": _call,
	"wait": _wait,
	"reply": _reply,
	"finish": _finish,
	"insist": _insist,
	"close": _close,
	"close_without_word": _close_without_word,
	"reopen": _reopen,
	"withdraw": _withdraw,
	"pass_on": _pass_on,
}


# Who and when, for Frappe too --------------------------------------------------------------------------------


@contextmanager
def _as(user: str) -> Iterator[None]:
	before = frappe.session.user
	# the demo plays every person of the house, with that person's own permissions
	frappe.set_user(user)
	try:
		yield
	finally:
		# back to whoever runs the demo
		frappe.set_user(before)


@contextmanager
def _nobody_told() -> Iterator[None]:
	"""Nothing reaches the queue inside the block: no bell rings today for what was assigned weeks ago."""
	enqueue, frappe.enqueue = frappe.enqueue, lambda *_args, **_kwargs: None
	try:
		yield
	finally:
		frappe.enqueue = enqueue


@contextmanager
def _at(moment: datetime, folio: str) -> Iterator[None]:
	"""The services live at `moment`, and what Frappe writes by itself is dated back to it."""
	# Frappe's own stamps come from the real clock
	began = frappe.utils.now_datetime()
	with clock.at(moment):
		yield
	_date_back(folio, began, moment)


_STAMPED = {
	"Comment": ("reference_doctype", "reference_name"),
	"Communication": ("reference_doctype", "reference_name"),
	"Version": ("ref_doctype", "docname"),
	"ToDo": ("reference_type", "reference_name"),
	"Notification Log": ("document_type", "document_name"),
}


def _date_back(folio: str, began: datetime, moment: datetime) -> None:
	for doctype, (type_field, name_field) in _STAMPED.items():
		filters = {type_field: "Service Folio", name_field: folio, "creation": [">=", get_datetime(began)]}
		# stamps of demo rows, which no controller lets be chosen
		frappe.db.set_value(doctype, filters, {"creation": moment, "modified": moment}, update_modified=False)
	stamps = {"modified": moment}
	if began == datetime.min:
		stamps["creation"] = moment
	frappe.db.set_value("Service Folio", folio, stamps, update_modified=False)


def _counts() -> dict:
	# a summary for whoever runs the demo as Administrator
	rows = frappe.get_all(
		"Service Folio",
		filters={"account": SOURCE},
		fields=["stage", "count(name) as folios"],
		group_by="stage",
		order_by="stage",
	)
	by_stage = {row.stage: row.folios for row in rows}
	breached = frappe.db.count("Service Commitment", {"status": "Breached", "case_type": "Service Folio"})
	return {"folios": sum(by_stage.values()), "by_stage": by_stage, "breached": breached}
