"""What a new site is offered: complete, usable at once, offered once, and in the language of the site."""

from datetime import datetime, timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import (
	CHANNELS,
	DEPARTMENTS,
	ON_DEMAND_KINDS,
	PROCEDURES,
	REQUEST_TYPES,
	CommitmentKind,
	Nature,
)
from nervion_service.services import calendars, policies, routing
from nervion_service.setup import catalogue, created, defaults
from tests import factories
from tests.site.folio_factories import answer, close, make_folio, reopen, withdraw

AT = datetime(2026, 3, 4, 10)
DAY = timedelta(days=1)


def promises(**facts):
	"""Kind → allowance of the promises that a folio of these facts begins with."""
	found = policies.applicable({"document_type": "Service Folio", "company": None, **facts}, AT)
	return {one.policy.kind: one.policy.allowance for one in found if one.policy.kind not in ON_DEMAND_KINDS}


def test_every_channel_type_and_procedure_of_the_catalogue_is_offered():
	assert {row.name for row in CHANNELS} <= set(frappe.get_all("Service Channel", pluck="name"))
	assert {row.name for row in REQUEST_TYPES} <= set(frappe.get_all("Request Type", pluck="name"))
	assert {row.code for row in PROCEDURES} <= set(frappe.get_all("Service Procedure", pluck="name"))


@pytest.mark.parametrize("kind", REQUEST_TYPES, ids=lambda kind: kind.name)
def test_every_request_type_has_a_route_that_exists(kind):
	row = frappe.get_doc("Request Type", kind.name)
	assert frappe.db.exists("Service Procedure", row.procedure)
	assert frappe.db.exists("Role", row.role)
	assert routing.department_named(row.department_name, factories.make_company().name)


def test_every_procedure_is_reviewed_within_a_year():
	today = frappe.utils.getdate()
	# a site is installed before its wizard names the time zone: its date may then be that of tomorrow
	latest = frappe.utils.add_days(frappe.utils.add_years(today, 1), 1)
	for review in frappe.get_all("Service Procedure", pluck="next_review"):
		assert today <= review <= latest


def test_a_question_gets_the_promises_of_registration_and_first_answer():
	assert promises(nature=Nature.INFORMATION) == {
		CommitmentKind.REGISTRATION: timedelta(0),
		CommitmentKind.FIRST_ANSWER: timedelta(hours=4),
		CommitmentKind.CORPORATE_ANSWER: DAY,
	}


@pytest.mark.parametrize("nature", [Nature.ADVICE, Nature.TECHNICAL])
def test_a_technical_request_is_to_be_accepted_in_one_business_day(nature):
	assert promises(nature=nature)[CommitmentKind.ACCEPTANCE] == DAY


@pytest.mark.parametrize(("severity", "days"), [(None, 5), ("Minor", 5), ("Major", 3), ("Critical", 1)])
def test_the_term_of_a_claim_follows_its_severity(severity, days):
	assert promises(nature=Nature.CLAIM, severity=severity)[CommitmentKind.RESOLUTION] == days * DAY


def test_shipped_promises_and_hours_are_for_every_company():
	frappe.db.set_default("company", factories.make_company().name)
	frappe.db.delete("Commitment Policy", {"name": "FIRST-ANSWER-V1"})
	frappe.db.delete("DefaultValue", created.ROW)
	defaults.install()
	assert not frappe.db.get_value("Commitment Policy", "FIRST-ANSWER-V1", "company")
	assert not frappe.db.get_value("Service Calendar", catalogue.CALENDAR, "company")


def test_what_no_procedure_gives_is_marked_as_an_assumption():
	assumed = frappe.get_all("Commitment Policy", {"is_assumption": 1, "version": 1}, pluck="policy_code")
	assert {"RESOLUTION", "RESOLUTION-MAJOR", "RESOLUTION-CRITICAL"} <= set(assumed)


def test_the_first_answer_warns_its_person_then_the_coordinator_then_the_director():
	steps = frappe.get_doc("Commitment Policy", "FIRST-ANSWER-V1").steps
	assert [(row.share, row.after or 0, row.audience, row.role, row.level) for row in steps] == [
		(50, 0, "Responsible", None, 0),
		(80, 0, "Responsible", None, 0),
		(100, 0, "Role", "Service Coordinator", 1),
		(0, 24 * 3600, "Role", "Commercial Director", 2),
	]


