"""The living flow diagram: drawn from the workflow of the site, with figures equal to a count by hand (K14, S1.17)."""

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import frappe
import pytest

from nervion_service.domain.taxonomy import ProcedureCode, Role
from nervion_service.services import events, flow_data, flow_diagram
from tests import engine, factories
from tests.site.folio_factories import cast, everybody, make_folio  # noqa: F401

CAST = (Role.COORDINATOR, Role.EXECUTIVE, Role.AGENCY)
# of a year of its own; 2 March 2032 is a Tuesday
DAY = datetime(2032, 3, 2, 10)
PERIOD = {"from_date": "2032-03-01", "to_date": "2032-03-31"}


def hours(amount):
	return timedelta(hours=amount)


def make_company():
	return factories.make_company(company_name=factories.unique("Flujo")).name


def lived(company, *steps, **values):
	"""A folio with a history of its own: (stage, hours since DAY)."""
	folio = make_folio(routed=False, company=company, **values)
	frappe.db.delete("Service Event", {"case_name": folio.name})
	before = None
	for stage, since in steps:
		events.record(
			folio, "stage_changed", happened_at=DAY + hours(since), from_stage=before, to_stage=stage
		)
		before = stage
	state = {"workflow_state": before, "stage": before}
	frappe.db.set_value("Service Folio", folio.name, state, update_modified=False)
	return folio


@pytest.fixture(scope="module")
def company(everybody):  # noqa: F811 (the fixture that was imported)
	"""A company with three histories, as new for every test."""
	with engine.working_folder(everybody.sites):
		name = make_company()
		lived(name, ("Registered", 0), ("Routed", 1), ("In Attention", 2), ("Answered", 5))
		lived(name, ("Registered", 0), ("Routed", 2), ("In Attention", 4))
		lived(name, ("Registered", 0), ("Withdrawn", 3))
	return name


def states(company, **asked):
	flow = flow_data.flow("Service Folio", **{**PERIOD, "company": company, **asked})
	return {state.name: state for state in flow.states}


def ways(company):
	flow = flow_data.flow("Service Folio", **PERIOD, company=company)
	return {(way.source, way.target): way for way in flow.transitions}


def test_cases_now_are_counted_in_their_state(company):
	assert {name: state.now for name, state in states(company).items() if state.now} == {
		"Answered": 1,
		"In Attention": 1,
		"Withdrawn": 1,
	}


def test_the_median_is_that_of_the_stays_that_ended(company):
	found = states(company)
	# one, two and three hours; one and two; three hours, while the second still lasts
	assert (found["Registered"].stays, found["Registered"].median) == (3, hours(2).total_seconds())
	assert (found["Routed"].stays, found["Routed"].median) == (2, hours(1.5).total_seconds())
	assert (found["In Attention"].stays, found["In Attention"].median) == (1, hours(3).total_seconds())
	assert (found["Answered"].stays, found["Answered"].median) == (0, None)


def test_nights_are_no_working_time():
	company = make_company()
	lived(company, ("Registered", 0), ("Routed", 24))
	# from ten to six, and from nine to ten on the next day
	assert states(company)["Registered"].median == hours(9).total_seconds()


def test_the_bottleneck_is_where_most_of_the_working_time_passes(company):
	found = states(company)
	# Registered 6, Routed 3, In Attention 3
	assert [name for name, state in found.items() if state.is_bottleneck] == ["Registered"]
	assert found["Registered"].share == 50.0
	assert found["Withdrawn"].share is None


def test_a_stay_belongs_to_the_period_in_which_it_ended():
	company = make_company()
	lived(company, ("Registered", -48), ("Routed", 1), ("In Attention", 24 * 40))
	assert states(company)["Registered"].stays == 1
	assert states(company)["Routed"].stays == 0
	later = states(company, from_date="2032-04-01", to_date="2032-04-30")
	assert (later["Registered"].stays, later["Routed"].stays) == (0, 1)


def test_ways_taken_are_counted(company):
	found = ways(company)
	assert found[("Registered", "Routed")].taken == 2
	assert found[("In Attention", "Answered")].taken == 1
	assert found[("Registered", "Withdrawn")].taken == 1
	assert found[("Answered", "Closed")].taken == 0


def test_the_diagram_follows_the_workflow_as_it_is_configured_here(company):
	workflow = frappe.get_doc("Workflow", frappe.model.workflow.get_workflow_name("Service Folio"))
	workflow.append(
		"transitions",
		{
			"state": "Routed",
			"action": "Mark as Answered",
			"next_state": "Answered",
			"allowed": Role.COORDINATOR,
		},
	)
	workflow.save()
	frappe.clear_cache(doctype="Service Folio")
	way = ways(company)[("Routed", "Answered")]
	assert (way.actions, way.roles) == (("Mark as Answered",), (Role.COORDINATOR,))
	drawing = flow_diagram.get("Service Folio", company=company)["html"]
	assert drawing.count("<polyline") == len(ways(company))


