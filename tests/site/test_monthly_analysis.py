"""The month's analysis of frequent causes: equal to its report, with costs for some eyes only, posted once (G13, G15, K3)."""

import re
from datetime import datetime

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.nervion_service.report.complaint_analysis import complaint_analysis
from nervion_service.services import clock, monthly, monthly_post, monthly_requests
from nervion_service.services.complaints import monthly_analysis
from tests import engine, factories
from tests.site import complaint_year
from tests.site.folio_factories import cast, everybody  # noqa: F401

CAST = (Role.QUALITY, Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR, Role.EXECUTIVE, Role.SALES, Role.PRODUCTION)
MAY = "2025-05"


@pytest.fixture(scope="module")
def year(module_transaction, everybody):  # noqa: F811
	"""A year of complaints of one company, for all tests of the module."""
	with engine.working_folder(module_transaction.sites):
		return complaint_year.make(240, 20, 12)


@pytest.fixture
def letters(monkeypatch, year):
	"""Letters that would have gone; only the module's people hold the roles that get them."""
	mine = {cast(role) for role in CAST}
	monkeypatch.setattr(monthly_post.absences, "staff", lambda users: set(users) & mine)
	monkeypatch.setattr(monthly_post.EmailAccount, "find_outgoing", classmethod(lambda cls: True))
	# to print takes a second each time
	monkeypatch.setattr(monthly_post.pdf, "of", lambda page: page.encode())
	frappe.db.set_value("User", {"name": ("in", list(mine))}, "language", "es")
	sent = []
	monkeypatch.setattr(frappe, "sendmail", lambda **letter: sent.append(letter))
	went("2025-04", switch=1)
	return sent


def went(month, switch):
	frappe.db.set_single_value("Service Settings", "send_complaint_analysis", switch)
	frappe.db.set_single_value("Service Settings", "complaint_analysis_sent_for", month)
	frappe.clear_document_cache("Service Settings", "Service Settings")


def of(year, month=MAY):
	return monthly_requests.month({"month": month, "company": year.company})


def reported(year, dimension, first, last):
	filters = {"by": dimension, "company": year.company, "from_date": first, "to_date": last}
	return {row["label"]: row for row in complaint_analysis.execute(filters)[1]}


def page_of(year, role, month=MAY):
	with clock.at(complaint_year.NOW), engine.run_as(cast(role)):
		return monthly_analysis.html(of(year, month))


def test_each_table_says_what_the_report_says_and_adds_up_to_the_month(year, monkeypatch):
	monkeypatch.setattr(monthly_analysis, "ROWS_AT_MOST", 5)
	with clock.at(complaint_year.NOW):
		tables = {table["title"]: table["rows"] for table in monthly_analysis.tables(of(year))}
		total = monthly_analysis.total(of(year)).complaints
		assert total == sum(row["received_at"].month == 5 for row in year.complaints) > 0
		for dimension in ("Root Cause", "Batch", "Customer Kind", "Severity"):
			now = reported(year, dimension, "2025-05-01", "2025-05-31")
			before = reported(year, dimension, "2025-04-01", "2025-04-30")
			rows = tables[dimension]
			# two lines of a complaint are of one batch in this year, so every dimension adds up to all
			assert (
				sum(row["complaints"] for row in rows)
				== total
				== sum(row["complaints"] for row in now.values())
			)
			for row in rows:
				if row["label"] in now:
					assert row["complaints"] == now[row["label"]]["complaints"]
					assert row["before_it"] == before.get(row["label"], {}).get("complaints", 0)
		assert tables["Root Cause"][0]["is_vital"]
		# the five most frequent, and all others in one row
		assert len(tables["Batch"]) == 6


def test_the_paper_names_month_procedure_and_causes_and_escapes_them(year):
	name = year.complaints[-1]["root_cause"] or year.actions[0]["root_cause"]
	rows = {"company": year.company, "received_at": ("between", ("2025-05-01", "2025-05-31"))}
	frappe.db.set_value("Service Complaint", rows, "root_cause", name)
	frappe.db.set_value("Service Complaint", rows, "defect", "<script>alert(1)</script>{{ 7777*7 }}")
	frappe.db.set_value("Service Procedure", "MPC-COM-CLI-001", "version", "8.1")
	frappe.clear_document_cache("Service Procedure", "MPC-COM-CLI-001")
	frappe.local.lang = "es"
	with clock.at(complaint_year.NOW):
		monthly_analysis.download(month=MAY, company=year.company)
	page = frappe.local.response.filecontent
	for words in (
		"mayo 2025",
		"abril 2025",
		"MPC-COM-CLI-001",
		"versión 8.1",
		name,
		year.company,
		"Acumulado",
	):
		assert words in page, words
	assert "<script>" not in page and "54439" not in page and "&lt;script&gt;" in page


