"""Folios of the demo: every case walks its course as the people of the house would, with the clock at each step."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, time, timedelta

import frappe

from nervion_service.domain.taxonomy import Stage
from nervion_service.services import answers, calendars, clock, intake, lifecycle
from nervion_service.setup.demo import masters, moments
from nervion_service.setup.demo.case import FOLIO, Case

SOURCE = "demo"
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


def in_order(
	cases: list[dict], company: str, now: datetime, source: str = SOURCE
) -> Iterator[tuple[str, dict]]:
	"""The cases that are not there yet, with their number and moment of reception, the oldest first."""
	_name, calendar = calendars.for_company(company)
	for index, case in enumerate(cases, start=1):
		case["received_at"] = _reception(case, calendar, now)
		case["number"] = f"{source}-{index:03d}"
	for case in sorted(cases, key=lambda case: case["received_at"]):
		if not intake.find_by_external_id(case["channel"], SOURCE, case["number"]):
			yield case["number"], case


def _reception(case: dict, calendar, now: datetime) -> datetime:
	if case["day"] == 0:
		return moments.working_time_ago(timedelta(hours=-case["at"]), calendar, now)
	return datetime.combine(moments.weekday_ago(case["day"], calendar, now), time.fromisoformat(case["at"]))


class Folio(Case):
	"""A folio that is attended without a complaint."""

	courses = COURSES


def live(content: dict, customers: dict, company: str, now: datetime) -> None:
	"""Let every folio of the content live that is not there yet."""
	for number, case in in_order(content["cases"], company, now):
		live_through(number, case, customers, content, company, now)


def live_through(
	number: str, case: dict, customers: dict, content: dict, company: str, now: datetime
) -> None:
	with moments.nobody_told() if case["day"] else nullcontext():
		folio, registered = register(number, case, customers[case["customer"]], company, now)
		Folio(folio, case, content, company, registered).walk(now)
		# each case is whole or not there: an interrupted demo goes on with the next
		frappe.db.commit()


def register(number: str, case: dict, customer: dict, company: str, now: datetime) -> tuple[str, datetime]:
	"""Insert the folio at the moment it would have been typed in; returns its name and that moment."""
	automatic = frappe.get_cached_value("Service Channel", case["channel"], "is_automatic")
	delay = timedelta(hours=case.get("registered_after", 0), minutes=0 if automatic else 4)
	registered = case["received_at"] + delay
	values = {
		"doctype": FOLIO,
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
		"safety": "" if automatic else "No",
		"batch": masters.batch(case["batch"], case["product"]) if case.get("batch") else None,
		**{field: case[field] for field in _CASE_FIELDS if field in case},
	}
	registered = min(registered, now)
	with clock.at(registered), moments.by(_registrar(case, automatic)):
		folio = frappe.get_doc(values).insert()
	moments.date_back([(FOLIO, folio.name)], datetime.min, registered)
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
	"safety",
)


def _registrar(case: dict, automatic: bool) -> str:
	if automatic:
		return "Administrator"
	return masters.address("redes" if case.get("mention") else "atencion")


def _route(case: Case) -> None:
	intake.follow_up(case.folio)


def _accept(case: Case) -> None:
	case.move(Stage.IN_ATTENTION)


def _answer(case: Case) -> None:
	case.say(case.content["replies"][case.case["request_type"]])


def _ask(case: Case) -> None:
	case.say(case.content["questions"])


def _call(case: Case) -> None:
	with case.by() as folio:
		answers.log_call(folio.name, "Outbound", case.content["questions"][0])


def _wait(case: Case) -> None:
	case.move(Stage.WAITING)


def _reply(case: Case) -> None:
	folio = case.document()
	case.message(folio, "Received", case.content["customer_replies"][len(folio.subject) % 3])


def _finish(case: Case) -> None:
	case.move(Stage.ANSWERED, resolution=case.content["resolutions"][case.case["request_type"]])


def _insist(case: Case) -> None:
	case.say([case.content["insistence"]])


def _close(case: Case) -> None:
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


def _close_without_word(case: Case) -> None:
	case.move(Stage.CLOSED)


def _reopen(case: Case) -> None:
	case.move(Stage.REOPENED, reopen_reason=case.content["reopening"])


def _withdraw(case: Case) -> None:
	case.move(Stage.WITHDRAWN, withdrawal_reason=case.case["reason"])


def _pass_on(case: Case) -> None:
	with case.by() as folio:
		lifecycle.pass_on(folio.name, case.content["second_level"])


Folio.actions = {
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