@pytest.mark.parametrize(
	("at", "is_open"),
	[
		(datetime(2026, 3, 4, 9), True),
		(datetime(2026, 3, 4, 18), False),
		(datetime(2026, 3, 7, 13, 59), True),
		(datetime(2026, 3, 7, 14), False),
		(datetime(2026, 3, 8, 11), False),
	],
)
def test_the_shipped_hours_are_those_of_the_week(at, is_open):
	assert calendars.get(catalogue.CALENDAR).is_open(at) is is_open


def test_the_official_days_of_this_year_and_the_next_are_closed():
	year = frappe.utils.getdate().year
	calendar = calendars.get(catalogue.CALENDAR)
	assert not calendar.is_open(datetime(year, 9, 16, 11))
	assert not calendar.is_open(datetime(year + 1, 12, 25, 11))


def test_a_channel_that_the_customer_deleted_does_not_come_back():
	frappe.delete_doc("Service Channel", "YouTube", force=True)
	defaults.install()
	assert not frappe.db.exists("Service Channel", "YouTube")


def test_a_promise_that_the_customer_deleted_does_not_come_back():
	frappe.db.delete("Commitment Policy", {"name": "ACCEPTANCE-ADVICE-V1"})
	defaults.install()
	assert not frappe.db.exists("Commitment Policy", "ACCEPTANCE-ADVICE-V1")


def test_what_an_update_adds_to_the_catalogue_is_offered(monkeypatch):
	newcomer = {**catalogue.POLICIES[1], "policy_code": "FIRST-ANSWER-NIGHT", "priority": "Urgent"}
	monkeypatch.setattr(catalogue, "POLICIES", (*catalogue.POLICIES, newcomer))
	defaults.install()
	assert frappe.db.get_value("Commitment Policy", "FIRST-ANSWER-NIGHT-V1", "status") == "Approved"


def test_a_route_that_the_customer_changed_stays():
	frappe.db.set_value("Request Type", "Order", "role", "Service Executive")
	defaults.install()
	assert frappe.db.get_value("Request Type", "Order", "role") == "Service Executive"


def test_a_setting_that_an_update_added_gets_its_default_and_a_chosen_one_stays():
	frappe.db.delete("Singles", {"doctype": "Service Settings", "field": "closing_attempts"})
	frappe.db.set_single_value("Service Settings", "reopen_window_days", 30)
	defaults.install()
	assert frappe.db.get_single_value("Service Settings", "closing_attempts") == 3
	assert frappe.db.get_single_value("Service Settings", "reopen_window_days") == 30


def test_contents_are_put_into_the_language_that_the_wizard_was_told():
	as_shipped_in_english()
	frappe.db.set_single_value("System Settings", "language", "es")
	defaults.speak_the_language_of_the_site()
	assert frappe.db.get_value("Service Procedure", "MPC-SER-002", "title") == "Gestión de Quejas y Reclamos"
	assert (
		frappe.db.get_value("Commitment Policy", "FIRST-ANSWER-V1", "title")
		== "Primera respuesta en 4 horas hábiles"
	)
	assert (
		frappe.db.get_value("Commitment Step", {"parent": "FIRST-ANSWER-V1", "idx": 3}, "step_name")
		== "Se venció el plazo"
	)


def test_a_title_that_the_customer_wrote_is_not_translated_away():
	as_shipped_in_english()
	frappe.db.set_value("Service Procedure", "MPC-SER-002", "title", "Our Way with Complaints")
	frappe.db.set_single_value("System Settings", "language", "es")
	defaults.speak_the_language_of_the_site()
	assert frappe.db.get_value("Service Procedure", "MPC-SER-002", "title") == "Our Way with Complaints"