def test_somebody_who_sees_their_own_folios_only_counts_those_only(company, run_as):
	agent = cast(Role.AGENCY)
	with run_as(agent):
		assert not any(state.now or state.stays for state in states(company).values())
	lived(company, ("Registered", 0), ("Routed", 4), assigned_to=agent)
	with run_as(agent):
		found = states(company)
		assert (found["Routed"].now, found["Registered"].stays) == (1, 1)
		assert found["Registered"].median == hours(4).total_seconds()
		assert ways(company)[("Registered", "Routed")].taken == 1


@pytest.mark.parametrize("call", [flow_diagram.get, flow_diagram.download])
def test_nobody_without_the_right_to_read_gets_a_diagram(company, run_as, call):
	user = factories.make_user(roles=["Customer"])
	with run_as(user.name), pytest.raises(frappe.PermissionError, match="not permitted"):
		call("Service Folio")
	assert not frappe.local.response.get("filecontent")


def test_a_doctype_without_a_workflow_says_so():
	with pytest.raises(frappe.ValidationError, match="no active workflow"):
		flow_diagram.get("Service Channel")


def test_a_period_that_ends_before_it_begins_is_refused():
	with pytest.raises(frappe.ValidationError, match="before it begins"):
		flow_diagram.get("Service Folio", from_date="2032-03-02", to_date="2032-03-01")


def test_only_what_the_user_may_read_is_offered(run_as):
	assert "Service Folio" in [choice["value"] for choice in flow_diagram.choices()]
	with run_as(factories.make_user(roles=["Customer"]).name):
		assert flow_diagram.choices() == []


def test_the_drawing_is_well_formed_and_says_the_same_in_words_and_tables(company):
	html = flow_diagram.get("Service Folio", **PERIOD, company=company)["html"]
	drawing = ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])
	spaces = {"svg": "http://www.w3.org/2000/svg"}
	assert drawing.get("role") == "img"
	assert drawing.find("svg:title", spaces).text == "Flow of Service Folio"
	assert "Most of the working time passes in Registered." in drawing.find("svg:desc", spaces).text
	tables = html[html.index("</svg>") :]
	for name, state in states(company).items():
		assert name in tables
		assert f"{state.now} now" in html
	for source, target in ways(company):
		assert re.search(rf"<td>{source}</td>\s*<td>{target}</td>", tables), (source, target)


def test_names_of_states_are_escaped(company):
	bad = 'Q&A " onload=x {{ 7777*7 }}'
	frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": bad}).insert()
	workflow = frappe.get_doc("Workflow", frappe.model.workflow.get_workflow_name("Service Folio"))
	workflow.append("states", {"state": bad, "doc_status": "0", "allow_edit": Role.COORDINATOR})
	workflow.save(ignore_permissions=True)
	frappe.clear_cache(doctype="Service Folio")
	html = flow_diagram.get("Service Folio", company=company)["html"]
	assert "Q&A" not in html and '" onload' not in html and "54439" not in html
	assert "Q&amp;A" in html


def test_the_printed_page_names_company_period_and_procedure(company):
	flow_diagram.download("Service Folio", **PERIOD, company=company)
	page = frappe.local.response.filecontent
	assert company in page and "MPC-SER-001" in page and "<svg" in page and "&lt;svg" not in page
	assert frappe.local.response.type == "download"


def test_the_flow_of_each_kind_of_case_is_an_annex_of_its_own_procedure():
	printed = {}
	for doctype in flow_data.doctypes():
		flow_diagram.download(doctype)
		printed[doctype] = re.findall(r"MP[A-Z]-[A-Z]+(?:-[A-Z]+)?-\d{3}", frappe.local.response.filecontent)
	assert printed["Service Folio"] == [ProcedureCode.INTAKE]
	assert printed["Service Complaint"] == [ProcedureCode.COMPLAINTS]
	assert printed["Service Technical Visit"] == [ProcedureCode.TECHNICAL]
	assert printed["Technical Analysis Report"] == [ProcedureCode.TECHNICAL]
	assert printed["Service Corrective Action"] == [ProcedureCode.COMPLAINTS]


def test_it_speaks_spanish(company):
	frappe.local.lang = "es"
	html = flow_diagram.get("Service Folio", **PERIOD, company=company)["html"]
	for word in ("Registrad", "Mediana", "ahora", "Transiciones", "del tiempo hábil"):
		assert word in html, word
	for word in ("Median Working", "Cases Now", "Withdrawn", "Accept<"):
		assert word not in html, word