def test_costs_stand_on_the_paper_of_who_may_see_them_and_of_nobody_else(year):
	complaint = year.complaints[0]["name"]
	cost = {
		"name": factories.unique("cost", "-"),
		"complaint": complaint,
		"company": year.company,
		"posting_date": "2025-05-10",
		"amount": 7654.32,
		"cost_kind": "Product",
		"root_cause": year.actions[0]["root_cause"],
	}
	frappe.get_doc({"doctype": "Complaint Cost", **cost}).db_insert()
	seen = {role: page_of(year, role) for role in (Role.QUALITY, Role.EXECUTIVE, Role.PRODUCTION, Role.SALES)}
	shown = {role for role, page in seen.items() if "Cost of Poor Quality" in page or "7,654.32" in page}
	assert shown == {Role.QUALITY} and "7,654.32" in seen[Role.QUALITY]
	# the actions that run are Quality's to see, and an account manager's neither
	assert year.actions[0]["name"] in seen[Role.QUALITY]
	assert year.actions[0]["name"] not in seen[Role.SALES]


def test_an_account_manager_reads_what_his_customers_complained_about_and_no_more(year):
	manager, customer = cast(Role.SALES), factories.make_customer(account_manager=cast(Role.SALES)).name
	his = [row["name"] for row in year.complaints if row["received_at"].month == 5][:2]
	frappe.db.set_value("Service Complaint", {"name": ("in", his)}, "customer", customer)
	with clock.at(complaint_year.NOW), engine.run_as(manager):
		assert frappe.get_doc("Report", monthly_analysis.REPORT).is_permitted()
		assert frappe.has_permission("Service Complaint", "report")
		assert monthly_analysis.total(of(year)).complaints == 2
		rows = reported(year, "Customer", "2025-01-01", "2025-12-31")
	assert [(name, row["complaints"]) for name, row in rows.items()] == [(customer, 2)]


def test_a_month_without_complaints_says_so(year):
	page = page_of(year, Role.QUALITY, "2035-01")
	assert "No complaints were received in January 2035." in page
	with engine.run_as(cast(Role.QUALITY)):
		assert monthly_analysis.words(of(year, "2035-01")) == "No complaints were received in January 2035."


def test_who_may_not_see_the_report_gets_no_paper(run_as):
	agency = factories.make_user(roles=[Role.AGENCY]).name
	with run_as(agency), pytest.raises(frappe.PermissionError, match="may not see this report"):
		monthly_analysis.download(month=MAY)
	assert not frappe.local.response.get("filecontent")


def test_it_goes_once_to_quality_coordinator_and_director_on_the_first_working_day(letters):
	posts = (monthly_post.COMPLAINTS,)
	# the first of June 2025 is a Sunday
	assert monthly_post.run(datetime(2025, 6, 1, 12), posts) == 0
	with clock.at(datetime(2025, 6, 2, 12)):
		assert monthly_post.run(datetime(2025, 6, 2, 12), posts) == 3
		assert monthly_post.run(datetime(2025, 6, 2, 13), posts) == 0
	expected = {cast(role) for role in (Role.QUALITY, Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR)}
	assert {letter["recipients"][0] for letter in letters} == expected
	letter = letters[0]
	assert letter["subject"] == "Análisis de quejas de mayo 2025"
	assert re.match(r"Se recibieron \d+ quejas en mayo 2025.*causa más frecuente", letter["message"])
	assert letter["attachments"][0]["fname"] == "análisis-de-quejas-2025-05.pdf"
	went("2025-04", switch=0)
	assert monthly_post.run(datetime(2025, 6, 2, 12), posts) == 0


def test_one_letter_that_fails_stops_no_other(letters, monkeypatch):
	def fail(_post, _month):
		raise RuntimeError("broken")

	frappe.db.set_single_value("Service Settings", "send_monthly_report", 1)
	frappe.db.set_single_value("Service Settings", "monthly_report_sent_for", "2025-04")
	frappe.clear_document_cache("Service Settings", "Service Settings")
	frappe.db.commit()
	once = monthly_post._send_once
	monkeypatch.setattr(
		monthly_post,
		"_send_once",
		lambda post, month: (fail if post is monthly_post.REQUESTS else once)(post, month),
	)
	assert monthly_post.run(datetime(2025, 6, 3, 12)) == 3
	assert frappe.db.get_single_value("Service Settings", "monthly_report_sent_for") == "2025-04"
	assert frappe.db.exists("Error Log", {"method": ("like", "Monthly Requests%")})


def test_the_targets_are_asked_about_before_the_letters_that_list_them(monkeypatch):
	done = []
	monkeypatch.setattr(monthly.asking, "run", lambda now: done.append("asked"))
	monkeypatch.setattr(monthly.monthly_post, "run", lambda now: done.append("posted"))
	monthly.run()
	assert done == ["asked", "posted"]