def as_shipped_in_english():
	"""The contents as a site has them that was installed before its language was chosen."""
	for procedure in PROCEDURES:
		frappe.db.set_value("Service Procedure", procedure.code, "title", procedure.title)
	for policy in catalogue.POLICIES:
		name = f"{policy['policy_code']}-V1"
		frappe.db.set_value("Commitment Policy", name, "title", policy["title"])
		for idx, step in enumerate(policy["steps"], start=1):
			frappe.db.set_value(
				"Commitment Step", {"parent": name, "idx": idx}, "step_name", step["step_name"]
			)


def test_a_new_company_gets_the_departments_that_routes_name():
	company = factories.make_company(company_name=factories.unique("Pinturas del Sur"))
	defaults.install_for_companies()
	for department in DEPARTMENTS:
		assert routing.department_named(department, company.name), department


def test_a_department_that_carries_its_spanish_name_is_not_doubled():
	company = factories.make_company(company_name=factories.unique("Pinturas del Sur"))
	frappe.db.set_single_value("System Settings", "language", "es")
	frappe.db.delete("Department", {"company": company.name, "department_name": ("in", ("Sales", "Ventas"))})
	factories.make_department(department_name="Ventas", company=company.name)
	defaults.install_for_companies()
	names = {"company": company.name, "department_name": ("in", ("Sales", "Ventas"))}
	assert frappe.db.count("Department", names) == 1


def test_the_assignment_rule_is_offered_once_with_all_days_of_the_week():
	rule = frappe.get_doc("Assignment Rule", catalogue.ASSIGNMENT_RULE)
	assert (rule.document_type, rule.rule, rule.field) == ("Service Folio", "Based on Field", "assigned_to")
	assert len(rule.assignment_days) == 7
	assert catalogue.ASSIGNMENT_RULE in created.names("Assignment Rule")


@pytest.fixture
def routed_folio():
	"""A folio that was registered and routed to the one salesperson of a company."""
	person = factories.make_user(roles=["Service Sales"])
	frappe.db.delete(
		"Has Role", {"role": "Service Sales", "parenttype": "User", "parent": ("!=", person.name)}
	)
	return make_folio(request_type="Order"), person.name


def open_todos(folio):
	return frappe.get_all(
		"ToDo",
		{"reference_type": "Service Folio", "reference_name": folio.name, "status": "Open"},
		pluck="allocated_to",
	)


def test_the_assignment_rule_gives_the_responsible_person_the_task(routed_folio):
	folio, person = routed_folio
	assert folio.assigned_to == person
	assert open_todos(folio) == [person]
	assert (
		frappe.db.get_value("ToDo", {"reference_name": folio.name}, "assignment_rule")
		== catalogue.ASSIGNMENT_RULE
	)


def task_text(subject):
	factories.make_user(roles=["Service Sales"])
	folio = make_folio(request_type="Order", subject=subject)
	return frappe.db.get_value("ToDo", {"reference_name": folio.name}, "description")


def test_a_subject_with_code_and_markup_does_nothing_in_the_task():
	text = task_text("{{ 7 * 7 }} <script>alert(1)</script>")
	assert "{{ 7 * 7 }}" in text
	assert "<script" not in text


def test_a_subject_with_an_ampersand_reads_as_it_was_written():
	assert "&amp;amp;" not in task_text("Esmalte & thinner")


def test_the_task_is_closed_with_the_folio(routed_folio):
	folio, _person = routed_folio
	withdraw(folio)
	assert open_todos(folio) == []
	assert frappe.db.get_value("ToDo", {"reference_name": folio.name}, "status") == "Closed"


def test_the_task_comes_back_with_a_reopened_folio(routed_folio):
	folio, person = routed_folio
	reopen(close(answer(folio, person), person), person)
	assert open_todos(folio) == [person]


def test_a_second_reopening_gives_the_task_to_the_coordinator_alone(routed_folio):
	folio, person = routed_folio
	coordinator = factories.make_user(roles=["Service Coordinator"]).name
	others = {"role": "Service Coordinator", "parenttype": "User", "parent": ("!=", coordinator)}
	frappe.db.delete("Has Role", others)
	reopen(close(answer(folio, person), person), person)
	folio = reopen(close(answer(folio, person), person), coordinator)
	assert folio.assigned_to == coordinator
	assert open_todos(folio) == [coordinator]
